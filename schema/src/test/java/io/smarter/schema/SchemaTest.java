package io.smarter.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.schema.SchemaType.ListOf;
import io.smarter.schema.SchemaType.MapOf;
import io.smarter.schema.SchemaType.Struct;
import io.smarter.schema.SchemaType.Text;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SchemaTest {
    private final Schema schema = Schema.load();

    @ParameterizedTest
    @CsvSource({
        "'',v1,Namespace",
        "'',v1,Node",
        "'',v1,Pod",
        "'',v1,ConfigMap",
        "'',v1,Secret",
        "'',v1,ServiceAccount",
        "'',v1,Event",
        "'',v1,Service",
        "apps,v1,DaemonSet",
        "apps,v1,Deployment",
        "apps,v1,ControllerRevision",
        "coordination.k8s.io,v1,Lease",
        "events.k8s.io,v1,Event",
        "smarter.io,v1,JoinToken",
        "'',v1,Status"
    })
    void knowsEveryServedKind(String group, String version, String kind) {
        var found = schema.kind(group, version, kind);
        assertThat(found).isNotNull();
        assertThat(Objects.requireNonNull(found).typed()).isTrue();
    }

    @Test
    void everyReferenceResolves() {
        assertThat(schema.structs())
                .hasSizeGreaterThan(400)
                .allSatisfy(struct -> assertThat(struct.fields().isEmpty()).isEqualTo(isEmptyByDesign(struct)));
    }

    private static boolean isEmptyByDesign(SchemaType.Struct struct) {
        return struct.simpleName().equals("CustomResourceSubresourceStatus");
    }

    @Test
    void everyListKeyIsAFieldOfItsItem() {
        for (var struct : schema.structs()) {
            for (var field : struct.fields().values()) {
                for (var key : field.listKeys()) {
                    assertThat(((Struct) ((ListOf) field.type()).item()).field(key))
                            .as("%s.%s", struct.goName(), field.name())
                            .isNotNull();
                }
            }
        }
    }

    @Test
    void fieldsCarryTheirMarks() {
        var container = struct(
                Objects.requireNonNull(struct(type("", "v1", "Pod"), "spec").field("containers"))
                        .type());
        var ports = Objects.requireNonNull(container.field("ports"));
        assertThat(ports.list()).isEqualTo(SchemaField.ListKind.MAP);
        assertThat(ports.listKeys()).containsExactly("containerPort", "protocol");
        assertThat(ports.mergeKey()).isEqualTo("containerPort");
        assertThat(ports.patchMerges()).isTrue();
        assertThat(container.field("imagePullPolicy"))
                .extracting(field -> ((Text) Objects.requireNonNull(field).type()).values())
                .isEqualTo(List.of("Always", "IfNotPresent", "Never"));
        assertThat(struct(container, "resources").field("limits"))
                .extracting(field -> Objects.requireNonNull(field).type())
                .isEqualTo(new MapOf(SchemaType.Scalar.QUANTITY, "v1.ResourceList"));
    }

    @Test
    void anUnknownKindIsNull() {
        assertThat(schema.kind("example.org", "v1", "Thing")).isNull();
    }

    private Struct type(String group, String version, String kind) {
        return (Struct)
                Objects.requireNonNull(schema.kind(group, version, kind)).type();
    }

    private static Struct struct(Struct in, String field) {
        return struct(Objects.requireNonNull(in.field(field)).type());
    }

    private static Struct struct(SchemaType type) {
        return type instanceof ListOf list ? (Struct) list.item() : (Struct) type;
    }
}
