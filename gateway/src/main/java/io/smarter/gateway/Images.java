package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.cri.v1.AuthConfig;
import io.smarter.cri.v1.Image;
import io.smarter.cri.v1.PodSandboxConfig;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Gets the images of containers, as their pull policies say. */
record Images(ContainerRuntime runtime, Configs configs, EventLog events) {
    private static final String HUB = "https://index.docker.io/v1/";

    /** An image is not there. The reason is the one that the container's status shows. */
    static final class MissingException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        MissingException(String reason, String message) {
            super(message);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /** The image of a container, pulled if it has to be. */
    Image get(Pod pod, Container container, PodSandboxConfig sandbox) throws MissingException, IOException {
        var name = container.image();
        if (!isValid(name)) {
            var message =
                    "Failed to apply default image tag \"%s\": couldn't parse image name \"%1$s\": invalid reference format"
                            .formatted(name);
            events.record(pod, container.name(), EventLog.Kind.WARNING, "InspectFailed", message);
            throw new MissingException("InvalidImageName", message);
        }
        var policy = container.pullPolicy();
        var present = policy.equals("Always") ? Optional.<Image>empty() : runtime.image(name);
        if (present.isPresent()) {
            var message = "Container image \"%s\" already present on machine".formatted(name);
            events.record(pod, container.name(), EventLog.Kind.NORMAL, "Pulled", message);
            return present.get();
        }
        if (policy.equals("Never")) {
            var message = "Container image \"%s\" is not present with pull policy of Never".formatted(name);
            events.record(pod, container.name(), EventLog.Kind.WARNING, "ErrImageNeverPull", message);
            throw new MissingException("ErrImageNeverPull", message);
        }
        return pull(pod, container, sandbox);
    }

    private Image pull(Pod pod, Container container, PodSandboxConfig sandbox) throws MissingException {
        var name = container.image();
        events.record(pod, container.name(), EventLog.Kind.NORMAL, "Pulling", "Pulling image \"%s\"".formatted(name));
        long begun = System.nanoTime();
        IOException failed = null;
        for (var credentials : credentials(pod, name)) {
            try {
                var id = runtime.pull(name, credentials, sandbox);
                var took = Duration.ofNanos(System.nanoTime() - begun);
                var message = "Successfully pulled image \"%s\" in %d.%03ds"
                        .formatted(name, took.toSeconds(), took.toMillisPart());
                events.record(pod, container.name(), EventLog.Kind.NORMAL, "Pulled", message);
                return runtime.image(id)
                        .or(() -> Optional.of(Image.newBuilder().setId(id).build()))
                        .get();
            } catch (IOException e) {
                failed = e;
            }
        }
        var message = "Failed to pull image \"%s\": %s"
                .formatted(name, failed == null ? "no credentials" : CriRuntime.message(failed));
        events.record(pod, container.name(), EventLog.Kind.WARNING, "Failed", message);
        throw new MissingException("ErrImagePull", failed == null ? message : CriRuntime.message(failed));
    }

    /** What to show to the registry, the most fitting first; none at all when the pod has no credentials for it. */
    private List<AuthConfig> credentials(Pod pod, String image) {
        var found = new ArrayList<AuthConfig>();
        for (var name : pod.imagePullSecrets()) {
            var data = ConfigData.entries("Secret", pullSecret(pod, name));
            var config = data.getOrDefault(".dockerconfigjson", data.get(".dockercfg"));
            if (config != null) addCredentials(found, config, image);
        }
        if (found.isEmpty()) found.add(AuthConfig.getDefaultInstance());
        return found;
    }

    /** One that can't be read gives no credentials, as one that is not there: the registry's answer tells. */
    private Json.Obj pullSecret(Pod pod, String name) {
        try {
            var secret = configs.find("Secret", pod.namespace(), name);
            return secret == null ? Json.Obj.EMPTY : secret;
        } catch (ConfigException e) {
            return Json.Obj.EMPTY;
        }
    }

    private static void addCredentials(List<AuthConfig> found, byte[] config, String image) {
        try {
            var tree = Json.parse(config);
            var servers = tree.at("auths") instanceof Json.Obj auths ? auths : tree;
            if (!(servers instanceof Json.Obj object)) return;
            object.members().forEach((server, auth) -> {
                if (fits(server, image)) found.add(credentials(server, auth));
            });
        } catch (JsonException e) {
            // A secret that holds no credentials gives none.
        }
    }

    private static AuthConfig credentials(String server, Json auth) {
        var credentials = AuthConfig.newBuilder()
                .setServerAddress(server)
                .setUsername(auth.textOrEmpty("username"))
                .setPassword(auth.textOrEmpty("password"))
                .setIdentityToken(auth.textOrEmpty("identitytoken"));
        var encoded = auth.textOrEmpty("auth");
        if (!encoded.isEmpty() && credentials.getUsername().isEmpty()) {
            var text = new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon > 0) {
                credentials.setUsername(text.substring(0, colon));
                credentials.setPassword(text.substring(colon + 1));
            }
        }
        return credentials.build();
    }

    /** Whether credentials for a server are meant for the registry of an image. */
    static boolean fits(String server, String image) {
        var bare = server.replaceFirst("^https?://", "").replaceFirst("/(v1|v2)?/?$", "");
        var registry = registry(image);
        if (registry.equals("docker.io"))
            return server.equals(HUB) || bare.equals("index.docker.io") || bare.equals("docker.io");
        return bare.equals(registry) || (registry + image.substring(image.indexOf('/'))).startsWith(bare + "/");
    }

    private static String registry(String image) {
        int slash = image.indexOf('/');
        var first = slash < 0 ? "" : image.substring(0, slash);
        boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
        return host ? first : "docker.io";
    }

    private static boolean isValid(String name) {
        if (name.isEmpty() || name.length() > 512) return false;
        int slash = name.indexOf('/');
        var path = slash < 0 || registry(name).equals("docker.io") ? name : name.substring(slash + 1);
        int end = path.indexOf('@') >= 0 ? path.indexOf('@') : path.length();
        int colon = path.lastIndexOf(':', end - 1);
        var repository = path.substring(0, colon < 0 ? end : colon);
        return !repository.isEmpty()
                && repository
                        .chars()
                        .allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "._-/".indexOf(c) >= 0)
                && !repository.startsWith("/")
                && !repository.endsWith("/");
    }
}
