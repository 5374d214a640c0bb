package io.smarter.gateway;

import io.smarter.registry.ImageConfig;
import io.smarter.registry.Layer;
import io.smarter.registry.OciArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The image of the process that holds a pod's namespaces: made on the gateway itself, pulled from nowhere. */
final class SandboxImage {
    /** Its name; its version changes with its content. */
    static final String NAME = "localhost/smarter/pause:1";

    private SandboxImage() {}

    /** Writes it as an archive for this machine. */
    static void write(Path archive) throws IOException {
        var program = SandboxImageProgram.executable(ImageConfig.hostArchitecture());
        var layer = new Layer().file("pause", 0755, program);
        OciArchive.write(archive, NAME, ImageConfig.running("/pause").withUser("65535:65535"), List.of(layer));
    }
}
