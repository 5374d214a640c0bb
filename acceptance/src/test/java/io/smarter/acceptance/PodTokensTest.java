package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What programs in pods find to talk to the API with, seen from within real containers. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PodTokensTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String URL = "https://127.0.0.1:16444";

    private Path folder = Path.of("");
    private Run run = new Run();

    @BeforeAll
    void up(@TempDir Path temporary) throws Exception {
        folder = temporary;
        Run.needKubectl();
        run = new Run()
                .with("SMARTER_DATA", folder.resolve("data").toString())
                .with("SMARTER_PORT", "16444")
                .with(
                        "KUBECONFIG",
                        folder.resolve("data/cloud/admin.kubeconfig").toString());
        run.run("./smarter", "up", "--no-demo").ok();
        BusyboxImage.write(folder.resolve("busybox.tar"));
        run.run("./smarter", "image", "load", folder.resolve("busybox.tar").toString())
                .ok();
        pod("reader", Json.Obj.EMPTY);
    }

    @AfterAll
    void down() throws Exception {
        run.run("./smarter", "down", "--purge").ok();
    }

    @Test
    @Order(1)
    void aPodFindsItsTokenTheAuthorityAndItsNamespace() throws Exception {
        assertThat(cat("reader", "namespace")).isEqualTo("default");
        var published = kubectl("get", "configmap", "kube-root-ca.crt", "-o", "jsonpath={.data.ca\\.crt}");
        assertThat(cat("reader", "ca.crt")).isEqualTo(published);
        var user = reviewed(cat("reader", "token"));
        assertThat(user.text("username")).isEqualTo("system:serviceaccount:default:default");
        assertThat(user.items("extra", "authentication.kubernetes.io/pod-name")).containsExactly(Json.of("reader"));
        assertThat(user.items("extra", "authentication.kubernetes.io/node-name"))
                .containsExactly(Json.of("gateway-1"));
        assertThat(kubectl("describe", "pod", "reader"))
                .contains("kube-api-access-", "TokenExpirationSeconds:  3607", MOUNT + " from kube-api-access-");
    }

    private Json.Obj reviewed(String token) throws Exception {
        var review = Json.obj(
                "apiVersion", "authentication.k8s.io/v1", "kind", "TokenReview", "spec", Json.obj("token", token));
        var answer = Json.parse(run.feed(review.compact(), "kubectl", "create", "-f", "-", "-o", "json")
                .ok());
        assertThat(answer.object("status").flag("authenticated")).isTrue();
        return answer.object("status", "user");
    }

    /** What client-go's InClusterConfig takes: two variables and two files. */
    @Test
    @Order(2)
    void whatIsInAPodLeadsToTheApi() throws Exception {
        var server = sh("reader", "echo https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT")
                .strip();
        assertThat(server).isEqualTo(URL);
        var authority = Files.writeString(folder.resolve("ca.crt"), cat("reader", "ca.crt"));
        var as = new Run().with("KUBECONFIG", "/dev/null");
        var asked = as.run(
                "kubectl",
                "--server=" + server,
                "--certificate-authority=" + authority,
                "--token=" + cat("reader", "token"),
                "auth",
                "whoami",
                "-o",
                "jsonpath={.status.userInfo.username}");
        assertThat(asked.ok()).isEqualTo("system:serviceaccount:default:default");
    }

    @ParameterizedTest
    @Order(3)
    @CsvSource({"1000,, 600 1000 0", ", 10000, 640 0 10000", "1000, 10000, 640 1000 10000", ",, 644 0 0"})
    void theTokenBelongsToWhoRuns(Long user, Long group, String owner) throws Exception {
        var context = Json.Obj.EMPTY;
        if (user != null) context = context.with("runAsUser", Json.of(user));
        if (group != null) context = context.with("fsGroup", Json.of(group));
        var name = "owned-" + owner.replace(' ', '-'); // an exec goes by name: one that ends would still answer to it
        pod(name, Json.obj("securityContext", context));
        assertThat(sh(name, "stat -L -c '%a %u %g' " + MOUNT + "/token").strip())
                .isEqualTo(owner);
        assertThat(cat(name, "token").split("\\.")).hasSize(3);
        kubectl("delete", "pod", name, "--grace-period=0", "--force");
        kubectl("wait", "--for=delete", "pod/" + name, "--timeout=60s");
    }

    @Test
    @Order(4)
    void aVolumeOfItsOwnHasATokenForSomebodyElse() throws Exception {
        var token = Json.obj("path", "vault/token", "audience", "vault", "expirationSeconds", 600);
        var volume = Json.obj(
                "name", "v", "projected", Json.obj("sources", Json.arr(Json.obj("serviceAccountToken", token))));
        var mount = Json.obj("name", "v", "mountPath", "/tokens");
        pod(
                "own",
                Json.obj("volumes", Json.arr(volume), "automountServiceAccountToken", false),
                Json.obj("volumeMounts", Json.arr(mount)));
        var claims = Json.parse(Base64.getUrlDecoder()
                .decode(sh("own", "cat /tokens/vault/token").split("\\.")[1].getBytes(StandardCharsets.US_ASCII)));
        assertThat(claims.items("aud")).containsExactly(Json.of("vault"));
        assertThat(claims.number(0, "exp") - claims.number(0, "iat")).isEqualTo(600);
        assertThat(sh("own", "ls " + MOUNT + " 2>&1 || true")).contains("No such file");
    }

    @Test
    @Order(5)
    void kubectlCreatesTokensBoundToObjects() throws Exception {
        kubectl("create", "secret", "generic", "s", "--from-literal=a=b");
        for (var kind : List.of("Pod reader", "Secret s", "Node gateway-1")) {
            var parts = kind.split(" ");
            var token = kubectl(
                            "create",
                            "token",
                            "default",
                            "--bound-object-kind=" + parts[0],
                            "--bound-object-name=" + parts[1])
                    .strip();
            assertThat(reviewed(token).text("username")).isEqualTo("system:serviceaccount:default:default");
        }
        var refused = run.run(
                "kubectl",
                "create",
                "token",
                "default",
                "--bound-object-kind=Secret",
                "--bound-object-name=s",
                "--bound-object-uid=other");
        assertThat(refused.err()).contains("does not match the UID in record");
    }

    @Test
    @Order(6)
    void aPodMayLearnHowItsTokenIsVerified() throws Exception {
        kubectl(
                "create",
                "clusterrolebinding",
                "discovery",
                "--clusterrole=system:service-account-issuer-discovery",
                "--serviceaccount=default:default");
        var as = List.of("kubectl", "--token=" + cat("reader", "token"), "--server=" + URL);
        var issuer = raw(as, "/.well-known/openid-configuration").text("issuer");
        assertThat(issuer).isEqualTo("https://kubernetes.default.svc.cluster.local");
        assertThat(raw(as, "/openid/v1/jwks").items("keys")).hasSize(1);
    }

    private Json raw(List<String> as, String path) throws Exception {
        var command = new ArrayList<>(as);
        command.addAll(List.of(
                "--kubeconfig=/dev/null", "--certificate-authority=" + folder.resolve("ca.crt"), "get", "--raw", path));
        return Json.parse(run.run("", command).ok());
    }

    @Test
    @Order(7)
    void theAuthorityIsPublishedAgainWhenItIsDeletedOrChanged() throws Exception {
        var get = List.of("kubectl", "get", "configmap", "kube-root-ca.crt", "-o", "jsonpath={.data.ca\\.crt}");
        var published = run.run("", get).ok();
        kubectl("delete", "configmap", "kube-root-ca.crt");
        Run.until("it is there again", PATIENCE, () -> run.run("", get).out().equals(published));
        kubectl("patch", "configmap", "kube-root-ca.crt", "-p", "{\"data\":{\"ca.crt\":\"\"}}");
        Run.until("it is as it was", PATIENCE, () -> run.run("", get).out().equals(published));
        Run.until("the pod sees it", PATIENCE, () -> cat("reader", "ca.crt").equals(published));
    }

    private void pod(String name, Json.Obj spec) throws Exception {
        pod(name, spec, Json.Obj.EMPTY);
    }

    private void pod(String name, Json.Obj spec, Json.Obj more) throws Exception {
        var container = Json.obj("name", "c", "image", BusyboxImage.NAME, "command", Json.arr("sleep", "100000"));
        for (var member : more.members().entrySet()) container = container.with(member.getKey(), member.getValue());
        var whole = Json.obj(
                "nodeName", "gateway-1", "terminationGracePeriodSeconds", 1, "containers", Json.arr(container));
        for (var member : spec.members().entrySet()) whole = whole.with(member.getKey(), member.getValue());
        var pod = Json.obj("apiVersion", "v1", "kind", "Pod", "metadata", Json.obj("name", name), "spec", whole);
        run.feed(pod.compact(), "kubectl", "create", "-f", "-").ok();
        kubectl("wait", "--for=condition=Ready", "pod/" + name, "--timeout=60s");
    }

    private String cat(String pod, String file) throws Exception {
        return sh(pod, "cat " + MOUNT + "/" + file);
    }

    private String sh(String pod, String script) throws Exception {
        return kubectl("exec", pod, "--", "sh", "-c", script);
    }

    private String kubectl(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("kubectl"));
        command.addAll(Arrays.asList(arguments));
        return run.run("", command).ok();
    }
}
