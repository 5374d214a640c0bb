package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.cri.dra.Claim;
import io.smarter.cri.dra.NodePrepareResourceResponse;
import io.smarter.cri.dra.NodePrepareResourcesRequest;
import io.smarter.cri.dra.NodeUnprepareResourcesRequest;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PreparationsTest {
    private static final String RULES = """
            - name: serial
              match: {path: ^ttyUSB}
            - match: {path: ^fuse$}
              count: 5
            - match: {path: ^left$}
              exclusive: arms
            - match: {path: ^right$}
              exclusive: arms
            """;

    @TempDir
    private Path folder;

    private final Map<String, Json.Obj> cluster = new HashMap<>();
    private boolean linked = true;
    private Map<String, Offered> offered = Map.of();
    private Preparations preparations;

    @BeforeEach
    void start() throws IOException {
        preparations = new Preparations("node-1", new ClaimFiles(folder), (namespace, name) -> {
            if (!linked) throw new IOException("no link");
            return Objects.requireNonNull(cluster.get(namespace + "/" + name));
        });
        preparations.tell(Pool.of(offered.values()));
    }

    private void there(Found... found) {
        offered = PoolTest.offered(offered, RULES, found);
        preparations.tell(Pool.of(offered.values()));
    }

    private String serial() {
        return Pool.of(offered.values()).shares().firstKey();
    }

    private static Claim claim(String uid) {
        return Claim.newBuilder()
                .setNamespace("farm")
                .setName("c-" + uid)
                .setUid(uid)
                .build();
    }

    private void allocate(String uid, String device) {
        cluster.put("farm/c-" + uid, withDevice(uid, device));
    }

    private static Json.Obj withDevice(String uid, String device) {
        return PreparedClaimTest.claim(uid, PreparedClaimTest.result("r", device));
    }

    private NodePrepareResourceResponse prepare(String uid) {
        return preparations
                .prepare(NodePrepareResourcesRequest.newBuilder()
                        .addClaims(claim(uid))
                        .build())
                .getClaimsOrThrow(uid);
    }

    private void unprepare(String uid) {
        var request = NodeUnprepareResourcesRequest.newBuilder().addClaims(claim(uid));
        assertThat(preparations.unprepare(request.build()).getClaimsOrThrow(uid).getError())
                .isEmpty();
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private String content(String uid) throws IOException {
        return Files.readString(folder.resolve("devices.smarter.io-claim-%s.json".formatted(uid)));
    }

    @Test
    void aClaimIsPreparedAndUnpreparedAnyNumberOfTimes() throws Exception {
        there(Finds.plain("fuse"));
        allocate("u1", "fuse-3");
        var first = prepare("u1");
        assertThat(first.getError()).isEmpty();
        var device = first.getDevices(0);
        assertThat(List.of(device.getPoolName(), device.getDeviceName(), device.getRequestNames(0)))
                .containsExactly("node-1", "fuse-3", "r");
        assertThat(device.getCdiDeviceIdsList()).containsExactly("devices.smarter.io/claim=u1.r.fuse-3");
        assertThat(prepare("u1")).isEqualTo(first);
        assertThat(files()).containsExactly("devices.smarter.io-claim-u1.json");
        unprepare("u1");
        unprepare("u1");
        assertThat(files()).isEmpty();
    }

    @Test
    void oneBadClaimFailsAlone() {
        there(Finds.plain("fuse"));
        allocate("good", "fuse-0");
        allocate("unknown", "gone-0");
        cluster.put("farm/c-other", withDevice("another", "fuse-1"));
        var answers = preparations
                .prepare(NodePrepareResourcesRequest.newBuilder()
                        .addClaims(claim("unknown"))
                        .addClaims(claim("other"))
                        .addClaims(claim("../up"))
                        .addClaims(claim("good"))
                        .build())
                .getClaimsMap();
        assertThat(answers).hasSize(4);
        var errors = new HashMap<String, String>();
        answers.forEach((uid, answer) -> errors.put(uid, answer.getError()));
        assertThat(errors)
                .isEqualTo(Map.of(
                        "good", "",
                        "unknown", "claim farm/c-unknown: the node has no device 'gone-0'",
                        "other", "claim farm/c-other: uid: must be other, was 'another'",
                        "../up", "claim farm/c-../up: uid: must be 1 to 64 of A-Za-z0-9-, was '../up'"));
    }

    @Test
    void whatIsPreparedIsKnownAfterARestartWithoutALink() throws Exception {
        there(Finds.plain("fuse"));
        allocate("u1", "fuse-0");
        var before = prepare("u1");
        start();
        linked = false;
        assertThat(prepare("u1")).isEqualTo(before);
        assertThat(prepare("u2").getError()).isEqualTo("claim farm/c-u2: no link");
    }

    @Test
    void aDeviceThatIsGoneIsNotGiven() throws Exception {
        there(Finds.serial("ttyUSB0", "A1", 1));
        var name = serial();
        there();
        allocate("u1", name);
        assertThat(prepare("u1").getError()).contains("ttyUSB0 is not there");
        assertThat(files()).isEmpty();
    }

    @Test
    void whatIsHeldStaysSoWhenItIsGoneAndIsFoundUnderItsNewNumber() throws Exception {
        there(Finds.serial("ttyUSB0", "A1", 1));
        allocate("u1", serial());
        var before = prepare("u1");
        there();
        assertThat(prepare("u1")).isEqualTo(before);
        assertThat(content("u1")).contains("/dev/ttyUSB0");
        there(Finds.serial("ttyUSB4", "A1", 1));
        assertThat(content("u1")).contains("/dev/ttyUSB4").doesNotContain("ttyUSB0");
        assertThat(prepare("u1")).isEqualTo(before);
    }

    @Test
    void aClaimThatWasAllocatedAnewGetsItsNewDevice() throws Exception {
        there(Finds.plain("fuse"));
        allocate("u1", "fuse-0");
        prepare("u1");
        allocate("u1", "fuse-1");
        assertThat(prepare("u1").getDevices(0).getDeviceName()).isEqualTo("fuse-1");
        assertThat(content("u1")).contains("u1.r.fuse-1").doesNotContain("fuse-0");
    }

    @Test
    void oneClaimAtATimeHoldsAGroup() {
        there(Finds.plain("left"), Finds.plain("right"));
        allocate("u1", "left-0");
        allocate("u2", "right-0");
        assertThat(prepare("u1").getError()).isEmpty();
        assertThat(prepare("u2").getError())
                .isEqualTo("claim farm/c-u2: another device of group arms is held: left-0, by claim u1");
        unprepare("u1");
        assertThat(prepare("u2").getError()).isEmpty();
    }

    @Test
    void whatOthersWroteThereIsNotTouched() throws Exception {
        Files.writeString(folder.resolve("devices.smarter.io-claim-u1.json"), "{]");
        Files.writeString(folder.resolve("vendor.json"), "{}");
        there(Finds.plain("fuse"));
        new CdiFolder(folder).write(List.of());
        allocate("u2", "fuse-0");
        assertThat(prepare("u2").getError()).isEmpty();
        new CdiFolder(folder).write(List.of());
        assertThat(files()).contains("devices.smarter.io-claim-u2.json", "vendor.json");
    }
}
