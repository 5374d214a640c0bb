package io.smarter.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is mounted in our mount namespace, proc_pid_mountinfo(5). */
public final class Mounts {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    /**
     * One mount.
     *
     * @param root the folder of the file system that is seen at the target; {@code net:[…]} for a namespace
     */
    public record Mount(String root, Path target, String fileSystem, String source) {}

    private Mounts() {}

    /** All mounts, oldest first. */
    public static List<Mount> all() throws IOException {
        return parse(Files.readAllLines(MOUNTINFO));
    }

    /** The mounts at a path and below it, in the order in which they can be taken off. */
    public static List<Mount> under(Path path) throws IOException {
        return all().reversed().stream()
                .filter(mount -> mount.target().startsWith(path))
                .toList();
    }

    /** Takes off all mounts at a path and below it. */
    public static void remove(Path path, Kernel kernel) throws IOException {
        for (var mount : under(path)) kernel.unmount(mount.target());
    }

    static List<Mount> parse(List<String> lines) {
        var mounts = new ArrayList<Mount>();
        for (var line : lines) {
            var halves = line.split(" - ", 2);
            var first = halves[0].split(" ");
            var second = halves.length == 2 ? halves[1].split(" ") : new String[0];
            if (first.length < 6 || second.length < 2) continue;
            mounts.add(new Mount(unescape(first[3]), Path.of(unescape(first[4])), second[0], unescape(second[1])));
        }
        return mounts;
    }

    /** Turns {@code \040}, as the kernel writes a blank, into what it stands for. */
    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) return text;
        var plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && i + 3 < text.length()) {
                plain.append((char) Integer.parseInt(text, i + 1, i + 4, 8));
                i += 3;
            } else {
                plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }
}
