package io.smarter.types;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;

/** What a pod may be asked to be that no gateway makes of it: the fields are kept, and whoever writes them is told so. */
final class UnservedFields {
    private static final List<String> OF_PODS = List.of("resourceClaims");
    private static final List<String> OF_CONTAINERS = List.of("restartPolicy", "restartPolicyRules");
    private static final List<String> OF_INIT_CONTAINERS = List.of("restartPolicyRules");
    private static final List<String> OF_VOLUMES = List.of("image");
    private static final List<String> OF_PROJECTIONS = List.of("clusterTrustBundle", "podCertificate");

    private final List<String> notes = new ArrayList<>();

    private UnservedFields() {}

    /** One warning for each such field of a pod's spec, which stands at a path. */
    static List<String> warnings(Json spec, String path) {
        var unserved = new UnservedFields();
        unserved.in(spec, path, OF_PODS);
        unserved.containers(spec, path + ".containers", "containers", OF_CONTAINERS);
        unserved.containers(spec, path + ".initContainers", "initContainers", OF_INIT_CONTAINERS);
        var volumes = spec.items("volumes");
        for (int i = 0; i < volumes.size(); i++) {
            var at = path + ".volumes[" + i + "]";
            unserved.in(volumes.get(i), at, OF_VOLUMES);
            var sources = volumes.get(i).items("projected", "sources");
            for (int j = 0; j < sources.size(); j++)
                unserved.in(sources.get(j), at + ".projected.sources[" + j + "]", OF_PROJECTIONS);
        }
        return unserved.notes;
    }

    private void containers(Json spec, String path, String list, List<String> names) {
        var containers = spec.items(list);
        for (int i = 0; i < containers.size(); i++) {
            in(containers.get(i), path + "[" + i + "]", names);
        }
    }

    private void in(Json object, String path, List<String> names) {
        for (var name : names)
            if (object.at(name) != null)
                notes.add(path + "." + name + ": kept as data only: gateways do nothing with it");
    }
}
