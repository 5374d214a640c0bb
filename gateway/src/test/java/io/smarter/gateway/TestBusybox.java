package io.smarter.gateway;

import io.smarter.registry.ImageConfig;
import io.smarter.registry.Layer;
import io.smarter.registry.OciArchive;
import java.nio.file.Path;
import java.util.List;

/** An image with Debian's static busybox, for containers that tests run. */
final class TestBusybox {
    private TestBusybox() {}

    /** Puts it into a runtime under a name. */
    static void load(Containerd containerd, Path archive, String name) throws Exception {
        var busybox = new Layer().file("bin/busybox", 0755, Path.of("/bin/busybox"));
        for (var command : List.of("sh", "echo", "cat", "sleep", "wget", "nc", "ip", "httpd", "dd"))
            busybox.link("bin/" + command, "busybox");
        busybox.folder("tmp", 01777);
        busybox.folder("of-" + Integer.toHexString(name.hashCode()), 0755); // no two images are the same
        OciArchive.write(archive, name, ImageConfig.running("/bin/sh"), List.of(busybox));
        containerd.load(archive);
    }
}
