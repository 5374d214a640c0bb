package io.smarter.types;

import io.smarter.json.Json;
import io.smarter.schema.CustomDecoder;
import io.smarter.schema.CustomDefaults;
import io.smarter.schema.CustomSchema;
import io.smarter.schema.SchemaDecoder;
import io.smarter.schema.SchemaValues;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is particular to one version of a custom type. Objects are stored as the storage version has them; between versions
 * only {@code apiVersion} differs. Immutable.
 */
public final class CustomStrategy implements Strategy {
    private final String definition;
    private final Json apiVersion;
    private final Json storedApiVersion;
    private final Map<String, CustomSchema> schemas;
    private final boolean status;
    private final @Nullable ScalePaths scale;
    private final List<String> notices;
    private final String listKind;

    /**
     * @param definition the name of the definition
     * @param schemas of all versions, by apiVersion
     * @param status whether the status has a subresource
     */
    CustomStrategy(
            String definition,
            String apiVersion,
            String storedApiVersion,
            Map<String, CustomSchema> schemas,
            boolean status,
            @Nullable ScalePaths scale,
            List<String> notices,
            String listKind) {
        this.definition = definition;
        this.apiVersion = Json.of(apiVersion);
        this.storedApiVersion = Json.of(storedApiVersion);
        this.schemas = schemas;
        this.status = status;
        this.scale = scale;
        this.notices = notices;
        this.listKind = listKind;
    }

    public String definition() {
        return definition;
    }

    @Override
    public boolean statusDescribes() {
        return false;
    }

    @Override
    public boolean hasStatus() {
        return status;
    }

    @Override
    public boolean counts() {
        return true;
    }

    @Override
    public boolean asksTheSame(Json.Obj object, Json.Obj old) {
        return SchemaValues.same(wish(object), wish(old));
    }

    private Json.Obj wish(Json.Obj object) {
        var wish = object.without("metadata").without("apiVersion");
        return status ? wish.without("status") : wish;
    }

    @Override
    public @Nullable ScalePaths scale() {
        return scale;
    }

    @Override
    public List<String> notices() {
        return notices;
    }

    @Override
    public String listKind() {
        return listKind;
    }

    @Override
    public Json.Obj toStored(Json.Obj object) {
        return object.with("apiVersion", storedApiVersion);
    }

    /** Read by the schema of the version in which it was written, which may have changed since. */
    @Override
    public Json.Obj fromStored(Json.Obj stored) {
        var schema = schemas.get(stored.textOrEmpty("apiVersion"));
        var read = stored;
        if (schema != null) {
            if (CustomDecoder.decode(schema, read) instanceof SchemaDecoder.Outcome.Decoded decoded)
                read = decoded.object();
            read = CustomDefaults.apply(schema, read);
        }
        return read.with("apiVersion", apiVersion);
    }

    @Override
    public boolean storedAsServed() {
        return false;
    }
}
