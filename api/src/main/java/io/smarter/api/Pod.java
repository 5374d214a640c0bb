package io.smarter.api;

import io.smarter.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pod (core/v1), read from its tree, which stays whole: fields that we do not know survive. What is absent or of a
 * wrong type reads as Kubernetes' default.
 */
public record Pod(Json.Obj tree) {
    /** The annotation of pods that show what a node runs on its own (Kubernetes "Static Pods"); its value tells which. */
    public static final String MIRROR = "kubernetes.io/config.mirror";

    /** How containers that ended are treated. */
    public enum RestartPolicy {
        ALWAYS,
        ON_FAILURE,
        NEVER;

        static RestartPolicy of(@Nullable String text) {
            return switch (text) {
                case "OnFailure" -> ON_FAILURE;
                case "Never" -> NEVER;
                case null, default -> ALWAYS;
            };
        }
    }

    /** What the node gives up last (Kubernetes "Pod Quality of Service Classes"). */
    public enum QosClass {
        GUARANTEED("Guaranteed"),
        BURSTABLE("Burstable"),
        BEST_EFFORT("BestEffort");

        private final String text;

        QosClass(String text) {
            this.text = text;
        }

        /** As it is written in {@code status.qosClass}. */
        public String text() {
            return text;
        }
    }

    public ObjectMeta metadata() {
        return new ObjectMeta(tree.object("metadata"));
    }

    public String uid() {
        return metadata().uid();
    }

    public String name() {
        return metadata().name();
    }

    public String namespace() {
        return metadata().namespace();
    }

    /** Namespace and name, for logs. */
    public String key() {
        return namespace() + "/" + name();
    }

    public Json.Obj spec() {
        return tree.object("spec");
    }

    /** {@code status.phase}, empty when the pod has none yet. */
    public String phase() {
        return tree.textOrEmpty("status", "phase");
    }

    /** Whether this only shows a pod that a node runs on its own. */
    public boolean isMirror() {
        return metadata().annotations().containsKey(MIRROR);
    }

    public boolean isDeleting() {
        return metadata().deletionTimestamp() != null;
    }

    public List<Container> containers() {
        return containers("containers");
    }

    public List<Container> initContainers() {
        return containers("initContainers");
    }

    /** Those that were put into the running pod to look at it (Kubernetes "Ephemeral Containers"). */
    public List<Container> ephemeralContainers() {
        return containers("ephemeralContainers");
    }

    /** All of them, those that only look at the pod last. */
    public List<Container> containersOfAllKinds() {
        var all = allContainers();
        all.addAll(ephemeralContainers());
        return all;
    }

    /** A container of any kind by its name; null when there is none. */
    public @Nullable Container container(String name) {
        return containersOfAllKinds().stream()
                .filter(container -> container.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** What the pod is made of: init containers, then the others. */
    public List<Container> allContainers() {
        var all = new ArrayList<>(initContainers());
        all.addAll(containers());
        return all;
    }

    public List<Volume> volumes() {
        return spec().items("volumes").stream()
                .filter(Json.Obj.class::isInstance)
                .map(volume -> new Volume((Json.Obj) volume))
                .toList();
    }

    public RestartPolicy restartPolicy() {
        return RestartPolicy.of(spec().text("restartPolicy"));
    }

    /** How long the containers may take to end; at least one second. */
    public Duration gracePeriod() {
        var asked = metadata().deletionGracePeriodSeconds();
        long seconds = asked != null ? asked : spec().number(30, "terminationGracePeriodSeconds");
        return Duration.ofSeconds(Math.max(1, seconds));
    }

    /** The account in whose name the pod runs. */
    public String serviceAccount() {
        var account = spec().textOrEmpty("serviceAccountName");
        return account.isEmpty() ? "default" : account;
    }

    public boolean hostNetwork() {
        return spec().flag("hostNetwork");
    }

    /**
     * The host name that the pod's containers see: {@code spec.hostnameOverride}, or else one label, cut to the 63
     * characters that it may have.
     */
    public String hostname() {
        if (overridesHostname()) return spec().textOrEmpty("hostnameOverride");
        var name = spec().textOrEmpty("hostname").isEmpty() ? name() : spec().textOrEmpty("hostname");
        if (name.length() <= 63) return name;
        int end = 63;
        while (end > 0 && (name.charAt(end - 1) == '-' || name.charAt(end - 1) == '.')) end--;
        return name.substring(0, end);
    }

    /** Whether the pod says its whole host name, which then has no domain of the cluster. */
    public boolean overridesHostname() {
        return !spec().textOrEmpty("hostnameOverride").isEmpty();
    }

    public List<String> imagePullSecrets() {
        return spec().items("imagePullSecrets").stream()
                .map(secret -> secret.textOrEmpty("name"))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** Where resources are stated for the pod as a whole, as a container states them, those of its containers do not count. */
    public QosClass qosClass() {
        boolean any = false;
        boolean guaranteed = true;
        for (var holder : statesResources() ? List.of(new Container(spec())) : allContainers()) {
            for (var resource : List.of("cpu", "memory")) {
                var limit = holder.limits().get(resource);
                var request = holder.requests().getOrDefault(resource, limit);
                any |= limit != null || request != null;
                guaranteed &= limit != null && limit.equals(request);
            }
        }
        if (!any) return QosClass.BEST_EFFORT;
        return guaranteed ? QosClass.GUARANTEED : QosClass.BURSTABLE;
    }

    /** Whether resources are stated for the pod as a whole (Kubernetes "Pod-level resources"). */
    private boolean statesResources() {
        return Stream.of("requests", "limits")
                .flatMap(what -> spec().object("resources", what).members().keySet().stream())
                .anyMatch(PodTotals::isOfPods);
    }

    private List<Container> containers(String field) {
        return spec().items(field).stream()
                .filter(Json.Obj.class::isInstance)
                .map(container -> new Container((Json.Obj) container))
                .toList();
    }
}
