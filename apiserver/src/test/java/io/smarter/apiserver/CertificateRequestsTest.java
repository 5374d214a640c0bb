package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Pem;
import io.smarter.http.Tls;
import io.smarter.json.Json;
import io.smarter.pki.PkiSubject;
import io.smarter.types.CertificateStrategy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class CertificateRequestsTest {
    private static final String ALL = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    private static final String CLIENT = "kubernetes.io/kube-apiserver-client";
    private static final String NODE = "kubernetes.io/kube-apiserver-client-kubelet";
    private static final List<String> USAGES = List.of("digital signature", "client auth");

    @TempDir
    private Path folder;

    private TestApi api;

    @BeforeEach
    void open() throws Exception {
        api = new TestApi(folder);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private static String request(String name, String signer, List<String> usages, String user, String... groups)
            throws Exception {
        var pem = Pem.csr(Tls.newKeyPair(), user, List.of(groups));
        var text = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
        return Json.obj(
                        "metadata",
                        Json.obj("name", name),
                        "spec",
                        Json.obj(
                                "request", text,
                                "signerName", signer,
                                "usages", usages,
                                "expirationSeconds", 3600,
                                "username", "somebody else"))
                .compact();
    }

    private Json.Obj decide(String name, String type) {
        var decided = api.get(ALL + "/" + name)
                .json()
                .with(
                        "status",
                        Json.obj("conditions", Json.arr(Json.obj("type", type, "status", "True", "reason", "Test"))));
        return api.ask("PUT", ALL + "/" + name + "/approval", decided.compact()).json();
    }

    private Json.Obj issued(String name) throws Exception {
        return await(name, request -> request.text("status", "certificate") != null);
    }

    /** The request's status once something holds, for which a watch waits. */
    private Json.Obj await(String name, Predicate<Json.Obj> condition) throws Exception {
        try (var watching = api.watch(ALL + "?watch=true&fieldSelector=metadata.name=" + name)) {
            while (true) {
                var object = watching.exchange().line().object("object");
                if (condition.test(object)) return object.object("status");
            }
        }
    }

    private static X509Certificate certificate(Json.Obj status) {
        var pem = Base64.getDecoder().decode(status.textOrEmpty("certificate"));
        return Pem.certificates(new String(pem, StandardCharsets.US_ASCII)).getFirst();
    }

    @Test
    void anApprovedRequestGetsACertificateOfTheCloudsAuthority() throws Exception {
        var made = api.create(ALL, request("jane", CLIENT, USAGES, "jane", "dev"));
        assertThat(made.text("spec", "username")).isEqualTo("smarter-admin");
        assertThat(made.items("spec", "groups")).contains(Json.of("system:masters"));
        var approved = decide("jane", "Approved");
        assertThat(approved.items("status", "conditions").getFirst().text("lastTransitionTime"))
                .isNotNull();
        var certificate = certificate(issued("jane"));
        assertThat(PkiSubject.of(certificate)).isEqualTo(new PkiSubject("jane", List.of("dev")));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getKeyUsage()).startsWith(true, false, false);
        assertThat(certificate.getNotAfter().toInstant()).isBefore(Instant.now().plusSeconds(3601));
        assertThat(api.get(ALL + "?fieldSelector=spec.signerName=" + CLIENT)
                        .json()
                        .items("items"))
                .hasSize(1);
    }

    static Stream<Arguments> usages() {
        return Stream.of(
                argumentSet("the least", List.of("client auth"), null),
                argumentSet("one bit", USAGES, new boolean[] {true, false, false}),
                argumentSet("two bits", List.of("digital signature", "key encipherment", "client auth"), new boolean[] {
                    true, false, true
                }));
    }

    @ParameterizedTest
    @MethodSource("usages")
    void aCertificateHasTheUsagesThatWereAskedFor(List<String> usages, boolean @Nullable [] bits) throws Exception {
        api.create(ALL, request("jane", CLIENT, usages, "jane"));
        decide("jane", "Approved");
        var certificate = certificate(issued("jane"));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        if (bits == null) assertThat(certificate.getKeyUsage()).isNull();
        else assertThat(certificate.getKeyUsage()).startsWith(bits);
    }

    @Test
    void aDecisionIsForGood() throws Exception {
        api.create(ALL, request("no", CLIENT, USAGES, "jane"));
        decide("no", "Denied");
        assertThat(decide("no", "Approved").textOrEmpty("message"))
                .contains("status.conditions: Forbidden: updates may not remove a condition of type \"Denied\"");
        var emptied = api.ask("PATCH", ALL + "/no/status", "{\"status\":{\"conditions\":[]}}", TestApi.MERGE_PATCH);
        assertThat(CertificateStrategy.is(emptied.json(), "Denied")).isTrue();
        var wish = api.ask("PATCH", ALL + "/no", "{\"spec\":{\"signerName\":\"a.b/c\"}}", TestApi.MERGE_PATCH);
        assertThat(wish.json().text("spec", "signerName")).isEqualTo(CLIENT);
    }

    @Test
    void whatASignerDoesNotSignFails() throws Exception {
        api.create(ALL, request("web", CLIENT, List.of("server auth"), "jane"));
        decide("web", "Approved");
        var failed = await("web", request -> CertificateStrategy.is(request, "Failed"));
        assertThat(failed.items("conditions").getLast().text("message"))
                .isEqualTo("invalid usage for client certificate: server auth");
    }

    @Test
    void nodesGetTheirOwnCertificatesApproved() throws Exception {
        var made = api.create(ALL, request("n1", NODE, USAGES, "system:node:n1", "system:nodes"));
        assertThat(made.text("spec", "signerName")).isEqualTo(NODE);
        assertThat(certificate(issued("n1")).getSubjectX500Principal().getName())
                .contains("CN=system:node:n1");
        assertThat(api.get(ALL + "/n1")
                        .json()
                        .items("status", "conditions")
                        .getFirst()
                        .text("reason"))
                .isEqualTo("AutoApproved");
    }

    static Stream<Arguments> faults() throws Exception {
        return Stream.of(
                argumentSet("usage", request("a", CLIENT, List.of("fun"), "u"), "spec.usages[0]: Unsupported value"),
                argumentSet("no usages", request("a", CLIENT, List.of(), "u"), "spec.usages: Required value"),
                argumentSet("signer", request("a", "x", USAGES, "u"), "must be a fully qualified domain and path"),
                argumentSet(
                        "not a request",
                        "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"request\":\"YQ==\",\"signerName\":\"a.b/c\",\"usages\":[\"any\"]}}",
                        "spec.request: Invalid value"),
                argumentSet(
                        "masters",
                        request("a", CLIENT, USAGES, "u", "system:masters"),
                        "signer with system:masters group is not allowed"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void wrongRequestsAreRefused(String body, String message) {
        var answer = api.ask("POST", ALL, body);
        assertThat(answer.status).isGreaterThanOrEqualTo(403);
        assertThat(answer.json().textOrEmpty("message")).contains(message);
    }
}
