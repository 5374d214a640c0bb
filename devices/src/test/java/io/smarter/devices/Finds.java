package io.smarter.devices;

import io.smarter.devices.Found.DeviceNumber;
import io.smarter.devices.Found.Kind;
import io.smarter.devices.Found.Usb;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes what a scan finds, as on machines that were looked at. */
final class Finds {
    private static final String HUB =
            "devices/platform/scb/fd500000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0/usb1/1-1";

    private Finds() {}

    /** A character device that nothing more is known of. */
    static Found plain(String path) {
        return made(path, Kind.CHARACTER, "", "");
    }

    static Found made(String path, Kind kind, String sysfs, String subsystem, String... links) {
        var number = kind == Kind.FOLDER ? null : new DeviceNumber(240, Math.floorMod(path.hashCode(), 1000));
        return new Found(path, kind, number, sysfs, subsystem, List.of(), null, Set.of(links), Map.of(), -1);
    }

    /** A serial adapter of FTDI at a port of the hub of a Raspberry Pi. */
    static Found serial(String path, String serial, int port) {
        var at = HUB + "/1-1." + port;
        var name = path.substring(path.lastIndexOf('/') + 1);
        var usb = new Usb("0403", "6001", serial, "1-1." + port);
        var byId = "serial/by-id/usb-FTDI_FT232R_USB_UART_" + serial + "-if00-port0";
        return new Found(
                path,
                Kind.CHARACTER,
                new DeviceNumber(188, port),
                "%s/1-1.%d:1.0/%s/tty/%s".formatted(at, port, name, name),
                "tty",
                List.of("ftdi_sio", "usb", "hub"),
                usb,
                Set.of(byId),
                Map.of("ID_VENDOR_ID", "0403", "ID_SERIAL_SHORT", serial),
                -1);
    }

    /** All files of a camera with a microphone (UVC and USB audio) at a port. */
    static List<Found> camera(int port, int video, int card, String serial) {
        var usb = new Usb("046d", "0825", serial, "1-1." + port);
        var at = "%s/1-1.%d/1-1.%d:1.".formatted(HUB, port, port);
        var all = new ArrayList<Found>();
        for (int i = 0; i < 2; i++) {
            var name = "video" + (video + i);
            all.add(usbFile(name, at + "0/video4linux/" + name, "video4linux", "uvcvideo", usb));
        }
        all.add(usbFile("media" + card, at + "0/media" + card, "media", "uvcvideo", usb));
        for (var file : List.of("controlC" + card, "pcmC" + card + "D0c"))
            all.add(usbFile(
                    "snd/" + file, "%s2/sound/card%d/%s".formatted(at, card, file), "sound", "snd-usb-audio", usb));
        return all;
    }

    private static Found usbFile(String path, String sysfs, String subsystem, String driver, Usb usb) {
        return new Found(
                path,
                Kind.CHARACTER,
                new DeviceNumber(81, Math.floorMod(path.hashCode(), 1000)),
                sysfs,
                subsystem,
                List.of(driver, "usb", "hub"),
                usb,
                Set.of(),
                Map.of(),
                -1);
    }

    /** What is below /dev of a Raspberry Pi 4 with a serial adapter, as far as rules could mean it. */
    static List<Found> raspberryPi() {
        var all = new ArrayList<Found>();
        for (var path : List.of(
                "autofs",
                "console",
                "cuse",
                "fb0",
                "full",
                "fuse",
                "hwrng",
                "kmsg",
                "kvm",
                "mem",
                "net/tun",
                "null",
                "ptmx",
                "pts/0",
                "random",
                "rfkill",
                "tty",
                "tty0",
                "tty1",
                "ttyprintk",
                "uhid",
                "uinput",
                "urandom",
                "vcio",
                "vcs",
                "vcs1",
                "vcsa",
                "vcsm-cma",
                "vcsu",
                "vga_arbiter",
                "vhci",
                "vchiq",
                "watchdog",
                "zero",
                "rtc0",
                "gpiomem",
                "dma_heap/system",
                "input/event0",
                "input/mice",
                "dri/card0",
                "dri/renderD128",
                "bus/usb/001/001",
                "snd/controlC0",
                "snd/pcmC0D0p",
                "snd/seq",
                "snd/timer")) all.add(plain(path));
        for (int i = 0; i < 2; i++) {
            all.add(made("gpiochip" + i, Kind.CHARACTER, "devices/platform/soc/fe200000.gpio/gpiochip" + i, "gpio"));
            all.add(made("i2c-" + i, Kind.CHARACTER, "devices/platform/soc/i2c-%d/i2c-dev/i2c-%d".formatted(i, i), ""));
        }
        for (int i = 10; i < 17; i++)
            all.add(made(
                    "video" + i,
                    Kind.CHARACTER,
                    "devices/platform/soc/fe00b840.mailbox/bcm2835-codec/video4linux/video" + i,
                    "video4linux"));
        for (var path : List.of("loop0", "ram0", "mmcblk0", "mmcblk0p1")) all.add(made(path, Kind.BLOCK, "", "block"));
        for (var path :
                List.of("snd", "net", "pts", "dri", "input", "bus", "bus/usb", "dma_heap", "serial", "serial/by-id"))
            all.add(made(path, Kind.FOLDER, "", ""));
        all.add(made("ttyS0", Kind.CHARACTER, "devices/platform/soc/fe215040.serial/tty/ttyS0", "tty", "serial0"));
        all.add(DeviceScan.link("serial0", all.getLast()));
        all.add(serial("ttyUSB0", "A10K5X", 3));
        all.add(DeviceScan.link(all.getLast().links().iterator().next(), all.getLast()));
        return all;
    }
}
