package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.devices.PreparedClaim.Allotted;
import io.smarter.json.Json;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PreparedClaimTest {
    private static final String UID = "6f1f3a52-0d0f-4f6c-9a53-1d1d0d2f0001";

    static Json.Obj claim(String uid, Json... results) {
        return Json.obj(
                "metadata",
                Json.obj("name", "c", "namespace", "farm", "uid", uid),
                "status",
                Json.obj("allocation", Json.obj("devices", Json.obj("results", Json.arr((Object[]) results)))));
    }

    static Json.Obj result(String request, String driver, String pool, String device) {
        return Json.obj("request", request, "driver", driver, "pool", pool, "device", device);
    }

    static Json.Obj result(String request, String device) {
        return result(request, SlicePlan.DRIVER, "node-1", device);
    }

    @Test
    void whatOthersGiveIsNoneOfOurs() {
        var claim = claim(
                UID,
                result("a/first", "fuse-0"),
                result("b", "gpu.example.com", "node-1", "gpu-0"),
                result("c", SlicePlan.DRIVER, "node-2", "fuse-1"));
        assertThat(PreparedClaim.allotted(claim, "node-1")).containsExactly(new Allotted("a", "fuse-0"));
    }

    static Stream<Arguments> bad() {
        var config = Json.obj(
                "devices",
                Json.obj(
                        "results",
                        Json.arr(result("a", "fuse-0")),
                        "config",
                        Json.arr(Json.obj("opaque", Json.obj("driver", SlicePlan.DRIVER, "parameters", Json.obj())))));
        return Stream.of(
                argumentSet("not allocated", Json.obj("status", Json.obj()), "it is not allocated"),
                argumentSet(
                        "of another node",
                        claim(UID, result("a", SlicePlan.DRIVER, "node-2", "d")),
                        "it was given no device of driver devices.smarter.io and pool node-1"),
                argumentSet(
                        "no name",
                        claim(UID, result("a", "../../etc")),
                        "device: must be a DNS label, was '../../etc'"),
                argumentSet(
                        "with parameters",
                        Json.obj("status", Json.obj("allocation", config)),
                        "config: devices.smarter.io takes no parameters"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aClaimThatCannotBeMetSaysWhy(Json.Obj claim, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PreparedClaim.allotted(claim, "node-1"))
                .withMessage(why);
    }

    @Test
    void aUidThatIsAPathIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PreparedClaim.checkUid("../x"))
                .withMessage("uid: must be 1 to 64 of A-Za-z0-9-, was '../x'");
    }

    @Test
    void itsDocumentSaysAllOfIt() {
        var pool = PoolTest.pool(
                "[{match: {path: ^fuse$}, count: 2, cdi: [\"v.com/c=a\", \"v.com/c=b\"]}]", Finds.plain("fuse"));
        var claim = PreparedClaim.of(UID, List.of(new Allotted("one", "fuse-0"), new Allotted("two", "fuse-1")), pool);
        var document = claim.document(pool);
        assertThat(PreparedClaim.read(UID, Json.parse(document.compact()))).contains(claim);
        assertThat(PreparedClaim.read("other", document)).isEmpty();
        assertThat(claim.cdi(claim.devices().getFirst()))
                .containsExactly(PreparedClaim.KIND + "=" + UID + ".one.fuse-0", "v.com/c=a", "v.com/c=b");
        assertThat(document.textOrEmpty("cdiVersion")).isEqualTo("0.6.0");
        assertThat(document.textOrEmpty("kind")).isEqualTo("devices.smarter.io/claim");
    }

    @Test
    void devicesOfOneResourceComeToDifferentPaths() {
        var pool = PoolTest.pool(
                "[{name: zigbee, match: {path: ^ttyUSB}, containerPath: /dev/zigbee, env: {Z: \"{path}\"}}]",
                Finds.serial("ttyUSB0", "A1", 1),
                Finds.serial("ttyUSB1", "A2", 2));
        var allotted = pool.shares().keySet().stream()
                .map(name -> new Allotted("z", name))
                .toList();
        var devices = PreparedClaim.of(UID, allotted, pool).document(pool).items("devices");
        assertThat(devices.stream()
                        .map(one -> one.items("containerEdits", "deviceNodes").stream()
                                .map(node -> node.textOrEmpty("hostPath") + " " + node.textOrEmpty("path"))
                                .toList()))
                .containsExactly(List.of("/dev/ttyUSB0 /dev/zigbee"), List.of("/dev/ttyUSB1 /dev/zigbee-2"));
        assertThat(devices.stream().map(one -> one.items("containerEdits", "env")))
                .allMatch(List.of(Json.of("Z=/dev/zigbee,/dev/zigbee-2"))::equals);
    }
}
