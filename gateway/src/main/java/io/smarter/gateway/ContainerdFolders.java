package io.smarter.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where the gateway's own containerd keeps its things: what must outlive a reboot in the gateway's data folder, what must
 * not under /run. The latter has a short name of its own, since the path of a Unix socket has at most 107 bytes.
 *
 * @param data the gateway's data folder
 * @param run the folder for what ends with a reboot
 */
record ContainerdFolders(Path data, Path run) {
    /** What the gateways of this machine have under /run. */
    static final Path RUN = Path.of("/run/smarter");

    /** The shims' sockets, whatever containerd they belong to. */
    static final Path SHIMS = Path.of("/run/containerd/s");

    static ContainerdFolders of(Path data) {
        var absolute = data.toAbsolutePath().normalize();
        return new ContainerdFolders(absolute, RUN.resolve(name(absolute)));
    }

    /** A short name that is this gateway's on this machine. */
    String name() {
        return name(data);
    }

    Path home() {
        return data.resolve("containerd");
    }

    Path config() {
        return home().resolve("config.toml");
    }

    /** Images, containers' writable layers and containerd's database. */
    Path root() {
        return home().resolve("root");
    }

    /** One folder with a hosts.toml for each registry that needs one. */
    Path registries() {
        return home().resolve("registries");
    }

    Path log() {
        return home().resolve("containerd.log");
    }

    Path socket() {
        return run.resolve("containerd.sock");
    }

    /** The running containers' bundles, pipes and network namespaces. */
    Path state() {
        return run.resolve("state");
    }

    /** runc's notes on running containers. */
    Path runc() {
        return run.resolve("runc");
    }

    /** Where the shim of a sandbox listens: in one place for all containerds, under a name that follows from ours. */
    Path shimSocket(String sandbox) {
        var name = socket().resolve("k8s.io").resolve(sandbox);
        return SHIMS.resolve(HexFormat.of().formatHex(sha256(name)));
    }

    private static String name(Path data) {
        return HexFormat.of().formatHex(sha256(data), 0, 4);
    }

    private static byte[] sha256(Path path) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(path.toString().getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
