package io.smarter.apiserver;

import io.smarter.api.FieldSelector;
import io.smarter.api.LabelSelector;
import io.smarter.api.Resource;
import io.smarter.json.Json;
import io.smarter.storage.Lists;
import io.smarter.storage.Selection;
import io.smarter.storage.Stored;
import io.smarter.tunnel.ProxyObjects;
import io.smarter.types.Types;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the proxy has to know, from the store. */
record StoredObjects(Lists lists, Types types) implements ProxyObjects {
    @Override
    public Optional<Json.Obj> find(Resource type, String namespace, String name) {
        return lists.registry().find(types.of(type), namespace, name).map(Stored::tree);
    }

    @Override
    public List<Json.Obj> list(Resource type, String namespace, Map<String, String> labels) {
        var requirements = labels.entrySet().stream()
                .map(label -> new LabelSelector.Requirement(
                        label.getKey(), LabelSelector.Operator.IN, Set.of(label.getValue())))
                .toList();
        var selection = new Selection(new LabelSelector(requirements), FieldSelector.EVERYTHING);
        return lists.all(types.of(type), namespace, selection).objects().stream()
                .map(Stored::tree)
                .toList();
    }
}
