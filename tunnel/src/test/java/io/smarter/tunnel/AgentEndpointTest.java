package io.smarter.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.agent.Publication;
import io.smarter.agent.Release;
import io.smarter.client.ApiClient;
import io.smarter.files.PowerCut;
import io.smarter.http.Response;
import io.smarter.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may give the cloud versions of the agent and who gets them, and what it keeps; with real certificates and connections. */
final class AgentEndpointTest {
    @TempDir
    Path folder;

    private TestAgents agents;

    @BeforeEach
    void start() throws Exception {
        agents = new TestAgents(folder);
    }

    @AfterEach
    void stop() {
        agents.close();
    }

    @Test
    void onlyAdministratorsSign() throws Exception {
        var program = agents.program("v2", 2);
        var node = agents.cloud.node("edge");
        assertThatThrownBy(() -> agents.publish("v2", program, node))
                .hasMessageContaining("who is not of system:masters");
        try (var other = new TestCloud(folder.resolve("other"), Clock.systemUTC())) {
            assertThatThrownBy(() -> agents.publish("v2", program, other.pki.admin()))
                    .hasMessageContaining("whom the cloud does not know");
        }
    }

    @Test
    void nodesReadAndAdministratorsWrite() throws Exception {
        agents.publish("v2", 2);
        var list = "/agents/v1/versions/v2/" + Release.ownPlatform();
        var missing = "/agents/v1/blobs/" + "0".repeat(64);
        for (var expected : Map.of(
                        "GET " + list,
                        200,
                        "GET " + missing,
                        404,
                        "GET /agents/v1/versions",
                        403,
                        "PUT " + missing,
                        403,
                        "DELETE /agents/v1/versions/v2",
                        403)
                .entrySet()) {
            try (var node = agents.client(agents.cloud.node("edge"))) {
                assertThat(status(node, expected.getKey()))
                        .as(expected.getKey())
                        .isEqualTo(expected.getValue());
            }
        }
        try (var nobody = agents.client(null)) {
            assertThat(status(nobody, "GET " + list)).isEqualTo(401);
        }
        try (var admin = agents.client(agents.cloud.pki.admin())) {
            assertThat(status(admin, "PUT " + missing)).isEqualTo(422);
            assertThat(status(admin, "GET /agents/v1/blobs/..%2f..%2fpki%2fca.key"))
                    .isEqualTo(422);
            assertThat(status(admin, "GET /agents/v1/versions/../v2")).isEqualTo(422);
            assertThat(status(admin, "DELETE /agents/v1/versions/v2")).isEqualTo(200);
            assertThat(status(admin, "DELETE /agents/v1/versions/v2")).isEqualTo(404);
        }
    }

    private static int status(ApiClient client, String request) throws IOException {
        var parts = request.split(" ");
        return client.raw(parts[0], parts[1], null, parts[0].equals("PUT") ? new byte[10] : new byte[0])
                .status();
    }

    @Test
    void aVersionIsNotReplacedByAnother() throws Exception {
        agents.publish("v2", 2);
        assertThatThrownBy(() -> agents.publish("v2", agents.program("v2x", 3), agents.cloud.pki.admin()))
                .hasMessageContaining("is there with other files");
    }

    /** Another gzip has another length, and lists are signed with that. */
    @Test
    void aFileThatIsThereStaysAsItWasListed() throws Exception {
        agents.publish("v2", 2);
        try (var admin = agents.client(agents.cloud.pki.admin())) {
            assertThat(put(admin, TestAgents.random(2)).status()).isEqualTo(201);
        }
        try (var _ = agents.upgraded("v2")) {
            assertThat(agents.version("v2").resolve("lib/own")).hasBinaryContent(TestAgents.random(2));
        }
    }

    @Test
    void aFileThatAnotherPackedIsListedAsItIs() throws Exception {
        try (var admin = agents.client(agents.cloud.pki.admin())) {
            assertThat(put(admin, TestAgents.random(2)).status()).isEqualTo(201);
        }
        agents.publish("v2", 2);
        try (var _ = agents.upgraded("v2")) {
            assertThat(agents.version("v2").resolve("lib/own")).hasBinaryContent(TestAgents.random(2));
        }
    }

    /** Uploads a file as a gzip of two members, which is longer than others. */
    private static Response put(ApiClient client, byte[] content) throws Exception {
        var packed = new ByteArrayOutputStream();
        for (var part : List.of(new byte[0], content)) {
            try (var gzip = new GZIPOutputStream(packed)) {
                gzip.write(part);
            }
        }
        return client.raw("PUT", blob(content), null, packed.toByteArray());
    }

    private static String blob(byte[] content) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256").digest(content);
        return "/agents/v1/blobs/" + HexFormat.of().formatHex(digest);
    }

    @Test
    void aFileThatIsCutOffIsNotTaken() throws Exception {
        var content = TestAgents.random(7);
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        var half = Arrays.copyOf(packed.toByteArray(), packed.size() / 2);
        try (var admin = agents.client(agents.cloud.pki.admin())) {
            var answer = admin.raw("PUT", blob(content), null, half);
            assertThat(answer.status()).isEqualTo(422);
            assertThat(Json.parse(answer.body()).textOrEmpty("message")).contains("is not gzip");
        }
    }

    @Test
    void aListThatDoesNotVerifyHidesNoOtherAndKeepsAllFiles() throws Exception {
        agents.publish("v2", 2);
        agents.publish("v3", 3);
        agents.publish("v4", 4);
        var damaged = agents.files("versions/v3").getFirst();
        Files.writeString(damaged, "{}");
        for (var blob : agents.files("blobs")) Files.setLastModifiedTime(blob, FileTime.fromMillis(0));
        int blobs = agents.files("blobs").size();
        try (var admin = agents.client(agents.cloud.pki.admin())) {
            var publication = new Publication(admin, agents.cloud.pki.admin());
            assertThat(publication.versions().stream().map(version -> version.textOrEmpty("version")))
                    .containsExactly("v2", "v4");
            publication.remove("v4");
            assertThat(agents.files("blobs")).as("while a list can't be read").hasSize(blobs);
            agents.publish("v3", 3);
            assertThat(publication.versions()).hasSize(2);
            for (var blob : agents.files("blobs")) Files.setLastModifiedTime(blob, FileTime.fromMillis(0));
            publication.remove("v2");
        }
        assertThat(agents.files("blobs")).as("those of v3").hasSize(4);
    }

    @Test
    void aListThatIsDatedBackOrSignedByWhoseTimeIsOverIsNotTaken() throws Exception {
        for (var ahead : List.of(Duration.ofHours(2), Duration.ofHours(-2), Duration.ofDays(36_500))) {
            var clock = Clock.offset(Clock.systemUTC(), ahead);
            var data = folder.resolve("other" + ahead.toHours());
            try (var other = new TestAgents(data, clock)) {
                assertThatThrownBy(() -> other.publish("v2", 2))
                        .hasMessageContaining(
                                ahead.toDays() > 0 ? "the signer's certificate was valid until" : "was signed at");
            }
        }
    }

    @Test
    void aVersionIsGoneForGoodBeforeItsFilesAre() throws Exception {
        agents.publish("v2", 2);
        for (var blob : agents.files("blobs")) Files.setLastModifiedTime(blob, FileTime.fromMillis(0));
        var kept = folder.resolve("cloud/agents");
        var points = new CopyOnWriteArrayList<String>();
        try (var admin = agents.client(agents.cloud.pki.admin());
                var _ = PowerCut.watch(points::add)) {
            new Publication(admin, agents.cloud.pki.admin()).remove("v2");
        }
        assertThat(points).hasSizeGreaterThan(6);
        assertThat(points.subList(0, 4))
                .containsExactly(
                        "delete " + kept.resolve("versions/v2/" + Release.ownPlatform() + ".json"),
                        "sync " + kept.resolve("versions/v2"),
                        "delete " + kept.resolve("versions/v2"),
                        "sync " + kept.resolve("versions"));
        assertThat(points.subList(4, points.size())).allMatch(point -> point.startsWith("delete " + kept + "/blobs/"));
    }
}
