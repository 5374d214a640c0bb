package io.smarter.api;

import io.smarter.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A container of a pod's spec (core/v1 Container), read from its tree. */
public record Container(Json.Obj tree) {
    public String name() {
        return tree.textOrEmpty("name");
    }

    public String image() {
        return tree.textOrEmpty("image");
    }

    /** Always, IfNotPresent or Never; when not set, Always for the tag {@code latest} and for none, as the API defaults it. */
    public String pullPolicy() {
        var policy = tree.textOrEmpty("imagePullPolicy");
        if (!policy.isEmpty()) return policy;
        var reference = image().substring(image().lastIndexOf('/') + 1);
        boolean latest = !reference.contains("@") && (!reference.contains(":") || reference.endsWith(":latest"));
        return latest ? "Always" : "IfNotPresent";
    }

    public List<String> command() {
        return strings("command");
    }

    public List<String> args() {
        return strings("args");
    }

    public String workingDir() {
        return tree.textOrEmpty("workingDir");
    }

    public List<EnvVar> env() {
        return objects("env").map(EnvVar::new).toList();
    }

    public List<EnvFrom> envFrom() {
        return objects("envFrom").map(EnvFrom::new).toList();
    }

    public List<VolumeMount> volumeMounts() {
        return objects("volumeMounts").map(VolumeMount::new).toList();
    }

    /** Quantities by resource name, as written. */
    public Map<String, String> requests() {
        return quantities("requests");
    }

    /** Quantities by resource name, as written. */
    public Map<String, String> limits() {
        return quantities("limits");
    }

    /** How it is treated when it ended; null when that is as its pod says. */
    public Pod.@Nullable RestartPolicy restartPolicy() {
        return tree.text("restartPolicy") == null ? null : Pod.RestartPolicy.of(tree.text("restartPolicy"));
    }

    /** Whether this is an init container that runs on beside the others. */
    public boolean isSidecar() {
        return "Always".equals(tree.text("restartPolicy"));
    }

    /** The container whose processes an ephemeral one sees; empty for none. */
    public String targetContainerName() {
        return tree.textOrEmpty("targetContainerName");
    }

    public Json.Obj securityContext() {
        return tree.object("securityContext");
    }

    /** Ports that are published at the host: objects with containerPort, hostPort, hostIP and protocol. */
    public List<Json.Obj> ports() {
        return objects("ports").toList();
    }

    /** A probe by its field, such as {@code livenessProbe}; null when there is none. */
    public @Nullable Probe probe(String field) {
        return tree.get(field) instanceof Json.Obj probe ? new Probe(probe) : null;
    }

    /** What is to be done at a point of the container's life, {@code postStart} or {@code preStop}; null for nothing. */
    public @Nullable Probe hook(String point) {
        return tree.at("lifecycle", point) instanceof Json.Obj hook ? new Probe(hook) : null;
    }

    /** With which signal it is asked to end, such as {@code SIGUSR1}; empty for the one that its image says. */
    public String stopSignal() {
        return tree.textOrEmpty("lifecycle", "stopSignal");
    }

    public boolean tty() {
        return tree.flag("tty");
    }

    public boolean stdin() {
        return tree.flag("stdin");
    }

    public boolean stdinOnce() {
        return tree.flag("stdinOnce");
    }

    public String terminationMessagePath() {
        var path = tree.textOrEmpty("terminationMessagePath");
        return path.isEmpty() ? "/dev/termination-log" : path;
    }

    public boolean fallsBackToLogs() {
        return "FallbackToLogsOnError".equals(tree.text("terminationMessagePolicy"));
    }

    private Map<String, String> quantities(String field) {
        var quantities = new LinkedHashMap<String, String>();
        tree.object("resources", field).members().forEach((name, value) -> {
            if (value instanceof Json.Str(var text)) quantities.put(name, text);
            else if (value instanceof Json.Num(var literal)) quantities.put(name, literal);
        });
        return quantities;
    }

    private List<String> strings(String field) {
        return tree.items(field).stream()
                .filter(Json.Str.class::isInstance)
                .map(item -> ((Json.Str) item).value())
                .toList();
    }

    private Stream<Json.Obj> objects(String field) {
        return tree.items(field).stream().filter(Json.Obj.class::isInstance).map(Json.Obj.class::cast);
    }
}
