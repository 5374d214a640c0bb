package io.smarter.registry;

import io.smarter.json.Json;
import java.util.List;
import java.util.Map;

/**
 * What a container of an image runs, unless told otherwise (OCI image-spec, "config").
 *
 * @param architecture Go's name for it: {@code amd64}, {@code arm64}
 * @param environment {@code NAME=value} each
 * @param workingDirectory an absolute path, or empty for the root
 * @param user {@code uid}, {@code uid:gid} or a name, or empty for root
 */
public record ImageConfig(
        String architecture,
        List<String> entrypoint,
        List<String> command,
        List<String> environment,
        String workingDirectory,
        String user,
        Map<String, String> labels) {

    /** An image that runs one command for the machine at hand, as root, in the root folder. */
    public static ImageConfig running(String... entrypoint) {
        return new ImageConfig(hostArchitecture(), List.of(entrypoint), List.of(), List.of(), "", "", Map.of());
    }

    public ImageConfig withEnvironment(List<String> environment) {
        return new ImageConfig(architecture, entrypoint, command, environment, workingDirectory, user, labels);
    }

    public ImageConfig withUser(String user) {
        return new ImageConfig(architecture, entrypoint, command, environment, workingDirectory, user, labels);
    }

    /** Go's name for the architecture of this machine. */
    public static String hostArchitecture() {
        return switch (System.getProperty("os.arch")) {
            case "aarch64" -> "arm64";
            case String other -> other;
        };
    }

    /** The config blob of an image with these layers, bottom first. */
    Json.Obj toJson(List<String> layerDigests) {
        var config = Json.obj(
                "Entrypoint", entrypoint.isEmpty() ? null : entrypoint,
                "Cmd", command.isEmpty() ? null : command,
                "Env", environment.isEmpty() ? null : environment,
                "WorkingDir", workingDirectory.isEmpty() ? null : workingDirectory,
                "User", user.isEmpty() ? null : user,
                "Labels", labels.isEmpty() ? null : labels);
        return Json.obj(
                "architecture",
                architecture,
                "os",
                "linux",
                "config",
                config,
                "rootfs",
                Json.obj("type", "layers", "diff_ids", layerDigests));
    }
}
