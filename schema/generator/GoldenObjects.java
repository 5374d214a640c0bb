import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs one object of each stable kind, all its fields set, as Go writes it in JSON and protobuf: what Kubernetes checks its own
 * compatibility with. Our tests read and write the same.
 */
final class GoldenObjects {
    private static final List<String> FOLDERS =
            List.of("api/testdata/HEAD", "apiextensions-apiserver/pkg/apis/testdata/HEAD");
    private static final Pattern STABLE = Pattern.compile(".*\\.v\\d+\\.\\w+\\.(json|pb)");

    private GoldenObjects() {}

    static void pack(Path root, Path zip) throws IOException {
        Files.createDirectories(zip.getParent());
        try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.setLevel(9);
            for (var folder : FOLDERS) pack(root.resolve(folder), out);
        }
    }

    private static void pack(Path folder, ZipOutputStream out) throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.sorted().toList()) {
                var name = file.getFileName().toString();
                if (!STABLE.matcher(name).matches()) continue;
                out.putNextEntry(new ZipEntry(name).setLastModifiedTime(FileTime.fromMillis(0)));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }
}
