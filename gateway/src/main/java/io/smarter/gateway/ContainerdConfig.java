package io.smarter.gateway;

import io.smarter.json.Json;
import java.util.List;

/** containerd's configuration file, version 2, which containerd 1.5 and all later ones read. */
final class ContainerdConfig {
    /** What a gateway has no use for; {@code restart} looks at all containers every ten seconds. */
    private static final List<String> UNUSED = List.of(
            "io.containerd.internal.v1.opt",
            "io.containerd.internal.v1.restart",
            "io.containerd.internal.v1.tracing",
            "io.containerd.monitor.v1.cgroups",
            "io.containerd.nri.v1.nri",
            "io.containerd.snapshotter.v1.aufs",
            "io.containerd.snapshotter.v1.blockfile",
            "io.containerd.snapshotter.v1.btrfs",
            "io.containerd.snapshotter.v1.devmapper",
            "io.containerd.snapshotter.v1.zfs",
            "io.containerd.tracing.processor.v1.otlp");

    @SuppressWarnings("InlineFormatString") // the file is easier to read in one piece
    private static final String TEXT = """
            # Written by the gateway at each start of its containerd.
            version = 2
            root = %s
            state = %s
            disabled_plugins = %s

            [grpc]
              address = %s

            [debug]
              level = "warn"

            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = %s
              restrict_oom_score_adj = true
              netns_mounts_under_state_dir = true
              stats_collect_period = 60
              stream_server_address = "127.0.0.1"
              stream_server_port = "0"

              [plugins."io.containerd.grpc.v1.cri".cni]
                conf_dir = %s
                bin_dir = %s

              [plugins."io.containerd.grpc.v1.cri".registry]
                config_path = %s

              [plugins."io.containerd.grpc.v1.cri".containerd]
                snapshotter = %s
                default_runtime_name = "runc"

                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                  runtime_type = "io.containerd.runc.v2"

                  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                    Root = %s
                    SystemdCgroup = false
            """;

    private ContainerdConfig() {}

    /**
     * The file's text.
     *
     * @param snapshotter {@code overlayfs}, or {@code native} where the file system cannot carry overlays
     */
    static String text(ContainerdFolders folders, CniFolders cni, String snapshotter) {
        return TEXT.formatted(
                quoted(folders.root()),
                quoted(folders.state()),
                Json.arr(UNUSED).compact(),
                quoted(folders.socket()),
                quoted(SandboxImage.NAME),
                quoted(cni.config()),
                quoted(cni.programs()),
                quoted(folders.registries()),
                quoted(snapshotter),
                quoted(folders.runc()));
    }

    /** A JSON string is a TOML string too. */
    private static String quoted(Object text) {
        return Json.of(text.toString()).compact();
    }
}
