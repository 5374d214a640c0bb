package io.smarter.network;

import io.smarter.cri.CriClient;
import io.smarter.cri.CriException;
import io.smarter.cri.v1.PodSandboxFilter;
import io.smarter.json.Json;
import io.smarter.registry.ImageConfig;
import io.smarter.registry.Layer;
import io.smarter.registry.OciArchive;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real containerd of a test's own. Its CNI plugin is a shell program that gives no network, only an address, and does
 * nothing before the test has answered for it: it writes what it is asked to one pipe, and reads a line from another.
 */
@SuppressWarnings("InlineFormatString") // the files are easier to read in one piece
final class TestContainerd implements AutoCloseable {
    static final String IMAGE = "localhost/test/busybox:1";

    private static final String CONFIG = """
            version = 2
            root = "%1$s/root"
            state = "%1$s/state"
            [grpc]
              address = "%1$s/containerd.sock"
            [debug]
              level = "warn"
            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "localhost/test/busybox:1"
              restrict_oom_score_adj = true
              netns_mounts_under_state_dir = true
              [plugins."io.containerd.grpc.v1.cri".cni]
                conf_dir = "%1$s/net.d"
                bin_dir = "%1$s/bin"
              [plugins."io.containerd.grpc.v1.cri".containerd]
                snapshotter = "native"
                default_runtime_name = "runc"
                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                  runtime_type = "io.containerd.runc.v2"
                  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                    SystemdCgroup = false
                    Root = "%1$s/runc"
            """;
    private static final String PLUGIN = """
            #!/bin/sh
            cat > /dev/null
            case $CNI_COMMAND in
              ADD)
                echo "ADD $CNI_CONTAINERID $CNI_ARGS" > %1$s/asked
                read -r address < %1$s/answer
                echo "{\\"cniVersion\\":\\"0.4.0\\",\\"ips\\":[{\\"version\\":\\"4\\",\\"address\\":\\"$address/16\\"}]}" ;;
              DEL)
                echo "DEL $CNI_CONTAINERID" > %1$s/asked
                read -r done < %1$s/answer ;;
              VERSION) echo '{"cniVersion":"0.4.0","supportedVersions":["0.4.0"]}' ;;
            esac
            """;

    final Path socket;
    final CriClient cri;
    private final Path folder;
    private final Process process;

    TestContainerd(Path folder) throws Exception {
        this.folder = folder;
        this.socket = folder.resolve("containerd.sock");
        Files.createDirectories(folder.resolve("net.d"));
        Files.createDirectories(folder.resolve("bin"));
        Files.writeString(
                folder.resolve("net.d/test.conflist"),
                Json.obj("cniVersion", "0.4.0", "name", "test", "plugins", Json.arr(Json.obj("type", "test")))
                        .compact());
        var plugin = Files.writeString(folder.resolve("bin/test"), PLUGIN.formatted(folder));
        Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwxr-xr-x"));
        // containerd gives each sandbox a loopback by a plugin of that name, whatever the configuration.
        Files.copy(
                Path.of("/usr/lib/cni/loopback"), folder.resolve("bin/loopback"), StandardCopyOption.COPY_ATTRIBUTES);
        for (var pipe : List.of("asked", "answer"))
            TestNetns.run("", "mkfifo", folder.resolve(pipe).toString());
        var config = Files.writeString(folder.resolve("config.toml"), CONFIG.formatted(folder));
        var builder = new ProcessBuilder("containerd", "--config", config.toString());
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        process = builder.redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        cri = CriClient.connect(socket);
        for (int i = 0; !isReady(); i++) {
            if (i > 1000 || !process.isAlive()) throw new IOException(Files.readString(folder.resolve("log")));
            Thread.sleep(20);
        }
        load();
    }

    private boolean isReady() {
        try {
            return cri.status().getConditionsList().stream().allMatch(condition -> condition.getStatus());
        } catch (CriException _) {
            return false;
        }
    }

    /** Its one image sleeps unless it is told otherwise. */
    private void load() throws Exception {
        var busybox = new Layer().file("bin/busybox", 0755, Path.of("/bin/busybox"));
        for (var command : List.of("sh", "echo", "sleep")) busybox.link("bin/" + command, "busybox");
        busybox.folder("t", 0755);
        var archive = folder.resolve("busybox.tar");
        OciArchive.write(archive, IMAGE, ImageConfig.running("/bin/sleep", "100000"), List.of(busybox));
        TestNetns.run("", "ctr", "-a", socket.toString(), "-n", "k8s.io", "images", "import", archive.toString());
        for (int i = 0; cri.imageStatus(IMAGE).isEmpty(); i++) {
            if (i > 500) throw new IOException("CRI does not see the image");
            Thread.sleep(10);
        }
    }

    /** Waits for the plugin's next question. */
    String asked() throws IOException {
        return Files.readString(folder.resolve("asked")).strip();
    }

    void answer(String line) throws IOException {
        Files.writeString(folder.resolve("answer"), line + "\n");
    }

    /** Takes all sandboxes away, whose plugin must still be answered, and ends. */
    @Override
    public void close() throws IOException {
        for (var sandbox : cri.listPodSandbox(PodSandboxFilter.getDefaultInstance())) {
            cri.stopPodSandbox(sandbox.getId());
            cri.removePodSandbox(sandbox.getId());
        }
        cri.close();
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
