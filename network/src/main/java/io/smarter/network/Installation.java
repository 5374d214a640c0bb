package io.smarter.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.files.Disk;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * The plugin's program and configuration where the runtime looks for them. Each file is the old one or the new one at any
 * moment, and is written only if it differs.
 *
 * @param config folder of the runtime's network configurations
 * @param programs folder of its plugins
 */
record Installation(Path config, Path programs) {
    /** The plugin's name. */
    static final String PLUGIN = "smarter-cni";

    /** The network's name, on which users rely. */
    static final String NETWORK = "smartnet";

    private static final String LOOPBACK = "loopback";
    /** Sorts before others, and in the place of the one that users of SMARTER may have. */
    private static final String FILE = "0-smarter-bridge.conflist";
    /** Sorts behind others: pods that were on the network when it was taken away can be taken off by it. */
    private static final String LEFT = "zz-smarter-removed.conflist";

    /** Puts both there, the configuration last, since the runtime uses it at once. */
    void install(Path program) throws IOException {
        Files.createDirectories(programs);
        Files.createDirectories(config);
        var bytes = Files.readAllBytes(program);
        write(programs.resolve(PLUGIN), bytes, "rwxr-xr-x");
        if (!Files.exists(programs.resolve(LOOPBACK))) write(programs.resolve(LOOPBACK), bytes, "rwxr-xr-x");
        write(config.resolve(FILE), conflist().pretty().getBytes(UTF_8), "rw-r--r--");
        Files.deleteIfExists(config.resolve(LEFT));
    }

    /**
     * Takes both away again.
     *
     * @param inUse whether pods are still on the network; then both stay for these alone
     */
    void withdraw(boolean inUse) throws IOException {
        var file = config.resolve(FILE);
        if (inUse) {
            if (Files.exists(file)) Files.move(file, config.resolve(LEFT), StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Files.deleteIfExists(file);
        Files.deleteIfExists(config.resolve(LEFT));
        var plugin = programs.resolve(PLUGIN);
        var loopback = programs.resolve(LOOPBACK);
        if (Files.exists(plugin) && Files.exists(loopback) && Files.mismatch(plugin, loopback) < 0)
            Files.delete(loopback);
        Files.deleteIfExists(plugin);
    }

    /** The configuration list, CNI 1.0 section 1; readers of 1.1 choose among the versions. */
    static Json.Obj conflist() {
        var plugin = Json.obj("type", PLUGIN, "capabilities", Json.obj("portMappings", true, "bandwidth", true));
        return Json.obj(
                "cniVersion",
                "1.0.0",
                "cniVersions",
                CniRequest.VERSIONS,
                "name",
                NETWORK,
                "plugins",
                Json.arr(plugin));
    }

    private static void write(Path file, byte[] content, String mode) throws IOException {
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), content)) return;
        Disk.write(file, content, PosixFilePermissions.fromString(mode));
    }
}
