package io.smarter.devices;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something below {@code /dev}, and what the kernel and udev tell of it; or a GPU without a file there ({@link #gpu}). A link has
 * all but its path and kind of what it leads to: its number, its folder in {@code /sys}, and its links, of which it is one itself.
 *
 * @param path below {@code /dev}, such as {@code snd/controlC0}
 * @param number what the kernel calls it; null for what is no device file, such as a folder
 * @param sysfs its folder below {@code /sys}, such as {@code devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0}; empty when unknown
 * @param subsystem such as {@code tty}; empty when unknown
 * @param drivers of the device and of those that it hangs on, the nearest first
 * @param usb what it is on the Universal Serial Bus; null when it is not there
 * @param links other names below {@code /dev} that lead to it, such as {@code serial/by-id/usb-FTDI_FT232R_A1-if00-port0}
 * @param udev the properties that udev keeps of it, such as {@code ID_MODEL}; empty where no udev runs
 * @param numaNode the memory that it is near to; -1 when unknown or none
 */
record Found(
        String path,
        Kind kind,
        @Nullable DeviceNumber number,
        String sysfs,
        String subsystem,
        List<String> drivers,
        @Nullable Usb usb,
        Set<String> links,
        Map<String, String> udev,
        int numaNode) {

    /** What the paths of GPUs begin with. */
    static final String GPU_PREFIX = "nvidia-gpu";

    /** What a file below {@code /dev} is. */
    enum Kind {
        CHARACTER,
        BLOCK,
        /** With device files in it, such as {@code snd}: all of it is handed over. */
        FOLDER,
        /** A symbolic link to a device file or folder. */
        LINK,
        /** A GPU by its folder {@code devices/gpu.<N>} in {@code /sys}: it has no file of its own. */
        GPU
    }

    /** What the kernel calls a device file of a kind. */
    record DeviceNumber(int major, int minor) {}

    /**
     * What a USB device says of itself.
     *
     * @param vendor four hexadecimal digits, in small letters
     * @param product likewise
     * @param serial empty when it has none
     * @param port where it is plugged in, such as {@code 1-1.3}
     */
    record Usb(String vendor, String product, String serial, String port) {}

    Found {
        drivers = List.copyOf(drivers);
        links = Set.copyOf(links);
        udev = Map.copyOf(udev);
    }

    /** The GPU that is {@code /sys/devices/gpu.<N>}, as Jetsons have them; its path is {@code nvidia-gpu<N>}. */
    static Found gpu(int number) {
        return new Found(
                GPU_PREFIX + number,
                Kind.GPU,
                null,
                "devices/gpu." + number,
                "",
                List.of(),
                null,
                Set.of(),
                Map.of(),
                -1);
    }

    /** The file below {@code /dev}. */
    String file() {
        return "/dev/" + path;
    }

    /**
     * What the physical device is that it belongs to, such that files of one device have one text: its USB port, else the device
     * that its own is a child of; empty when it belongs to none, as devices do that the kernel makes up.
     */
    String physical() {
        if (usb != null) return "usb:" + usb.port();
        if (sysfs.isEmpty() || subsystem.isEmpty() || sysfs.startsWith("devices/virtual/")) return "";
        int end = sysfs.indexOf("/" + subsystem + "/");
        if (end < 0) end = sysfs.lastIndexOf('/');
        var parent = sysfs.substring(0, Math.max(end, 0));
        return parent.chars().filter(c -> c == '/').count() < 2 ? "" : parent;
    }

    /** The last name of its path. */
    String lastName() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
