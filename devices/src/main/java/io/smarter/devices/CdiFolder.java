package io.smarter.devices;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.files.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is offered, described in files in which container runtimes look for devices. For use by one thread. */
final class CdiFolder {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");
    private static final String OURS = CdiSpec.VENDOR + "-*.json";

    private final Path folder;
    private Map<String, CdiSpec> written = Map.of();
    private boolean known;

    CdiFolder(Path folder) {
        this.folder = folder;
    }

    /** Has it describe these, and no others of ours. */
    void write(List<Offer> offers) {
        var wanted = new HashMap<String, CdiSpec>();
        for (var offer : offers) CdiSpec.of(offer).ifPresent(spec -> wanted.put(spec.fileName(), spec));
        if (known && wanted.equals(written)) return;
        try {
            Files.createDirectories(folder);
            for (var entry : wanted.entrySet()) {
                if (known && entry.getValue().equals(written.get(entry.getKey()))) continue;
                var text = entry.getValue().document().pretty().getBytes(UTF_8);
                Disk.write(folder.resolve(entry.getKey()), text, Disk.PUBLIC);
            }
            try (var files = Files.newDirectoryStream(folder, OURS)) {
                for (var file : files)
                    if (!wanted.containsKey(file.getFileName().toString())) Files.deleteIfExists(file);
            }
            written = wanted;
            known = true;
        } catch (IOException e) {
            LOG.log(WARNING, "devices are not described in {0}: {1}", folder, e.getMessage());
        }
    }

    void remove() throws IOException {
        if (!Files.isDirectory(folder)) return;
        try (var files = Files.newDirectoryStream(folder, OURS)) {
            for (var file : files) Files.deleteIfExists(file);
        }
    }
}
