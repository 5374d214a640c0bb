package io.smarter.gateway;

import io.smarter.api.EnvVar;
import io.smarter.api.Pod;
import io.smarter.api.Resource;
import io.smarter.api.Volume;
import io.smarter.files.Disk;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies of the ConfigMaps and Secrets that pods refer to, on disk; of Secrets, sealed ones. A copy that can't be read is
 * asked for again. Safe for use by many threads.
 */
final class ConfigFolder implements Configs {
    static final String RUNTIME_CLASS = "RuntimeClass";
    private static final System.Logger LOG = System.getLogger(ConfigFolder.class.getName());

    private final Path folder;
    private final Cloud cloud;
    private final NodeKey key;

    /** Copies in a folder, of what a cloud has. */
    ConfigFolder(Path folder, Cloud cloud, NodeKey key) {
        this.folder = folder;
        this.cloud = cloud;
        this.key = key;
    }

    /** A ConfigMap, a Secret, a claim with its volume, or a runtime class. */
    record Reference(String kind, String namespace, String name) {
        Resource resource() {
            return switch (kind) {
                case "ConfigMap" -> Resource.CONFIG_MAPS;
                case "Secret" -> Resource.SECRETS;
                case ClaimedVolume.CLAIM -> Resource.PERSISTENT_VOLUME_CLAIMS;
                case ClaimedVolume.VOLUME -> Resource.PERSISTENT_VOLUMES;
                case RUNTIME_CLASS -> Resource.RUNTIME_CLASSES;
                default -> throw new IllegalArgumentException("kind: no copies of %s are kept".formatted(kind));
            };
        }

        boolean isSafe() {
            return !name.isEmpty() && !name.contains("/") && !name.startsWith(".") && !namespace.contains("/");
        }

        String fileName() {
            return "%s_%s_%s.json".formatted(kind, namespace, name);
        }

        boolean isSecret() {
            return kind.equals("Secret");
        }

        /** A name with which no other object's can be confused. */
        String sealedName() {
            return "v1/%s/%s/%s".formatted(kind, namespace, name);
        }
    }

    @Override
    public Json.@Nullable Obj find(String kind, String namespace, String name) throws ConfigException {
        var reference = new Reference(kind, namespace, name);
        if (!reference.isSafe()) return null;
        try {
            return read(reference);
        } catch (IOException e) {
            var message = "the copy of %s \"%s\" on disk can't be read, it is asked for again: %s"
                    .formatted(kind.toLowerCase(Locale.ROOT), name, e.getMessage());
            LOG.log(Level.WARNING, message);
            Thread.ofVirtual().start(() -> tryToRefresh(reference));
            throw new ConfigException(message);
        }
    }

    /** Seals what an earlier version left as it is. What can't be sealed now stays, and is read as it is. */
    void sealPlain() throws IOException {
        for (var file : DataFolder.list(folder)) {
            if (!String.valueOf(file.getFileName()).startsWith("Secret_")) continue;
            try {
                sealPlain(file);
            } catch (IOException | JsonException e) {
                LOG.log(Level.WARNING, "{0} is not sealed: {1}", file, e.getMessage());
            }
        }
    }

    private synchronized void sealPlain(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        if (!isPlain(bytes) || !(Json.parse(bytes) instanceof Json.Obj object)) return;
        var metadata = object.object("metadata");
        var reference = new Reference("Secret", metadata.textOrEmpty("namespace"), metadata.textOrEmpty("name"));
        if (file.endsWith(reference.fileName())) write(reference, object);
    }

    private static boolean isPlain(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == '{';
    }

    /** @throws IOException if there is a copy and it can't be read */
    private Json.@Nullable Obj read(Reference reference) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file(reference));
        } catch (NoSuchFileException e) {
            return null;
        }
        var plain = reference.isSecret() && !isPlain(bytes) ? key.seal().open(reference.sealedName(), bytes) : bytes;
        try {
            if (Json.parse(plain) instanceof Json.Obj object) return object;
        } catch (JsonException e) {
            throw new IOException("it is no JSON: " + e.getMessage(), e);
        }
        throw new IOException("it is no JSON object");
    }

    private void write(Reference reference, Json.Obj object) throws IOException {
        var bytes = object.bytes();
        DataFolder.write(
                file(reference), reference.isSecret() ? key.seal().close(reference.sealedName(), bytes) : bytes);
    }

    /**
     * Brings the copy of an object up to date; says whether that changed it.
     *
     * @throws IOException if the cloud can't be asked; the copy is as it was
     */
    boolean refresh(Reference reference) throws IOException {
        if (!reference.isSafe()) return false;
        return keep(reference, cloud.find(reference.resource(), reference.namespace(), reference.name()));
    }

    /**
     * Brings the copies of all that a pod refers to up to date, as far as the cloud can be asked.
     *
     * @return what does it, and ends when it is done
     */
    List<Thread> refreshAll(Pod pod) {
        return references(pod).stream()
                .map(reference -> Thread.ofVirtual().start(() -> tryToRefresh(reference)))
                .toList();
    }

    private void tryToRefresh(Reference reference) {
        try {
            refresh(reference);
            var volume = volumeOf(reference);
            if (volume != null) refresh(volume);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} {1} not refreshed: {2}", reference.kind(), reference.name(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "copy of " + reference + " is out of date", e);
        }
    }

    /** Keeps a copy of an object as the cloud has it, or none when that has none; says whether that changed it. */
    synchronized boolean keep(Reference reference, Json.@Nullable Obj found) throws IOException {
        if (!reference.isSafe()) return false;
        if (found == null) return Disk.delete(file(reference));
        var lean = found.withoutAt("metadata", "managedFields");
        if (lean.equals(kept(reference))) return false;
        write(reference, lean);
        return true;
    }

    /** The volume to which a claim is bound, as far as we know; null for none. */
    private @Nullable Reference volumeOf(Reference reference) {
        if (!reference.kind().equals(ClaimedVolume.CLAIM)) return null;
        var claim = kept(reference);
        var name = claim == null ? null : ClaimedVolume.volumeOf(claim);
        return name == null ? null : new Reference(ClaimedVolume.VOLUME, "", name);
    }

    /** Whether a copy is missing, or a volume's is of another time than its claim's, that nobody watches. */
    boolean lacks(Pod pod) {
        for (var reference : references(pod)) {
            var volume = volumeOf(reference);
            if (volume != null && !ClaimedVolume.isBound(kept(volume), kept(reference))) return true;
            if (reference.kind().equals(RUNTIME_CLASS) && kept(reference) == null) return true;
        }
        return false;
    }

    /** The copy of an object; null when there is none or it can't be read. */
    private Json.@Nullable Obj kept(Reference reference) {
        try {
            return reference.isSafe() ? read(reference) : null;
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Removes the copies that no pod refers to.
     *
     * @param pods gives the pods, while no copy can be made: the copies of one that comes later are made after this
     */
    synchronized void keepOnly(Supplier<? extends Collection<Pod>> pods) throws IOException {
        var kept = new HashSet<String>();
        for (var pod : pods.get()) {
            for (var reference : references(pod)) {
                kept.add(reference.fileName());
                var volume = volumeOf(reference);
                if (volume != null) kept.add(volume.fileName());
            }
        }
        for (var file : DataFolder.list(folder)) {
            if (!kept.contains(String.valueOf(file.getFileName()))) Disk.delete(file);
        }
    }

    private Path file(Reference reference) {
        return folder.resolve(reference.fileName());
    }

    /** Everything that a pod refers to. */
    static Set<Reference> references(Pod pod) {
        var references = new LinkedHashSet<>(volumeReferences(pod));
        for (var container : pod.containersOfAllKinds()) {
            for (var from : container.envFrom())
                references.add(new Reference(from.kind(), pod.namespace(), from.name()));
            for (var variable : container.env()) {
                if (variable.source() instanceof EnvVar.Source.Key key)
                    references.add(new Reference(key.kind(), pod.namespace(), key.name()));
            }
        }
        var runtime = pod.spec().textOrEmpty("runtimeClassName");
        if (!runtime.isEmpty()) references.add(new Reference(RUNTIME_CLASS, "", runtime));
        for (var secret : pod.imagePullSecrets()) references.add(new Reference("Secret", pod.namespace(), secret));
        return references;
    }

    /** What a pod's volumes are made of: changes of it reach running containers. */
    static Set<Reference> volumeReferences(Pod pod) {
        var references = new LinkedHashSet<Reference>();
        for (var volume : pod.volumes()) {
            switch (volume.source()) {
                case Volume.Source.Files files -> add(references, pod, files.kind(), files.definition());
                case Volume.Source.Projected(var definition) -> {
                    for (var source : definition.items("sources")) {
                        add(references, pod, "configMap", source.object("configMap"));
                        add(references, pod, "secret", source.object("secret"));
                    }
                }
                case Volume.Source.Claim claim ->
                    references.add(new Reference(ClaimedVolume.CLAIM, pod.namespace(), claim.name()));
                default -> {}
            }
        }
        return references;
    }

    private static void add(Set<Reference> references, Pod pod, String kind, Json.Obj definition) {
        var name = definition.has("secretName") ? definition.textOrEmpty("secretName") : definition.textOrEmpty("name");
        if (name.isEmpty() || kind.equals("downwardAPI")) return;
        references.add(new Reference(kind.equals("secret") ? "Secret" : "ConfigMap", pod.namespace(), name));
    }
}
