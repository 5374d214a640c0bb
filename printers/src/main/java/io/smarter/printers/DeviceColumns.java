package io.smarter.printers;

import io.smarter.json.Json;
import io.smarter.printers.Columns.Column;

/** The columns of kinds about devices that pods claim. */
final class DeviceColumns {
    static final Columns CLAIMS =
            Columns.of(Column.NAME, Column.text("State", (object, _) -> state(object)), Column.AGE);
    static final Columns SLICES = Columns.of(
            Column.NAME,
            Column.path("Node", "spec", "nodeName"),
            Column.path("Driver", "spec", "driver"),
            Column.path("Pool", "spec", "pool", "name"),
            Column.AGE);

    private DeviceColumns() {}

    private static String state(Json.Obj claim) {
        if (claim.at("metadata", "deletionTimestamp") != null) return "deleted";
        var text = claim.at("status", "allocation") == null ? "pending" : "allocated";
        return claim.items("status", "reservedFor").isEmpty() ? text : text + ",reserved";
    }
}
