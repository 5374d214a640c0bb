package io.smarter.auth;

import io.smarter.json.Json;
import io.smarter.types.Metadata;
import java.util.ArrayList;
import java.util.List;

/**
 * The volume in which a pod finds how to talk to the API: a token of its account, the authority's certificate, its
 * namespace (Kubernetes "Configure Service Accounts for Pods"). Pure functions, but for the volume's name.
 */
public final class PodTokenVolume {
    /** Where containers see it, and where programs look for it. */
    static final String PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

    /** What such a token is asked for. Who asks for just this long gets more, see {@link TokenRequests}. */
    static final long SECONDS = 3607;

    private static final String NAME = "kube-api-access-";
    private static final String WANTED = "automountServiceAccountToken";
    private static final int MODE = 0644;

    private PodTokenVolume() {}

    /** A pod with the volume, mounted in each container that has nothing there; the pod's own word goes before its account's. */
    public static Json.Obj added(Json.Obj account, Json.Obj pod) {
        var spec = pod.object("spec");
        if (!isWanted(account, spec)) return pod;
        var volumes = spec.items("volumes");
        var there = volumes.stream()
                .map(volume -> volume.textOrEmpty("name"))
                .filter(name -> name.startsWith(NAME))
                .findFirst();
        var name = there.orElseGet(() -> Metadata.generated(NAME));
        var mounted = mounted(mounted(spec, "initContainers", name), "containers", name);
        if (mounted.equals(spec)) return pod;
        if (there.isEmpty()) mounted = mounted.with("volumes", appended(volumes, volume(name)));
        return pod.with("spec", mounted);
    }

    private static boolean isWanted(Json.Obj account, Json.Obj spec) {
        var decides = spec.has(WANTED) ? spec : account;
        return !decides.has(WANTED) || decides.flag(WANTED);
    }

    private static Json.Obj mounted(Json.Obj spec, String list, String volume) {
        if (spec.items(list).isEmpty()) return spec;
        var mount = Json.obj("name", volume, "readOnly", true, "mountPath", PATH);
        return spec.with(
                list,
                Json.arr(spec.items(list).stream()
                        .map(container -> container instanceof Json.Obj object ? mounted(object, mount) : container)
                        .toList()));
    }

    private static Json.Obj mounted(Json.Obj container, Json.Obj mount) {
        var mounts = container.items("volumeMounts");
        boolean taken =
                mounts.stream().anyMatch(one -> one.textOrEmpty("mountPath").equals(PATH));
        return taken ? container : container.with("volumeMounts", appended(mounts, mount));
    }

    private static Json.Arr appended(List<Json> items, Json item) {
        var all = new ArrayList<>(items);
        all.add(item);
        return new Json.Arr(all);
    }

    private static Json.Obj volume(String name) {
        var token = Json.obj("expirationSeconds", SECONDS, "path", "token");
        var authority =
                Json.obj("name", "kube-root-ca.crt", "items", Json.arr(Json.obj("key", "ca.crt", "path", "ca.crt")));
        var namespace = Json.obj("apiVersion", "v1", "fieldPath", "metadata.namespace");
        return Json.obj(
                "name",
                name,
                "projected",
                Json.obj(
                        "sources",
                        Json.arr(
                                Json.obj("serviceAccountToken", token),
                                Json.obj("configMap", authority),
                                Json.obj(
                                        "downwardAPI",
                                        Json.obj(
                                                "items",
                                                Json.arr(Json.obj("path", "namespace", "fieldRef", namespace))))),
                        "defaultMode",
                        MODE));
    }
}
