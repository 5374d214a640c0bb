package io.smarter.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file system: bytes and inodes.
 *
 * @param available what others than root may still use
 * @param inodes 0 where the file system has no limit of them
 */
public record DiskSpace(long capacity, long available, long free, long inodes, long inodesFree) {
    private static final int LONGEST_TABLE = 1 << 20;

    /** The file system of a path, but for its inodes, of which Java knows nothing: those take a program. */
    public static DiskSpace bytesOf(Path path) {
        var file = path.toFile();
        return new DiskSpace(file.getTotalSpace(), file.getUsableSpace(), file.getFreeSpace(), 0, 0);
    }

    /** The file system of a path, by stat(1). */
    public static DiskSpace of(Path path) throws IOException {
        var bytes = bytesOf(path);
        var answer = LinuxKernel.run(
                List.of("stat", "--file-system", "--format=%c %d", "--", path.toString()), LONGEST_TABLE);
        var numbers = answer.split(" ", 2);
        if (numbers.length != 2) throw new IOException("stat of " + path + ": answered '" + answer + "'");
        return new DiskSpace(
                bytes.capacity,
                bytes.available,
                bytes.free,
                Long.parseLong(numbers[0]),
                Long.parseLong(numbers[1].strip()));
    }

    public long used() {
        return capacity - free;
    }

    public long inodesUsed() {
        return inodes - inodesFree;
    }

    /**
     * What each of some folders takes, in bytes (of whole blocks) and in inodes, by du(1), which reads all that is below:
     * other file systems not, and what vanishes meanwhile does not matter. Folders that are not there take nothing.
     */
    public static Map<Path, Taken> taken(List<Path> folders) throws IOException {
        var there = folders.stream().filter(folder -> folder.toFile().exists()).toList();
        if (there.isEmpty()) return Map.of();
        var bytes = du(there, "--block-size=1");
        var inodes = du(there, "--inodes");
        var taken = new HashMap<Path, Taken>();
        for (var folder : there)
            taken.put(folder, new Taken(bytes.getOrDefault(folder, 0L), inodes.getOrDefault(folder, 0L)));
        return taken;
    }

    /** What a folder takes. */
    public record Taken(long bytes, long inodes) {
        public static final Taken NOTHING = new Taken(0, 0);

        public Taken plus(Taken other) {
            return new Taken(bytes + other.bytes, inodes + other.inodes);
        }
    }

    private static Map<Path, Long> du(List<Path> folders, String counted) throws IOException {
        var command = new ArrayList<>(List.of("du", "--summarize", "--one-file-system", counted, "--"));
        folders.forEach(folder -> command.add(folder.toString()));
        var taken = new HashMap<Path, Long>();
        for (var line : LinuxKernel.output(command, LONGEST_TABLE).split("\n", -1)) {
            int tab = line.indexOf('\t');
            if (tab > 0 && line.substring(0, tab).chars().allMatch(Character::isDigit))
                taken.put(Path.of(line.substring(tab + 1)), Long.parseLong(line.substring(0, tab)));
        }
        return taken;
    }
}
