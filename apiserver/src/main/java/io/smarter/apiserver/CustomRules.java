package io.smarter.apiserver;

import io.smarter.json.Json;

/** Validation rules in the Common Expression Language. */
final class CustomRules {
    private CustomRules() {}

    /** Says what is wrong with the rules of a schema. */
    static void checkAll(Json.Obj root, String path, ValidationReport report) {
        // rules are not evaluated yet
    }
}
