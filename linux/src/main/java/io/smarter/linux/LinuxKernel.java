package io.smarter.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kernel that we run on, through the programs mount(8) and umount(8), which every Linux has. A call of the C library
 * from within Java would be quicker by some milliseconds and cost the process 2 MiB for good.
 */
public final class LinuxKernel implements Kernel {
    private static final int LONGEST_MESSAGE = 1024;

    /** Costs nothing. */
    public LinuxKernel() {}

    @Override
    public void mount(String source, Path target, String fileSystem, Set<MountFlag> flags, String data)
            throws IOException {
        var options = Stream.concat(flags.stream().sorted().map(flag -> flag.option), Stream.of(data))
                .filter(option -> !option.isEmpty())
                .collect(Collectors.joining(","));
        run(
                List.of(
                        "mount",
                        "--types=" + fileSystem,
                        "--options=" + (options.isEmpty() ? "defaults" : options),
                        "--",
                        source,
                        target.toString()),
                LONGEST_MESSAGE);
    }

    @Override
    public void unmount(Path target) throws IOException {
        run(List.of("umount", "--lazy", "--", target.toString()), LONGEST_MESSAGE);
    }

    /**
     * Runs a program; gives what it says, cut to a length.
     *
     * @throws IOException with what it says if it fails
     */
    static String run(List<String> command, int longest) throws IOException {
        return run(command, "", longest);
    }

    /** The same with a text for the program to read. */
    static String run(List<String> command, String input, int longest) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var to = process.getOutputStream()) {
            to.write(input.getBytes(StandardCharsets.UTF_8));
        }
        return said(process, command, longest, true);
    }

    /** The same for a program whose failures are of single files: gives what it says of the others. */
    static String output(List<String> command, int longest) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return said(process, command, longest, false);
    }

    private static String said(Process process, List<String> command, int longest, boolean strict) throws IOException {
        try (var output = process.getInputStream()) {
            process.getOutputStream().close();
            var said = new String(output.readNBytes(longest), StandardCharsets.UTF_8).strip();
            int status = process.waitFor();
            if (status == 0 || !strict) return said;
            throw new IOException(said.isEmpty() ? "%s ended with status %d".formatted(command, status) : said);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during " + String.join(" ", command), e);
        }
    }
}
