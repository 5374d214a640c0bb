package io.smarter.devices;

import io.smarter.devices.DeviceScan.Entry;
import io.smarter.devices.Found.DeviceNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** A node's /dev, /sys and udev records in a folder; a file with {@code c 188:0} in it stands for a device file. */
record RecordedNode(Path root) {
    Path dev() {
        return root.resolve("dev");
    }

    Path sys() {
        return root.resolve("sys");
    }

    Path udev() {
        return root.resolve("run/udev/data");
    }

    DeviceScan scan() {
        return new DeviceScan(dev(), sys(), udev(), RecordedNode::stat);
    }

    /** Adds a device file and its folder below /sys. */
    void device(String path, String number, String sysfs, String subsystem) throws IOException {
        node(path, number);
        var folder = Files.createDirectories(sys().resolve(sysfs));
        var kind = number.startsWith("b") ? "block" : "char";
        link("sys/dev/%s/%s".formatted(kind, number.substring(2)), "../../" + sysfs);
        var up = "../".repeat(sys().relativize(folder).getNameCount());
        link("sys/" + sysfs + "/subsystem", up + "class/" + subsystem);
    }

    void node(String path, String number) throws IOException {
        write("dev/" + path, number);
    }

    void driver(String sysfs, String name) throws IOException {
        link("sys/" + sysfs + "/driver", "../../bus/usb/drivers/" + name);
    }

    void usb(String sysfs, String vendor, String product, String serial) throws IOException {
        write("sys/" + sysfs + "/idVendor", vendor + "\n");
        write("sys/" + sysfs + "/idProduct", product + "\n");
        if (!serial.isEmpty()) write("sys/" + sysfs + "/serial", serial + "\n");
    }

    void link(String path, String target) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, Path.of(target));
    }

    void write(String path, String text) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static Entry stat(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > 20)
            return DeviceScan.stat(file);
        var words = Files.readString(file).split("[ :]", -1);
        if (words.length != 3) return new Entry.Other();
        return new Entry.Device(
                words[0].equals("b"), new DeviceNumber(Integer.parseInt(words[1]), Integer.parseInt(words[2])));
    }
}
