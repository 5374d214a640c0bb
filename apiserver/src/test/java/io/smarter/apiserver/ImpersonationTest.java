package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ImpersonationTest {
    private static final String WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";

    @TempDir
    Path folder;

    private TestApi api;

    @BeforeEach
    void open() throws Exception {
        api = new TestApi(folder);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private static Headers headers(String... more) {
        var headers = Headers.of("content-type", "application/json");
        for (int i = 0; i < more.length; i += 2) headers.add(more[i], more[i + 1]);
        return headers;
    }

    static Stream<Arguments> users() {
        return Stream.of(
                argumentSet(
                        "a user",
                        headers("Impersonate-User", "bob"),
                        "{\"username\":\"bob\",\"groups\":[\"system:authenticated\"]}"),
                argumentSet(
                        "with groups",
                        headers("Impersonate-User", "bob", "Impersonate-Group", "a", "Impersonate-Group", "b"),
                        "{\"username\":\"bob\",\"groups\":[\"a\",\"b\",\"system:authenticated\"]}"),
                argumentSet(
                        "with everything",
                        headers(
                                "Impersonate-User",
                                "bob",
                                "Impersonate-Uid",
                                "7",
                                "Impersonate-Extra-acme.com%2Fproject",
                                "x"),
                        "{\"username\":\"bob\",\"uid\":\"7\",\"groups\":[\"system:authenticated\"],"
                                + "\"extra\":{\"acme.com/project\":[\"x\"]}}"),
                argumentSet(
                        "an account",
                        headers("Impersonate-User", "system:serviceaccount:a:b"),
                        "{\"username\":\"system:serviceaccount:a:b\",\"groups\":[\"system:serviceaccounts\","
                                + "\"system:serviceaccounts:a\",\"system:authenticated\"]}"));
    }

    @ParameterizedTest
    @MethodSource("users")
    void anAdministratorMayBeAnybody(Headers headers, String user) {
        var answer = api.as(api.admin(), "POST", WHO, "{}", headers);
        assertThat(answer.json().object("status", "userInfo").compact())
                .as(answer.json().compact())
                .isEqualTo(user);
    }

    @Test
    void nobodyIsNotAuthenticated() {
        var answer = api.as(api.admin(), "POST", WHO, "{}", headers("Impersonate-User", "system:anonymous"));
        assertThat(answer.status).isEqualTo(403);
    }

    @Test
    void othersMayBeWhomARoleNames() throws Exception {
        api.create(
                RBAC + "clusterroles",
                "{\"metadata\":{\"name\":\"i\"},\"rules\":[{\"verbs\":[\"impersonate\"],\"apiGroups\":[\"\"],"
                        + "\"resources\":[\"users\",\"groups\"],\"resourceNames\":[\"bob\",\"team\"]},"
                        + "{\"verbs\":[\"impersonate\"],\"apiGroups\":[\"authentication.k8s.io\"],"
                        + "\"resources\":[\"userextras/scopes\"]}]}");
        api.create(
                RBAC + "clusterrolebindings",
                "{\"metadata\":{\"name\":\"i\"},\"subjects\":[{\"kind\":\"User\",\"name\":\"ann\"}],"
                        + "\"roleRef\":{\"kind\":\"ClusterRole\",\"name\":\"i\"}}");
        var ann = api.certificate("ann", List.of());
        var refused = api.as(ann, "POST", WHO, "{}", headers("Impersonate-User", "eve"));
        assertThat(refused.json().text("message"))
                .isEqualTo(
                        "users \"eve\" is forbidden: User \"ann\" cannot impersonate resource \"users\" in API group "
                                + "\"\" at the cluster scope");
        var bob = headers("Impersonate-User", "bob", "Impersonate-Group", "team", "Impersonate-Extra-Scopes", "x");
        assertThat(api.as(ann, "POST", WHO, "{}", bob).status).isEqualTo(201);
        var masters = headers("Impersonate-User", "bob", "Impersonate-Group", "system:masters");
        assertThat(api.as(ann, "POST", WHO, "{}", masters).status).isEqualTo(403);
        var uid = headers("Impersonate-User", "bob", "Impersonate-Uid", "1");
        assertThat(api.as(ann, "POST", WHO, "{}", uid).status).isEqualTo(403);
    }

    @Test
    void groupsAloneAreAnError() {
        assertThat(api.as(api.admin(), "POST", WHO, "{}", headers("Impersonate-Group", "a")).status)
                .isEqualTo(500);
    }
}
