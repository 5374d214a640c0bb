package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.api.Quantity;
import io.smarter.api.Volume;
import io.smarter.api.Volume.Source;
import io.smarter.files.Disk;
import io.smarter.gateway.TokenSource.Wanted;
import io.smarter.json.Json;
import io.smarter.resources.PodLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of one pod: {@code volumes/NAME} for each, below the pod's own folder, or below its folder in memory when
 * there is a secret in it. Used by one thread at a time, but for {@link #path}.
 */
final class Volumes {
    private static final int FILE_MODE = 0644;
    private static final int OWNER_ONLY = 0600;

    private final Path folder;
    private final Path secrets;
    private final Tmpfs tmpfs;
    private final Configs configs;
    private final PodTokens tokens;
    private final Map<String, Path> paths = new HashMap<>();
    private final Map<String, Boolean> readOnly = new HashMap<>();

    /** Storage that was given to the pod's group: once is enough, as its containers may have other ideas from then on. */
    private final Set<Path> granted = new HashSet<>();

    /**
     * Volumes below folders that belong to one pod.
     *
     * @param secrets a folder below one that all pods share, which is held in memory
     */
    Volumes(Path folder, Path secrets, Tmpfs tmpfs, Configs configs, PodTokens tokens) {
        this.folder = folder;
        this.secrets = secrets;
        this.tmpfs = tmpfs;
        this.configs = configs;
        this.tokens = tokens;
    }

    /** The pod's own folder. */
    Path folder() {
        return folder;
    }

    /** The pod's own folder in memory. */
    Path secrets() {
        return secrets;
    }

    /**
     * Makes the volumes, or brings them up to date: what was made before stays, and one that fails keeps no other back.
     *
     * @param tokenless whether tokens may be missing for now
     * @throws ConfigException if something is missing that is not optional, or not what the pod says
     */
    synchronized void setUp(Fields fields, boolean tokenless) throws IOException, ConfigException {
        DataFolder.createPrivate(folder);
        var group = new Security(fields.pod()).fsGroup();
        ConfigException failed = null;
        for (var volume : fields.pod().volumes()) {
            try {
                paths.put(volume.name(), setUp(volume, fields, group, tokenless));
            } catch (ConfigException e) {
                if (failed == null) failed = failed(volume, e);
            }
            readOnly.put(
                    volume.name(),
                    switch (volume.source()) {
                        case Source.Files _, Source.Projected _ -> true;
                        case Source.Claim claim -> claim.readOnly();
                        default -> false;
                    });
        }
        if (failed != null) throw failed;
    }

    private static ConfigException failed(Volume volume, ConfigException cause) {
        return new ConfigException(
                "MountVolume.SetUp failed for volume \"%s\" : %s".formatted(volume.name(), cause.getMessage()));
    }

    /** Whether containers may only read a volume. */
    boolean isReadOnly(String name) {
        return readOnly.getOrDefault(name, false);
    }

    /**
     * Where a volume is, or a path in it, which is made when it is missing.
     *
     * @throws ConfigException if there is no such volume, or the path would leave it
     */
    synchronized Path path(String name, String subPath) throws IOException, ConfigException {
        var path = paths.get(name);
        if (path == null) throw new ConfigException("volume '%s' not found in pod".formatted(name));
        if (subPath.isEmpty()) return path;
        var inside = Path.of(subPath);
        for (var part : inside) {
            if (inside.isAbsolute() || part.toString().equals(".."))
                throw new ConfigException("subPath: must stay in the volume, was '%s'".formatted(subPath));
        }
        var volume = path.toRealPath();
        var wanted = volume.resolve(inside);
        var real = SubPath.create(volume, inside);
        if (!real.startsWith(volume))
            throw new ConfigException("subPath: must stay in the volume, '%s' leads out of it".formatted(subPath));
        return wanted.equals(real) ? wanted : real;
    }

    /** Unmounts and removes everything. */
    synchronized void remove() throws IOException {
        var volumes = folder.resolve("volumes");
        if (Files.isDirectory(volumes)) {
            try (var entries = Files.newDirectoryStream(volumes)) {
                for (var entry : entries) {
                    if (tmpfs.isMounted(entry)) tmpfs.unmount(entry);
                }
            }
        }
        Disk.deleteAll(folder);
        Disk.deleteAll(secrets);
        paths.clear();
        granted.clear();
    }

    private Path setUp(Volume volume, Fields fields, @Nullable Integer group, boolean tokenless)
            throws IOException, ConfigException {
        return switch (volume.source()) {
            case Source.HostPath host -> HostPath.check(host);
            case Source.EmptyDir(var memory, var limit) ->
                empty(volume.name(), memory, memory ? sizeInMemory(fields, limit) : 0, group);
            case Source.Claim claim -> claimed(fields, claim, group);
            case Source.Files files -> {
                var payload = new Payload();
                int mode = (int) files.definition().number(FILE_MODE, "defaultMode");
                addSource(payload, files, fields, mode);
                yield write(payload, volume.name(), files.kind().equals("secret"), group);
            }
            case Source.Projected(var definition) -> {
                var payload = new Payload();
                int mode = (int) definition.number(FILE_MODE, "defaultMode");
                boolean secret = false;
                for (var source : definition.items("sources")) {
                    refuse(source);
                    secret |= addProjected(payload, source, fields, mode);
                    secret |= addToken(payload, source, fields.pod(), mode, tokenless);
                }
                yield write(payload, volume.name(), secret, group);
            }
            case Source.Unknown(var kind) ->
                throw new ConfigException("volume type '%s' is not supported".formatted(kind));
        };
    }

    /** Storage that others may use, too, is given to the pod's group as the pod says. */
    private Path claimed(Fields fields, Source.Claim claim, @Nullable Integer group)
            throws IOException, ConfigException {
        var pod = fields.pod();
        var place = new ClaimedVolume(configs, fields.node().name()).find(pod.namespace(), claim.name());
        if (place.owned() && group != null && !claim.readOnly() && !granted.contains(place.path())) {
            boolean always = !"OnRootMismatch".equals(pod.spec().text("securityContext", "fsGroupChangePolicy"));
            Payload.Owner.grantAll(place.path(), group, always);
            granted.add(place.path());
        }
        return place.path();
    }

    /** As large as the volume may be, and no larger than what its pod, or else the node, has of memory. */
    private static long sizeInMemory(Fields fields, String limit) throws ConfigException {
        long own = size(limit);
        long pod = PodLimits.of(fields.pod(), 0).memory();
        long most =
                pod == 0 ? fields.node().memory() : Math.min(pod, fields.node().memory());
        return own == 0 ? most : Math.min(own, most);
    }

    private Path empty(String volume, boolean memory, long size, @Nullable Integer group) throws IOException {
        var path = onDisk(volume);
        boolean fresh = !Files.isDirectory(path) || memory && !tmpfs.isMounted(path);
        Files.createDirectories(path);
        if (memory && fresh) tmpfs.mount(path, size);
        if (fresh) Payload.Owner.grant(path, group == null ? 0777 : 02777, group);
        return path;
    }

    private Path onDisk(String volume) {
        return folder.resolve("volumes").resolve(volume);
    }

    private Path write(Payload payload, String volume, boolean secret, @Nullable Integer group) throws IOException {
        if (secret) tmpfs.ensure(Disk.parent(secrets));
        var path = secret ? secrets.resolve(volume) : onDisk(volume);
        Files.createDirectories(path);
        payload.writeTo(path, group);
        Payload.Owner.grant(path, group == null ? 0755 : 02775, group);
        return path;
    }

    private static long size(String limit) throws ConfigException {
        try {
            return limit.isEmpty() ? 0 : Quantity.parse(limit).value();
        } catch (IllegalArgumentException e) {
            throw new ConfigException("sizeLimit: " + e.getMessage());
        }
    }

    private static void refuse(Json source) throws ConfigException {
        for (var kind : new String[] {"podCertificate", "clusterTrustBundle"}) {
            if (source.at(kind) != null)
                throw new ConfigException("projected source %s: not supported".formatted(kind));
        }
    }

    private boolean addProjected(Payload payload, Json source, Fields fields, int mode)
            throws IOException, ConfigException {
        for (var kind : new String[] {"configMap", "secret", "downwardAPI"}) {
            if (source.at(kind) instanceof Json.Obj definition)
                addSource(payload, new Source.Files(kind, definition), fields, mode);
        }
        return source.at("secret") != null;
    }

    /** As with kubelets: where nobody is told to be the owner everybody may read it, and otherwise its owner may. */
    private boolean addToken(Payload payload, Json source, Pod pod, int mode, boolean tokenless)
            throws ConfigException {
        var projection = source.at("serviceAccountToken");
        if (projection == null) return false;
        var wanted = Wanted.of(projection);
        var token = tokens.find(wanted);
        if (token == null && tokenless) return true;
        if (token == null) throw new ConfigException(tokens.trouble(wanted));
        var security = new Security(pod);
        var user = security.fsUser();
        boolean owned = user != null || security.fsGroup() != null;
        var bytes = token.getBytes(StandardCharsets.US_ASCII);
        payload.add(projection.textOrEmpty("path"), bytes, owned ? OWNER_ONLY : mode, user);
        return true;
    }

    private void addSource(Payload payload, Source.Files source, Fields fields, int mode) throws ConfigException {
        var definition = source.definition();
        if (source.kind().equals("downwardAPI")) {
            addFields(payload, definition, fields, mode);
            return;
        }
        boolean secret = source.kind().equals("secret");
        var name = secret && definition.has("secretName")
                ? definition.textOrEmpty("secretName")
                : definition.textOrEmpty("name");
        var kind = secret ? "Secret" : "ConfigMap";
        var object = configs.find(kind, fields.pod().namespace(), name);
        if (object == null && !definition.flag("optional"))
            throw new ConfigException("%s \"%s\" not found".formatted(secret ? "secret" : "configmap", name));
        var entries = ConfigData.entries(kind, object == null ? Json.Obj.EMPTY : object);
        if (definition.items("items").isEmpty()) {
            for (var entry : entries.entrySet()) payload.add(entry.getKey(), entry.getValue(), mode);
        }
        for (var item : definition.items("items")) {
            var bytes = entries.get(item.textOrEmpty("key"));
            if (bytes != null) payload.add(item.textOrEmpty("path"), bytes, (int) item.number(mode, "mode"));
            else if (!definition.flag("optional"))
                throw new ConfigException("references non-existent %s key: %s"
                        .formatted(secret ? "secret" : "config", item.textOrEmpty("key")));
        }
    }

    private static void addFields(Payload payload, Json.Obj definition, Fields fields, int mode)
            throws ConfigException {
        for (var item : definition.items("items")) {
            var text = item.at("fieldRef") != null
                    ? fields.field(item.textOrEmpty("fieldRef", "fieldPath"))
                    : fields.resource(item.object("resourceFieldRef"), null);
            payload.add(
                    item.textOrEmpty("path"), text.getBytes(StandardCharsets.UTF_8), (int) item.number(mode, "mode"));
        }
    }

    /** Paths in volumes. */
    private static final class SubPath {
        private static final int OTHERS_WRITE = 0022;

        private SubPath() {}

        /**
         * Makes the folders of a path that are missing, never through a link that leads out; gives the real path. Who may
         * write to the volume may write to the last one.
         */
        static Path create(Path volume, Path inside) throws IOException {
            int mode = (Integer) Files.getAttribute(volume, "unix:mode") & 07777;
            var here = volume;
            for (int i = 0; i < inside.getNameCount(); i++) {
                here = here.resolve(inside.getName(i));
                if (!Files.exists(here, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectory(here);
                    Payload.Owner.grant(here, i == inside.getNameCount() - 1 ? mode : mode & ~OTHERS_WRITE, null);
                }
                here = here.toRealPath();
                if (!here.startsWith(volume)) return here;
            }
            return here;
        }
    }
}
