package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.api.Volume.Source;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;

/** Where a pod's volumes show a token (core/v1 ServiceAccountTokenProjection). */
record TokenSource(String volume, String path, Wanted wanted) {
    private static final long SECONDS = 3600;

    /**
     * A token as it is asked for; two volumes that ask for the same show the same.
     *
     * @param audience for whom it is; empty for the cloud itself
     */
    record Wanted(String audience, long seconds) {
        static Wanted of(Json projection) {
            return new Wanted(projection.textOrEmpty("audience"), projection.number(SECONDS, "expirationSeconds"));
        }

        /** What the cloud is asked (authentication.k8s.io/v1 TokenRequest). */
        Json.Obj request(Pod pod) {
            var bound = Json.obj("apiVersion", "v1", "kind", "Pod", "name", pod.name(), "uid", pod.uid());
            var spec = Json.obj("expirationSeconds", seconds, "boundObjectRef", bound);
            return Json.obj(
                    "apiVersion",
                    "authentication.k8s.io/v1",
                    "kind",
                    "TokenRequest",
                    "spec",
                    audience.isEmpty() ? spec : spec.with("audiences", Json.arr(audience)));
        }
    }

    static List<TokenSource> of(Pod pod) {
        var sources = new ArrayList<TokenSource>();
        for (var volume : pod.volumes()) {
            if (!(volume.source() instanceof Source.Projected(var definition))) continue;
            for (var source : definition.items("sources")) {
                var token = source.at("serviceAccountToken");
                if (token != null)
                    sources.add(new TokenSource(volume.name(), token.textOrEmpty("path"), Wanted.of(token)));
            }
        }
        return sources;
    }
}
