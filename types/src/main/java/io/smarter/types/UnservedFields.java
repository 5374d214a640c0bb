package io.smarter.types;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;

/** What a pod may be asked to be that no gateway makes of it: the fields are kept, and whoever writes them is told so. */
final class UnservedFields {
    private static final List<String> OF_PODS = List.of("resourceClaims");
    private static final List<String> OF_VOLUMES = List.of("image");
    private static final List<String> OF_PROJECTIONS = List.of("clusterTrustBundle", "podCertificate");

    private final List<String> notes = new ArrayList<>();

    private UnservedFields() {}

    /** One warning for each such field of a pod's spec, which stands at a path. */
    static List<String> warnings(Json spec, String path) {
        var unserved = new UnservedFields();
        unserved.in(spec, path, OF_PODS);
        unserved.restarts(spec.items("containers"), path + ".containers");
        unserved.restarts(spec.items("initContainers"), path + ".initContainers");
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

    /** A single container is started again as its rules say, all of a pod together never. */
    private void restarts(List<Json> containers, String path) {
        for (int i = 0; i < containers.size(); i++) {
            var rules = containers.get(i).items("restartPolicyRules");
            for (int j = 0; j < rules.size(); j++)
                if ("RestartAllContainers".equals(rules.get(j).text("action")))
                    note(path + "[" + i + "].restartPolicyRules[" + j + "].action");
        }
    }

    private void in(Json object, String path, List<String> names) {
        for (var name : names) if (object.at(name) != null) note(path + "." + name);
    }

    private void note(String field) {
        notes.add(field + ": kept as data only: gateways do nothing with it");
    }
}
