package io.smarter.schema;

import io.smarter.api.Pod;
import io.smarter.api.PodTotals;
import io.smarter.json.Json;
import java.util.List;
import java.util.function.Consumer;

/** The defaults of a pod's spec, in a pod of its own or in the template of a workload. */
final class DefaultsPod {
    private static final int VOLUME_MODE = 0644;
    private static final int TOKEN_SECONDS = 3600;
    private static final int CERTIFICATE_SECONDS = 86_400;

    private DefaultsPod() {}

    /** A pod of its own also gets what a template leaves open. */
    static void pod(DefaultsDraft spec) {
        spec(spec);
        for (var list : List.of("containers", "initContainers")) spec.each(list, DefaultsPod::requests);
        spec.within("resources", resources -> wholeRequests(resources, new Pod(Json.obj("spec", spec.object()))));
        spec.put("enableServiceLinks", Json.of(true));
        if (!spec.text("serviceAccount").isEmpty()) spec.put("serviceAccountName", spec.text("serviceAccount"));
        if (!spec.text("serviceAccountName").isEmpty()) spec.put("serviceAccount", spec.text("serviceAccountName"));
    }

    static void spec(DefaultsDraft spec) {
        boolean hostNetwork = spec.get("hostNetwork") instanceof Json.Bool(var on) && on;
        for (var list : List.of("containers", "initContainers", "ephemeralContainers"))
            spec.each(list, container -> container(container, hostNetwork));
        spec.each("volumes", DefaultsPod::volume);
        spec.put("restartPolicy", "Always");
        spec.put("terminationGracePeriodSeconds", 30);
        spec.put("dnsPolicy", "ClusterFirst");
        spec.put("securityContext", Json.Obj.EMPTY);
        spec.put("schedulerName", "default-scheduler");
    }

    private static void container(DefaultsDraft container, boolean hostNetwork) {
        container.each("ports", port -> {
            port.put("protocol", "TCP");
            var number = port.get("containerPort");
            if (hostNetwork && number != null) port.put("hostPort", number);
        });
        container.each(
                "env",
                variable -> variable.within("valueFrom", from -> {
                    from.within("fieldRef", field -> field.put("apiVersion", "v1"));
                    from.within("fileKeyRef", file -> file.put("optional", Json.of(false)));
                }));
        container.put("resources", Json.Obj.EMPTY);
        container.put("terminationMessagePath", "/dev/termination-log");
        container.put("terminationMessagePolicy", "File");
        container.put("imagePullPolicy", pullPolicy(container.text("image")));
        for (var probe : List.of("livenessProbe", "readinessProbe", "startupProbe"))
            container.within(probe, DefaultsPod::probe);
        container.within("lifecycle", lifecycle -> {
            lifecycle.within("postStart", DefaultsPod::handler);
            lifecycle.within("preStop", DefaultsPod::handler);
        });
    }

    /** An image that may change behind its name is pulled each time: one of tag latest, spoken or not. */
    static String pullPolicy(String image) {
        if (image.indexOf('@') >= 0) return "IfNotPresent";
        int colon = image.lastIndexOf(':');
        boolean tagged = colon > image.lastIndexOf('/');
        return tagged && !image.substring(colon + 1).equals("latest") ? "IfNotPresent" : "Always";
    }

    private static void probe(DefaultsDraft probe) {
        handler(probe);
        probe.put("timeoutSeconds", 1);
        probe.put("periodSeconds", 10);
        probe.put("successThreshold", 1);
        probe.put("failureThreshold", 3);
    }

    private static void handler(DefaultsDraft handler) {
        handler.within("httpGet", get -> {
            get.put("path", "/");
            get.put("scheme", "HTTP");
        });
        handler.within("grpc", grpc -> grpc.put("service", Json.of("")));
    }

    /** What is limited but not requested is requested up to its limit. */
    private static void requests(DefaultsDraft container) {
        container.within("resources", resources -> {
            if (!(resources.get("limits") instanceof Json.Obj(var limits)) || limits.isEmpty()) return;
            resources.always("requests", requests -> limits.forEach(requests::put));
        });
    }

    /** A pod that is limited as a whole requests as a whole what its containers do, and else as much as its limits. */
    private static void wholeRequests(DefaultsDraft resources, Pod pod) {
        if (!(resources.get("limits") instanceof Json.Obj(var limits)) || limits.isEmpty()) return;
        resources.always("requests", requests -> {
            PodTotals.ofContainers(pod, "requests").forEach((name, amount) -> {
                if (PodTotals.isOfPods(name) && !PodTotals.isHugePages(name)) requests.put(name, amount.toString());
            });
            limits.forEach(requests::put);
        });
    }

    private static void volume(DefaultsDraft volume) {
        if (volume.only("name")) volume.put("emptyDir", Json.Obj.EMPTY);
        volume.within("hostPath", path -> path.put("type", Json.of("")));
        volume.within("image", image -> image.put("pullPolicy", pullPolicy(image.text("reference"))));
        for (var source : List.of("secret", "configMap")) volume.within(source, DefaultsPod::mode);
        Consumer<DefaultsDraft> downward =
                source -> source.each("items", item -> item.within("fieldRef", field -> field.put("apiVersion", "v1")));
        volume.within("downwardAPI", source -> {
            mode(source);
            downward.accept(source);
        });
        volume.within("projected", projected -> {
            mode(projected);
            projected.each("sources", source -> {
                source.within("downwardAPI", downward);
                source.within("serviceAccountToken", token -> token.put("expirationSeconds", TOKEN_SECONDS));
                source.within(
                        "podCertificate", certificate -> certificate.put("maxExpirationSeconds", CERTIFICATE_SECONDS));
            });
        });
    }

    private static void mode(DefaultsDraft source) {
        source.put("defaultMode", VOLUME_MODE);
    }
}
