package io.smarter.cli;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.json.Json;
import io.smarter.json.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code up} deploys, as anybody could with kubectl. */
final class Manifests {
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final List<Resource> DEPLOYED = List.of(
            Resource.NAMESPACES,
            Resource.SECRETS,
            Resource.CONFIG_MAPS,
            Resource.SERVICE_ACCOUNTS,
            Resource.DAEMON_SETS,
            new Resource(RBAC, "v1", "clusterroles", "ClusterRole", false),
            new Resource(RBAC, "v1", "clusterrolebindings", "ClusterRoleBinding", false),
            new Resource(RBAC, "v1", "roles", "Role", true),
            new Resource(RBAC, "v1", "rolebindings", "RoleBinding", true));

    private Manifests() {}

    /** The objects in the files of a program's folder {@code k8s}, in the order of the files' names. */
    static List<Json.Obj> in(String program) throws IOException {
        var folder = Path.of(System.getProperty("smarter.home", "."), program, "k8s");
        var files = new ArrayList<Path>();
        try (var found = Files.newDirectoryStream(folder, "*.yaml")) {
            found.forEach(files::add);
        }
        files.sort(null);
        var objects = new ArrayList<Json.Obj>();
        for (var file : files) {
            for (var document : Yaml.parseAll(Files.readAllBytes(file))) objects.add((Json.Obj) document);
        }
        return objects;
    }

    static void apply(ApiClient api, Json.Obj object) throws IOException {
        var kind = object.textOrEmpty("kind");
        var resource = DEPLOYED.stream()
                .filter(candidate -> candidate.kind().equals(kind))
                .findFirst()
                .orElseThrow(() -> new CliException("there is a manifest of kind '%s'".formatted(kind)));
        api.apply(resource, object, "smarter-up", true);
    }
}
