package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.api.Resource;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A cloud that remembers what it was told, and may be out of reach. */
final class FakeCloud implements Cloud {
    /** What was written, oldest first. */
    final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    /** One for each call, told or not. */
    final BlockingQueue<Boolean> tried = new LinkedBlockingQueue<>();

    final BlockingQueue<Json.Obj> statuses = new LinkedBlockingQueue<>();
    final Map<String, Json.Obj> objects = new ConcurrentHashMap<>();
    volatile boolean unreachable;

    /** What was asked for tokens. */
    final BlockingQueue<Json.Obj> asked = new LinkedBlockingQueue<>();

    /** How many tokens were given, and when the last one was issued. */
    final AtomicLong issued = new AtomicLong();

    volatile long life = 3600;

    /** Why no token is given; null if one is. */
    volatile @Nullable String refused;

    /** What is wrong with the next object that is created; null for nothing. */
    volatile @Nullable RuntimeException failing;

    @Override
    public Json.@Nullable Obj find(Resource resource, String namespace, String name) throws IOException {
        reach();
        return objects.get(resource.kind() + "/" + name);
    }

    @Override
    public String token(Pod pod, Json.Obj request) throws IOException {
        asked.add(request);
        reach();
        var refusal = refused;
        if (refusal != null) throw new IOException(refusal);
        return TokenTest.token(issued.incrementAndGet(), life);
    }

    @Override
    public boolean writeStatus(Pod pod, Json.Obj status) throws IOException {
        reach();
        statuses.add(status);
        return true;
    }

    @Override
    public void remove(Pod pod) throws IOException {
        reach();
        calls.add("remove " + pod.name());
    }

    @Override
    public boolean create(Resource resource, String namespace, Json.Obj object) throws IOException {
        reach();
        var fails = failing;
        failing = null;
        if (fails != null) throw fails;
        var name = resource.kind() + "/" + object.textOrEmpty("metadata", "name");
        calls.add("create " + resource.kind() + " " + object.textOrEmpty("reason"));
        return !objects.containsKey(name);
    }

    @Override
    public boolean patch(Resource resource, String namespace, String name, Json.Obj patch, String... subresource)
            throws IOException {
        reach();
        calls.add("patch " + resource.kind() + " " + patch.compact());
        return true;
    }

    private void reach() throws IOException {
        tried.add(true);
        if (unreachable) throw new IOException("link is down");
    }
}
