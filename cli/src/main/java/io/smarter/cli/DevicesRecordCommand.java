package io.smarter.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.devices.Findings;
import io.smarter.files.Disk;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes down what there is below {@code /dev} here, so that rules can be tried elsewhere. */
@Command(
        name = "record",
        description = "Writes what is below /dev here to a file for 'smarter devices test --recorded'.")
final class DevicesRecordCommand implements Callable<Integer> {
    static final Path UDEV = Path.of("/run/udev/data");

    @Parameters(paramLabel = "FILE", description = "The file, which is made anew.")
    private Path file = Path.of("");

    @Override
    public Integer call() throws Exception {
        var findings = Findings.scan(Path.of("/dev"), Path.of("/sys"), UDEV);
        Disk.write(file.toAbsolutePath(), findings.json().pretty().getBytes(UTF_8), Disk.PUBLIC);
        System.out.printf("%s has %d files, folders and links%n", file, findings.size());
        return 0;
    }
}
