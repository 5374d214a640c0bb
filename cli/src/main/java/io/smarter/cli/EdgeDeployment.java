package io.smarter.cli;

import io.smarter.client.ApiClient;
import io.smarter.gateway.CniFolders;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;

/**
 * Edge on the gateways of this machine.
 *
 * @param cni where their runtimes look for their network
 * @param kubelets has a folder for each of them, in which it takes registrations of device plugins
 */
record EdgeDeployment(CniFolders cni, Path kubelets) {
    private static final String USUAL = "--kubelet-dir=/var/lib/kubelet";
    private static final String VOLUME = "kubelets";

    void apply(ApiClient api) throws IOException {
        for (var manifest : Manifests.in("edge")) Manifests.apply(api, adapted(manifest));
    }

    private Json.Obj adapted(Json.Obj manifest) {
        var volumes = new ArrayList<Json>(manifest.items("spec", "template", "spec", "volumes"));
        if (volumes.isEmpty()) return manifest;
        var folders = Map.of(
                "cni-config", cni.config().toString(),
                "cni-programs", cni.programs().toString());
        volumes.replaceAll(volume -> {
            var folder = folders.get(volume.textOrEmpty("name"));
            return folder == null ? volume : ((Json.Obj) volume).withAt(Json.of(folder), "hostPath", "path");
        });
        volumes.add(Json.obj(
                "name", VOLUME, "hostPath", Json.obj("path", kubelets.toString(), "type", "DirectoryOrCreate")));
        var containers = manifest.items("spec", "template", "spec", "containers").stream()
                .map(container -> withKubelets((Json.Obj) container))
                .toList();
        return manifest.withAt(Json.arr(volumes), "spec", "template", "spec", "volumes")
                .withAt(Json.arr(containers), "spec", "template", "spec", "containers");
    }

    private Json.Obj withKubelets(Json.Obj container) {
        var arguments = container.items("args").stream()
                .map(argument -> USUAL.equals(argument.text())
                        ? Json.of("--kubelet-dir=" + kubelets + "/$(NODE_NAME)")
                        : argument)
                .toList();
        var mounts = new ArrayList<Json>(container.items("volumeMounts"));
        mounts.add(Json.obj("name", VOLUME, "mountPath", kubelets.toString()));
        return container.withAt(Json.arr(arguments), "args").withAt(Json.arr(mounts), "volumeMounts");
    }
}
