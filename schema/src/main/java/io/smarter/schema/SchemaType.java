package io.smarter.schema;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a value of an object's tree must look like. Immutable; equal by identity where it is a struct. */
public sealed interface SchemaType
        permits SchemaType.Scalar,
                SchemaType.Text,
                SchemaType.ListOf,
                SchemaType.MapOf,
                SchemaType.Struct,
                CustomSchema {
    /** The name that Go gives the type, which messages about wrong values show. */
    String goName();

    /** The field of a struct, or null when the type is none or has no such field. */
    default @Nullable SchemaField field(String name) {
        return null;
    }

    /** The type of a member of an object of this type: {@link Scalar#ANY} when nothing is known about it. */
    default SchemaType member(String name) {
        var field = field(name);
        return field == null ? Scalar.ANY : field.type();
    }

    /** The type of the items of a list of this type. */
    default SchemaType item() {
        return Scalar.ANY;
    }

    /** Types without parts. */
    enum Scalar implements SchemaType {
        STRING("string"),
        INT32("int32"),
        INT64("int64"),
        BOOL("bool"),
        FLOAT64("float64"),
        BYTES("[]uint8"),
        QUANTITY("resource.Quantity"),
        INT_OR_STRING("intstr.IntOrString"),
        TIME("v1.Time"),
        MICRO_TIME("v1.MicroTime"),
        DURATION("v1.Duration"),
        /** Anything at all: its parts have no schema. */
        ANY("interface {}"),
        /** Anything at all, of a kind without schema: its objects have members with owners of their own. */
        UNTYPED("interface {}");

        private final String goName;

        Scalar(String goName) {
            this.goName = goName;
        }

        @Override
        public String goName() {
            return goName;
        }

        @Override
        public SchemaType member(String name) {
            return this == UNTYPED ? UNTYPED : ANY;
        }
    }

    /**
     * A string with a name of its own.
     *
     * @param values the only ones allowed, sorted; empty when the type is open
     */
    record Text(String goName, List<String> values) implements SchemaType {}

    /** @param alias Go's name for it where it has one of its own */
    record ListOf(SchemaType item, @Nullable String alias) implements SchemaType {
        @Override
        public String goName() {
            return alias == null ? "[]" + item.goName() : alias;
        }
    }

    /** An object whose member names are data. */
    record MapOf(SchemaType value, @Nullable String alias) implements SchemaType {
        @Override
        public String goName() {
            return alias == null ? "map[string]" + value.goName() : alias;
        }

        @Override
        public SchemaType member(String name) {
            return value;
        }
    }

    /** An object whose members are known. */
    final class Struct implements SchemaType {
        private final String goName;
        private final String openApiName;
        private final boolean atomic;
        private final Supplier<Map<String, SchemaField>> read;
        private volatile @Nullable Map<String, SchemaField> fields;
        private volatile @Nullable SchemaLayout layout;

        public Struct(String goName, String openApiName, boolean atomic, Supplier<Map<String, SchemaField>> read) {
            this.goName = goName;
            this.openApiName = openApiName;
            this.atomic = atomic;
            this.read = read;
        }

        @Override
        public String goName() {
            return goName;
        }

        /** The name without its package. */
        String simpleName() {
            return goName.substring(goName.indexOf('.') + 1);
        }

        /** Such as {@code io.k8s.api.core.v1.Pod}. */
        public String openApiName() {
            return openApiName;
        }

        /** Whether server-side apply takes it as one value. */
        public boolean atomic() {
            return atomic;
        }

        /** The members by name, in the order of their declaration. */
        public Map<String, SchemaField> fields() {
            var known = fields;
            if (known == null) {
                known = read.get();
                fields = known;
            }
            return known;
        }

        /** Where the members stand in protobuf. */
        public SchemaLayout layout() {
            var known = layout;
            if (known == null) {
                known = SchemaLayout.of(this);
                layout = known;
            }
            return known;
        }

        @Override
        public @Nullable SchemaField field(String name) {
            return fields().get(name);
        }
    }
}
