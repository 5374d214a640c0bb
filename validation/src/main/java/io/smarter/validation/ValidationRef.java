package io.smarter.validation;

import io.smarter.api.PodTotals;
import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.List;

/** Says what is wrong with references to a pod's own fields and to the resources of its containers. */
final class ValidationRef {
    /** What may be written to files. */
    static final List<String> FILE_FIELDS =
            List.of("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid");

    private static final List<String> RESOURCES = List.of(
            "limits.cpu",
            "limits.ephemeral-storage",
            "limits.memory",
            "requests.cpu",
            "requests.ephemeral-storage",
            "requests.memory");

    private ValidationRef() {}

    /** @param known the fields that exist there; single labels and annotations always do */
    static void field(ValidationReport report, Json reference, String path, List<String> known) {
        if (!report.text(reference, path, "fieldPath")) return;
        var field = reference.textOrEmpty("fieldPath");
        boolean subscript = field.endsWith("']")
                && (field.startsWith("metadata.labels['") || field.startsWith("metadata.annotations['"));
        if (!subscript && !known.contains(field)) report.unsupported(path + ".fieldPath", field, known);
    }

    static void resource(ValidationReport report, Json reference, String path) {
        if (!report.text(reference, path, "resource")) return;
        var resource = reference.textOrEmpty("resource");
        boolean known = RESOURCES.contains(resource)
                || resource.startsWith("limits." + PodTotals.HUGE_PAGES)
                || resource.startsWith("requests." + PodTotals.HUGE_PAGES);
        if (!known) report.unsupported(path + ".resource", resource, RESOURCES);
    }
}
