package io.smarter.apiserver;

import io.smarter.api.FieldSelector;
import io.smarter.api.LabelSelector;
import io.smarter.api.Resource;
import io.smarter.auth.Authorization;
import io.smarter.json.Json;
import io.smarter.requests.RequestPath;
import io.smarter.storage.Lists;
import io.smarter.storage.Selection;
import io.smarter.storage.Stored;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What policies and webhooks ask the server about besides the request. Safe for use by many threads. */
final class AdmissionSources {
    private final Types types;
    private final Lists lists;
    private final Authorization authorization;
    private final ApiType namespaces;

    AdmissionSources(Types types, Lists lists, Authorization authorization) {
        this.types = types;
        this.lists = lists;
        this.authorization = authorization;
        this.namespaces = types.of(Resource.NAMESPACES);
    }

    Types types() {
        return types;
    }

    /** A namespace; empty when it has gone. */
    Json.Obj namespace(String name) {
        return lists.registry().find(namespaces, "", name).map(Stored::tree).orElse(Json.Obj.EMPTY);
    }

    /** A type and all in whose form its objects may be seen as well, itself first. */
    List<ApiType> equivalents(ApiType type) {
        var found = new ArrayList<ApiType>();
        found.add(type);
        if (type.folder().isEmpty()) return found;
        for (var other : types.all()) if (!other.equals(type) && other.folder().equals(type.folder())) found.add(other);
        return found;
    }

    /** What those who wrote an expression may ask about the one who made a request. */
    CelAuthorizer authorizer(AdmissionRequest request) {
        var resource = request.of().type().resource();
        var target = new RequestPath(
                resource.group(),
                resource.version(),
                request.namespace(),
                resource.plural(),
                request.name(),
                request.subresource());
        return new CelAuthorizer(request.of().user(), authorization::decide, new CelAuthorizer.Check(target, ""));
    }

    /** The type of a kind, or null. */
    @Nullable
    ApiType typeOf(String apiVersion, String kind) {
        for (var type : types.all())
            if (type.resource().kind().equals(kind)
                    && type.resource().apiVersion().equals(apiVersion)
                    && !type.folder().isEmpty()) return type;
        return null;
    }

    Optional<Json.Obj> object(ApiType type, String namespace, String name) {
        return lists.registry().find(type, namespace, name).map(Stored::tree);
    }

    List<Json.Obj> objects(ApiType type, String namespace, LabelSelector labels) {
        var selection = new Selection(labels, FieldSelector.EVERYTHING);
        return lists.all(type, namespace, selection).objects().stream()
                .map(Stored::tree)
                .toList();
    }
}
