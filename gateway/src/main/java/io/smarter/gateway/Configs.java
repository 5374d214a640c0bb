package io.smarter.gateway;

import io.smarter.json.Json;
import org.jspecify.annotations.Nullable;

/** The ConfigMaps and Secrets that a node's pods refer to. */
@FunctionalInterface
interface Configs {
    /**
     * The object as it was last seen; null when the cloud has none. Kind is ConfigMap or Secret.
     *
     * @throws ConfigException if there is a copy that can't be read
     */
    Json.@Nullable Obj find(String kind, String namespace, String name) throws ConfigException;
}
