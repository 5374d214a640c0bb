package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.EnvVar.Source;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes the environment of a container: what all have first, then {@code envFrom}, then {@code env}, later names over
 * earlier ones.
 */
record Environment(Fields fields, Configs configs, Places volumes) {
    /** Where the pod's volumes are. */
    @FunctionalInterface
    interface Places {
        /** @throws ConfigException if there is no such volume */
        Path of(String volume) throws IOException, ConfigException;
    }

    /**
     * Names and values, in order.
     *
     * @throws ConfigException if something that is not optional is missing; the message is Kubernetes'
     */
    Map<String, String> of(Container container, Map<String, String> usual) throws ConfigException {
        var variables = new LinkedHashMap<>(usual);
        for (var from : container.envFrom()) {
            var object = find(from.kind(), from.name(), from.optional());
            ConfigData.texts(from.kind(), object).forEach((key, value) -> {
                var name = from.prefix() + key;
                if (!name.isEmpty() && name.indexOf('=') < 0) variables.put(name, value);
            });
        }
        for (var variable : container.env()) {
            switch (variable.source()) {
                case Source.Literal(var value) -> variables.put(variable.name(), Expansion.expand(value, variables));
                case Source.Key key -> addKey(variables, variable.name(), key);
                case Source.FileKey key -> addFileKey(variables, variable.name(), key);
                case Source.Field(var path) -> variables.put(variable.name(), fields.field(path));
                case Source.Resource(var reference) ->
                    variables.put(variable.name(), fields.resource(reference, container));
            }
        }
        return variables;
    }

    private void addKey(Map<String, String> variables, String variable, Source.Key key) throws ConfigException {
        var object = find(key.kind(), key.name(), key.optional());
        var value = ConfigData.texts(key.kind(), object).get(key.key());
        if (value != null) variables.put(variable, value);
        else if (!key.optional())
            throw new ConfigException("couldn't find key %s in %s %s/%s"
                    .formatted(key.key(), key.kind(), fields.pod().namespace(), key.name()));
    }

    private void addFileKey(Map<String, String> variables, String variable, Source.FileKey key) throws ConfigException {
        try {
            var file = EnvFile.read(volumes.of(key.volume()), key.path());
            var value = file == null ? null : file.value(key.key());
            if (value != null) variables.put(variable, value);
            else if (!key.optional())
                throw new ConfigException("environment variable key \"%s\" not found in file \"%s\" of volume \"%s\""
                        .formatted(key.key(), key.path(), key.volume()));
        } catch (IOException e) {
            throw new ConfigException("file \"%s\" of volume \"%s\" cannot be read: %s"
                    .formatted(key.path(), key.volume(), e.getMessage()));
        }
    }

    private Json.Obj find(String kind, String name, boolean optional) throws ConfigException {
        var object = configs.find(kind, fields.pod().namespace(), name);
        if (object != null) return object;
        if (optional) return Json.Obj.EMPTY;
        throw new ConfigException(
                "%s \"%s\" not found".formatted(kind.equals("Secret") ? "secret" : "configmap", name));
    }
}
