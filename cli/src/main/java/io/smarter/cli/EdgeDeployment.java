package io.smarter.cli;

import io.smarter.client.ApiClient;
import io.smarter.gateway.CniFolders;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.Map;

/** Edge on the gateways of this machine, whose runtimes look for their network in folders of their own. */
record EdgeDeployment(CniFolders cni) {
    void apply(ApiClient api) throws IOException {
        for (var manifest : Manifests.in("edge")) Manifests.apply(api, withFolders(manifest));
    }

    private Json.Obj withFolders(Json.Obj manifest) {
        var folders = Map.of(
                "cni-config", cni.config().toString(),
                "cni-programs", cni.programs().toString());
        var volumes = manifest.items("spec", "template", "spec", "volumes").stream()
                .map(volume -> {
                    var folder = folders.get(volume.textOrEmpty("name"));
                    return folder == null ? volume : ((Json.Obj) volume).withAt(Json.of(folder), "hostPath", "path");
                })
                .toList();
        return volumes.isEmpty() ? manifest : manifest.withAt(Json.arr(volumes), "spec", "template", "spec", "volumes");
    }
}
