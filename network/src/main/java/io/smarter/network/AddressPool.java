package io.smarter.network;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.linux.NetworkKernel.PodAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the node's pods, and who has them.
 *
 * <p>Each lease is a file, which is there when {@link #keep} has returned, and in memory from {@link #take} on: what is killed
 * in between leaves an address that nobody was told of. Files are not synced: after a power cut there is no pod that could
 * have an address, and a file that is lost or torn is one that nobody needs. Safe for use by many threads.
 */
final class AddressPool {
    private static final System.Logger LOG = System.getLogger(AddressPool.class.getName());
    private static final String SUFFIX = ".json";
    private static final int LONGEST_FILE = 64 << 10;
    private static final int MOST_REMEMBERED = 1000;

    private final Path folder;
    private final List<Range> ranges;
    private final Map<String, Lease> leases = new LinkedHashMap<>();
    private final Set<InetAddress> taken = new HashSet<>();
    /** What pods had that may come again, as after a boot, when the runtime first takes off those of before. */
    private final Map<String, List<PodAddress>> former = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<PodAddress>> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** A range, the node's own address in it, and the number that was given out last. */
    private static final class Range {
        private final AddressRange range;
        private final InetAddress gateway;
        private int last;

        Range(AddressRange range, InetAddress gateway) {
            this.range = range;
            this.gateway = gateway;
        }
    }

    private AddressPool(Path folder) {
        this.folder = folder;
        this.ranges = new ArrayList<>();
    }

    /**
     * Reads what was kept.
     *
     * @param gateways the ranges to give addresses out of, one of each family, and the node's own address in each
     */
    static AddressPool open(Path folder, Map<AddressRange, InetAddress> gateways) throws IOException {
        var pool = new AddressPool(Files.createDirectories(folder));
        gateways.forEach((range, gateway) -> pool.ranges.add(new Range(range, gateway)));
        for (var file : files(folder)) {
            var lease = read(file);
            if (lease.isPresent()) pool.add(lease.get());
            else Files.deleteIfExists(file);
        }
        return pool;
    }

    /** The leases that a folder holds, for one who gives none out; none if there is no folder. */
    static List<Lease> kept(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return List.of();
        return files(folder).stream().flatMap(file -> read(file).stream()).toList();
    }

    private static List<Path> files(Path folder) throws IOException {
        var list = new ArrayList<Path>();
        try (var files = Files.newDirectoryStream(folder)) {
            files.forEach(list::add);
        }
        return list;
    }

    /** Empty for a file that is torn, or was being written. */
    private static Optional<Lease> read(Path file) {
        if (!file.getFileName().toString().endsWith(SUFFIX)) return Optional.empty();
        try {
            if (Files.size(file) > LONGEST_FILE) throw new IllegalArgumentException("longer than " + LONGEST_FILE);
            return Optional.of(Lease.of(Json.parse(Files.readAllBytes(file))));
        } catch (JsonException | IllegalArgumentException | IOException e) {
            LOG.log(WARNING, "{0} is no lease: {1}", file, e.getMessage());
            return Optional.empty();
        }
    }

    synchronized List<Lease> leases() {
        return List.copyOf(leases.values());
    }

    synchronized Optional<Lease> get(String key) {
        return Optional.ofNullable(leases.get(key));
    }

    /**
     * Sets addresses aside, those that the pod had before if they are free.
     *
     * @param lease makes the lease of the addresses
     * @throws CniException if there are none
     */
    synchronized Lease take(String namespace, String pod, Function<List<PodAddress>, Lease> lease) throws CniException {
        var preferred = former.getOrDefault(namespace + "/" + pod, List.of());
        var addresses = new ArrayList<PodAddress>();
        for (var range : ranges)
            addresses.add(new PodAddress(free(range, preferred), range.range.prefix(), range.gateway));
        var made = lease.apply(addresses);
        add(made);
        return made;
    }

    private InetAddress free(Range range, List<PodAddress> preferred) throws CniException {
        for (var address : preferred) {
            if (range.range.contains(address.address()) && isFree(range, address.address())) return address.address();
        }
        var found = next(range);
        if (found != null) return found;
        throw new CniException(
                CniException.Code.TRY_AGAIN_LATER,
                "no address of %s is free, %d pods have one".formatted(range.range, leases.size()));
    }

    private @Nullable InetAddress next(Range range) {
        int size = range.range.size();
        for (int i = 0; i < size; i++) {
            range.last = range.last % size + 1;
            var address = range.range.address(range.last);
            if (isFree(range, address)) return address;
        }
        return null;
    }

    private boolean isFree(Range range, InetAddress address) {
        return !taken.contains(address) && !address.equals(range.gateway);
    }

    /** Puts a lease on disk. */
    void keep(Lease lease) throws IOException {
        var file = file(lease.key());
        var fresh = file.resolveSibling(lease.key() + ".new");
        Files.write(fresh, lease.toJson().compact().getBytes(UTF_8));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Gives back what a lease holds; nothing if there is none. */
    synchronized void release(String key) throws IOException {
        Files.deleteIfExists(file(key));
        var lease = leases.remove(key);
        if (lease == null) return;
        lease.addresses().forEach(address -> taken.remove(address.address()));
        if (!lease.pod().isEmpty()) former.put(lease.namespace() + "/" + lease.pod(), lease.addresses());
    }

    private void add(Lease lease) {
        leases.put(lease.key(), lease);
        for (var address : lease.addresses()) {
            taken.add(address.address());
            for (var range : ranges) {
                if (range.range.contains(address.address()))
                    range.last = Math.min(range.range.number(address.address()), range.range.size());
            }
        }
    }

    private Path file(String key) {
        return folder.resolve(key + SUFFIX);
    }
}
