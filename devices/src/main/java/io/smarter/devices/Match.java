package io.smarter.devices;

import com.google.re2j.Pattern;
import io.smarter.devices.Found.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which devices are meant; all that is set must hold. Patterns are RE2 and need not match from end to end.
 *
 * @param path in the path below {@code /dev}; a link is only meant where this is set, or where {@code kind} says so
 * @param link in one of its links, such as {@code serial/by-id/usb-FTDI.*}
 * @param subsystem such as {@code tty}
 * @param driver of the device or of one that it hangs on
 * @param udev in the values of these properties
 */
record Match(
        @Nullable Pattern path,
        @Nullable Pattern link,
        @Nullable String subsystem,
        @Nullable String driver,
        @Nullable UsbMatch usb,
        Map<String, Pattern> udev,
        @Nullable Kind kind) {

    /**
     * Which devices on the Universal Serial Bus are meant; null stands for any.
     *
     * @param vendor four hexadecimal digits, in small letters
     * @param product likewise
     */
    record UsbMatch(
            @Nullable String vendor,
            @Nullable String product,
            @Nullable String serial) {
        boolean holds(Found.Usb usb) {
            return (vendor == null || vendor.equals(usb.vendor()))
                    && (product == null || product.equals(usb.product()))
                    && (serial == null || serial.equals(usb.serial()));
        }
    }

    Match {
        udev = Map.copyOf(udev);
    }

    /** What has such a path, GPUs left out. */
    static Match path(Pattern path) {
        return new Match(path, null, null, null, null, Map.of(), null);
    }

    /** All GPUs that have no file below {@code /dev}. */
    static Match gpus() {
        return new Match(null, null, null, null, null, Map.of(), Kind.GPU);
    }

    boolean holds(Found found) {
        return ofKind(found)
                && (path == null || path.matcher(found.path()).find())
                && (link == null
                        || found.links().stream()
                                .anyMatch(name -> link.matcher(name).find()))
                && (subsystem == null || subsystem.equals(found.subsystem()))
                && (driver == null || found.drivers().contains(driver))
                && (usb == null || (found.usb() != null && usb.holds(found.usb())))
                && udev.entrySet().stream().allMatch(property -> holds(property, found));
    }

    private boolean ofKind(Found found) {
        if (kind != null) return kind == found.kind();
        return switch (found.kind()) {
            case CHARACTER, BLOCK, FOLDER -> true;
            case LINK -> path != null;
            case GPU -> false;
        };
    }

    private static boolean holds(Map.Entry<String, Pattern> property, Found found) {
        var value = found.udev().get(property.getKey());
        return value != null && property.getValue().matcher(value).find();
    }
}
