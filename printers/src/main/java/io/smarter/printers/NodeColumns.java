package io.smarter.printers;

import io.smarter.json.Json;
import io.smarter.printers.Columns.Column;
import java.util.TreeSet;

/** How {@code kubectl get nodes} shows a node. */
public final class NodeColumns {
    private static final String ROLE = "node-role.kubernetes.io/";

    public static final Columns COLUMNS = Columns.of(
            Column.NAME,
            Column.text("Status", (node, _) -> status(node)),
            Column.text("Roles", (node, _) -> roles(node)),
            Column.AGE,
            Column.path("Version", "status", "nodeInfo", "kubeletVersion"),
            Column.text("Internal-IP", (node, _) -> address(node, "InternalIP")).wide(),
            Column.text("External-IP", (node, _) -> address(node, "ExternalIP")).wide(),
            Column.text("OS-Image", (node, _) -> info(node, "osImage")).wide(),
            Column.text("Kernel-Version", (node, _) -> info(node, "kernelVersion"))
                    .wide(),
            Column.text("Container-Runtime", (node, _) -> info(node, "containerRuntimeVersion"))
                    .wide());

    private NodeColumns() {}

    private static String status(Json.Obj node) {
        var status = "Unknown";
        for (var condition : node.items("status", "conditions")) {
            if (condition.textOrEmpty("type").equals("Ready"))
                status = condition.textOrEmpty("status").equals("True") ? "Ready" : "NotReady";
        }
        return node.flag("spec", "unschedulable") ? status + ",SchedulingDisabled" : status;
    }

    private static String roles(Json.Obj node) {
        var roles = new TreeSet<String>();
        node.texts("metadata", "labels").forEach((key, value) -> {
            if (key.startsWith(ROLE) && key.length() > ROLE.length()) roles.add(key.substring(ROLE.length()));
            else if (key.equals("kubernetes.io/role") && !value.isEmpty()) roles.add(value);
        });
        return TypeColumns.orNone(String.join(",", roles));
    }

    private static String address(Json.Obj node, String type) {
        for (var address : node.items("status", "addresses"))
            if (address.textOrEmpty("type").equals(type)) return address.textOrEmpty("address");
        return "<none>";
    }

    private static String info(Json.Obj node, String member) {
        var value = node.textOrEmpty("status", "nodeInfo", member);
        return value.isEmpty() ? "<unknown>" : value;
    }
}
