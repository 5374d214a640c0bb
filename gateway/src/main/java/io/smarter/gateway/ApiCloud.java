package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.PatchType;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The cloud behind the Kubernetes API. */
final class ApiCloud implements Cloud {
    private final Supplier<ApiClient> client;

    /** Asks through the client of the moment: it changes when the node's certificate does. */
    ApiCloud(Supplier<ApiClient> client) {
        this.client = client;
    }

    @Override
    public Json.@Nullable Obj find(Resource resource, String namespace, String name) throws IOException {
        try {
            return client.get().get(resource, namespace, name);
        } catch (ApiException e) {
            if (e.notFound()) return null;
            throw e;
        }
    }

    @Override
    public String token(Pod pod, Json.Obj request) throws IOException {
        return client.get()
                .create(Resource.SERVICE_ACCOUNTS, pod.namespace(), pod.serviceAccount(), "token", request)
                .textOrEmpty("status", "token");
    }

    @Override
    public boolean writeStatus(Pod pod, Json.Obj status) throws IOException {
        var patch = Json.obj("metadata", Json.obj("uid", pod.uid()), "status", status);
        try {
            return patch(Resource.PODS, pod.namespace(), pod.name(), patch, "status");
        } catch (ApiException e) {
            if (e.conflict()) return false; // another pod of that name
            throw e;
        }
    }

    @Override
    public void remove(Pod pod) throws IOException {
        var options = Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "DeleteOptions",
                "gracePeriodSeconds",
                0,
                "preconditions",
                Json.obj("uid", pod.uid()));
        try {
            client.get().delete(Resource.PODS, pod.namespace(), pod.name(), options);
        } catch (ApiException e) {
            if (!e.notFound() && !e.conflict()) throw e;
        }
    }

    @Override
    public boolean create(Resource resource, String namespace, Json.Obj object) throws IOException {
        try {
            client.get().create(resource, namespace, object);
            return true;
        } catch (ApiException e) {
            if (e.conflict()) return false;
            throw e;
        }
    }

    @Override
    public boolean patch(Resource resource, String namespace, String name, Json.Obj patch, String... subresource)
            throws IOException {
        try {
            client.get().patch(resource, namespace, name, PatchType.MERGE, patch, subresource);
            return true;
        } catch (ApiException e) {
            if (e.notFound()) return false;
            throw e;
        }
    }
}
