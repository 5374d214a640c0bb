package io.smarter.devices;

import io.smarter.devices.Found.Kind;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The devices of an offer as the Container Device Interface describes them (CDI specification 0.8, "CDI JSON
 * Specification"): one device for each unit, by its identity.
 *
 * @param kind such as {@code smarter.io/ttyUSB0}
 * @param document what is in the file
 */
record CdiSpec(String kind, Json.Obj document) {
    static final String VENDOR = "smarter.io";

    /** The oldest versions that have what we write: a runtime refuses a document of a version that it does not know. */
    static final String VERSION = "0.5.0";

    private static final String VERSION_WITH_DOTS = "0.6.0";
    static final String VERSION_WITH_ANNOTATIONS = "0.6.0";

    /** The name for its file in {@code /var/run/cdi}, such as {@code smarter.io-ttyUSB0.json}. */
    String fileName() {
        return kind.replace('/', '-') + ".json";
    }

    /** Empty when there is nothing to describe, as with folders that have become empty. */
    static Optional<CdiSpec> of(Offer offer) {
        var devices = new ArrayList<Json>();
        for (var unit : offer.units()) {
            var edits = edits(unit, Grant.ofUnits(offer, List.of(unit)));
            if (!edits.members().isEmpty()) devices.add(Json.obj("name", unit.identity(), "containerEdits", edits));
        }
        if (devices.isEmpty()) return Optional.empty();
        var type = type(offer.name().substring(Offer.PREFIX.length()));
        var kind = VENDOR + "/" + type;
        var version = type.contains(".") ? VERSION_WITH_DOTS : VERSION;
        return Optional.of(new CdiSpec(kind, Json.obj("cdiVersion", version, "kind", kind, "devices", devices)));
    }

    /** The second part of a kind must begin with a letter, which the name of a resource need not. */
    private static String type(String name) {
        boolean letter = Character.isLetter(name.charAt(0));
        return letter ? name : Printable.digested("d" + name, name);
    }

    /** What is done to a container that gets a device. Empty when there is nothing to do. */
    static Json.Obj edits(Unit unit, Grant grant) {
        var env = new ArrayList<String>();
        grant.env().forEach((name, value) -> env.add(name + "=" + value));
        var nodes = new ArrayList<Json>();
        for (var node : grant.nodes()) for (var file : files(unit, node)) nodes.add(node(file));
        var mounts = grant.mounts().stream().map(CdiSpec::mount).toList();
        return Json.obj(
                "env", env.isEmpty() ? null : env,
                "deviceNodes", nodes.isEmpty() ? null : nodes,
                "mounts", mounts.isEmpty() ? null : mounts);
    }

    /** Runtimes take device files alone: neither the folder that they are in nor a link to one. */
    private static List<Rule.Node> files(Unit unit, Rule.Node node) {
        boolean main = node.hostPath().equals(unit.device().file());
        if (!main || (unit.device().kind() != Kind.FOLDER && unit.device().kind() != Kind.LINK)) return List.of(node);
        var files = new ArrayList<Rule.Node>();
        unit.files()
                .forEach((below, file) ->
                        files.add(new Rule.Node(file.file(), node.containerPath() + below, node.permissions())));
        return files;
    }

    private static Json node(Rule.Node node) {
        return Json.obj("path", node.containerPath(), "hostPath", node.hostPath(), "permissions", node.permissions());
    }

    private static Json mount(Rule.Mount mount) {
        return Json.obj(
                "hostPath", mount.hostPath(),
                "containerPath", mount.containerPath(),
                "options", List.of("rbind", mount.readOnly() ? "ro" : "rw"));
    }
}
