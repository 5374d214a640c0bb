package io.smarter.network;

import io.smarter.dns.RecordType;
import io.smarter.dns.ResourceRecord;
import io.smarter.dns.Zone;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * The names of a node's pods and of the services that they are of, at one moment. Immutable. {@link NameTableBuilder} says
 * which names there are; here is how they are answered.
 *
 * <p>A name without a namespace may be that of pods of several. A pod that asks gets those of its own namespace if there
 * are any, so that one tenant cannot take another's name.
 */
final class NameTable implements Zone {
    private static final String LITERAL = "." + NameTableBuilder.LITERAL;

    private final NameSettings settings;
    private final String below;
    /** What there is of each name, by namespace; by the empty text what has no namespace or names it itself. */
    private final Map<String, Map<String, List<ResourceRecord>>> names;

    private final Map<InetAddress, String> namespaces;

    /**
     * A table.
     *
     * @param names the records of each name by namespace; {@code ""} where that makes no difference
     * @param namespaces of which namespace a pod is that asks, by its address
     */
    NameTable(
            NameSettings settings,
            Map<String, Map<String, List<ResourceRecord>>> names,
            Map<InetAddress, String> namespaces) {
        this.settings = settings;
        this.below = "." + settings.domain();
        this.names = names;
        this.namespaces = namespaces;
    }

    static NameTable of(NameSettings settings, List<NodePod> pods, List<ServiceObject> services) {
        return new NameTableBuilder(settings).build(pods, services);
    }

    @Override
    public Answer lookup(String name, RecordType type, InetAddress asker) {
        var found = names.get(name);
        if (found != null)
            return new Answer.Found(records(found, asker).stream()
                    .filter(record -> matches(record, type))
                    .toList());
        return isOurs(name) ? new Answer.NoSuchName() : new Answer.Elsewhere();
    }

    /** Whether a name could be that of a pod, and none is here that the asker would be given rather than a new one. */
    boolean lacks(String name, InetAddress asker) {
        var found = names.get(name);
        if (found == null) return isBelowDomain(name) || name.endsWith(LITERAL) || isLabel(name);
        var own = namespaces.get(asker);
        return records(found, asker).isEmpty() || own != null && !found.containsKey(own) && !found.containsKey("");
    }

    private static boolean isLabel(String name) {
        return !name.isEmpty() && name.indexOf('.') < 0;
    }

    private List<ResourceRecord> records(Map<String, List<ResourceRecord>> found, InetAddress asker) {
        var namespace = namespaces.get(asker);
        var own = namespace == null ? null : found.get(namespace);
        if (own != null) return own;
        if (found.size() == 1) return found.values().iterator().next();
        return found.values().stream().flatMap(List::stream).distinct().toList();
    }

    private boolean isOurs(String name) {
        if (isBelowDomain(name)) return true;
        if (!name.endsWith(".arpa")) return false;
        return ReverseName.block(name).filter(this::isOurs).isPresent();
    }

    private boolean isOurs(IpBlock block) {
        return settings.ranges().stream().anyMatch(range -> range.contains(block))
                || block.contains(settings.nameServer())
                        && block.bits() == 8 * settings.nameServer().getAddress().length;
    }

    private boolean isBelowDomain(String name) {
        return name.endsWith(below) || name.equals(settings.domain());
    }

    private static boolean matches(ResourceRecord record, RecordType type) {
        if (type == RecordType.ANY) return true;
        return switch (record) {
            case ResourceRecord.Address of ->
                type == (of.address() instanceof Inet4Address ? RecordType.A : RecordType.AAAA);
            case ResourceRecord.Alias _ -> true;
            case ResourceRecord.Pointer _ -> type == RecordType.PTR;
            case ResourceRecord.Service _ -> type == RecordType.SRV;
        };
    }
}
