package io.smarter.tunnel;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects that a proxy has to know. */
public interface ProxyObjects {
    Optional<Json.Obj> find(Resource type, String namespace, String name);

    /** Those of a namespace that have all of some labels. */
    List<Json.Obj> list(Resource type, String namespace, Map<String, String> labels);
}
