package io.smarter.types;

import io.smarter.json.Json;
import io.smarter.schema.CustomDecoder;
import io.smarter.schema.CustomDefaults;
import io.smarter.schema.CustomSchema;
import io.smarter.schema.SchemaDecoder;
import io.smarter.schema.SchemaValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is particular to one version of a custom type. Objects are stored as the storage version has them; between versions
 * only {@code apiVersion} differs, unless a webhook converts them. Immutable.
 */
public final class CustomStrategy implements Strategy {
    private final String definition;
    private final String apiVersion;
    private final String storedApiVersion;
    private final Map<String, CustomSchema> schemas;
    private final boolean status;
    private final @Nullable ScalePaths scale;
    private final List<String> notices;
    private final String listKind;
    private final @Nullable Conversion conversion;

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
            String listKind,
            @Nullable Conversion conversion) {
        this.definition = definition;
        this.apiVersion = apiVersion;
        this.storedApiVersion = storedApiVersion;
        this.schemas = schemas;
        this.status = status;
        this.scale = scale;
        this.notices = notices;
        this.listKind = listKind;
        this.conversion = conversion;
    }

    public String definition() {
        return definition;
    }

    @Override
    public boolean statusDescribes() {
        return false;
    }

    @Override
    public boolean listsAlwaysContinue() {
        return true;
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
    public boolean replacesBlindly() {
        return false;
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
        if (conversion == null || apiVersion.equals(storedApiVersion))
            return object.with("apiVersion", Json.of(storedApiVersion));
        return pruned(storedApiVersion, conversion.converted(object, storedApiVersion));
    }

    @Override
    public Json.Obj fromStored(Json.Obj stored) {
        return fromStored(List.of(stored)).getFirst();
    }

    @Override
    public List<Json.Obj> fromStored(List<Json.Obj> stored) {
        var read = new ArrayList<Json.Obj>(stored.size());
        for (var object : stored) read.add(read(object));
        var shown = conversion == null ? read : conversion.converted(read, apiVersion);
        for (int i = 0; i < read.size(); i++) {
            boolean converted = conversion != null
                    && !stored.get(i).textOrEmpty("apiVersion").equals(apiVersion);
            read.set(
                    i,
                    converted ? pruned(apiVersion, shown.get(i)) : read.get(i).with("apiVersion", Json.of(apiVersion)));
        }
        return read;
    }

    @Override
    public boolean readsTogether() {
        return conversion != null;
    }

    @Override
    public String storedVersion(String served) {
        return storedApiVersion;
    }

    /** Read by the schema of the version in which it was written, which may have changed since. */
    private Json.Obj read(Json.Obj stored) {
        var version = stored.textOrEmpty("apiVersion");
        var schema = schemas.get(version);
        return schema == null ? stored : CustomDefaults.apply(schema, pruned(version, stored));
    }

    private Json.Obj pruned(String version, Json.Obj object) {
        var schema = schemas.get(version);
        return schema != null && CustomDecoder.decode(schema, object) instanceof SchemaDecoder.Outcome.Decoded decoded
                ? decoded.object()
                : object;
    }

    @Override
    public boolean storedAsServed() {
        return false;
    }
}
