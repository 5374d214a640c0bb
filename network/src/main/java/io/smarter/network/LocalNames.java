package io.smarter.network;

import io.smarter.dns.RecordType;
import io.smarter.dns.Zone;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The names of this node's pods and services as they change.
 *
 * <p>A pod's hostname is known a moment after its sandbox has started, and before its containers do unless the event is
 * late. So whoever looks for a name that is not there, while some pod is starting, has the runtime asked first: a name
 * resolves at the first instruction of its application.
 */
final class LocalNames implements Zone {
    private final NameSettings settings;
    private final NodePods pods;
    private final Supplier<List<ServiceObject>> services;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile NameTable table;

    LocalNames(NameSettings settings, NodePods pods, Supplier<List<ServiceObject>> services) {
        this.settings = settings;
        this.pods = pods;
        this.services = services;
        this.table = NameTable.of(settings, pods.current(), services.get());
        pods.onChange(this::refresh);
        refresh();
    }

    /** Takes in what has changed. */
    void refresh() {
        lock.lock();
        try {
            table = NameTable.of(settings, pods.current(), services.get());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Answer lookup(String name, RecordType type, InetAddress asker) {
        if (table.lacks(name, asker)) pods.learn();
        return table.lookup(name, type, asker);
    }
}
