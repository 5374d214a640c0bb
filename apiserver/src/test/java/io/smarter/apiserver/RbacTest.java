package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.User;
import io.smarter.auth.Attributes;
import io.smarter.auth.RbacIndex;
import io.smarter.http.Headers;
import io.smarter.requests.RequestPath;
import io.smarter.schema.Schema;
import io.smarter.types.Types;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Roles and bindings through the API: what they allow, and who may write them. */
class RbacTest {
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
    private static final String ROLES = RBAC + "namespaces/default/roles";
    private static final String BINDINGS = RBAC + "namespaces/default/rolebindings";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

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

    /** What somebody is answered, for whom the administrator asks. */
    private FakeExchange as(String user, String method, String target, String body) {
        var type = method.equals("PATCH") ? TestApi.MERGE_PATCH : "application/json";
        var headers = Headers.of("content-type", type, "impersonate-user", user);
        return api.as(api.admin(), method, target, body, headers);
    }

    private void role(String name, String rules) {
        api.create(
                ROLES,
                "{'metadata':{'name':'%s'},'rules':[%s]}".formatted(name, rules).replace('\'', '"'));
    }

    private void bind(String user, String kind, String role) {
        api.create(BINDINGS, binding(user + "-" + role, user, kind, role));
    }

    private static String binding(String name, String user, String kind, String role) {
        return """
                {'metadata':{'name':'%s'},'subjects':[{'kind':'User','name':'%s'}],
                'roleRef':{'kind':'%s','name':'%s'}}""".formatted(name, user, kind, role).replace('\'', '"');
    }

    @Test
    void aRoleHoldsWhereItIsBoundAndFromTheMomentItIs() {
        role("reader", "{'verbs':['get','list','watch'],'apiGroups':[''],'resources':['configmaps']}");
        assertThat(as("bob", "GET", MAPS, "").status).isEqualTo(403);
        bind("bob", "Role", "reader");
        assertThat(as("bob", "GET", MAPS, "").status).isEqualTo(200);
        assertThat(as("bob", "POST", MAPS, TestApi.configMap("a")).status).isEqualTo(403);
        assertThat(as("eve", "GET", MAPS, "").status).isEqualTo(403);
        assertThat(as("bob", "GET", "/api/v1/namespaces/kube-system/configmaps", "").status)
                .isEqualTo(403);
        assertThat(as("bob", "GET", "/api/v1/configmaps", "").json().text("message"))
                .isEqualTo(
                        "configmaps is forbidden: User \"bob\" cannot list resource \"configmaps\" in API group \"\" "
                                + "at the cluster scope");
        api.ask("DELETE", BINDINGS + "/bob-reader", "");
        assertThat(as("bob", "PATCH", MAPS + "/a", "{}").status).isEqualTo(403);
    }

    @Test
    void aBindingWithoutItsRoleSaysSo() {
        bind("bob", "Role", "none");
        assertThat(as("bob", "GET", MAPS, "").json().text("message"))
                .endsWith("in the namespace \"default\": RBAC: role.rbac.authorization.k8s.io \"none\" not found");
    }

    @Test
    void oneNameMayBeListedByItsName() {
        role("one", "{'verbs':['list'],'apiGroups':[''],'resources':['configmaps'],'resourceNames':['a']}");
        bind("bob", "Role", "one");
        assertThat(as("bob", "GET", MAPS + "?fieldSelector=metadata.name%3Da", "").status)
                .isEqualTo(200);
        assertThat(as("bob", "GET", MAPS, "").status).isEqualTo(403);
    }

    @Test
    void whatIsRefusedIsRefusedBeforeItIsSought() {
        assertThat(as("bob", "GET", "/api/v1/namespaces/default/foos", "").status)
                .isEqualTo(403);
        assertThat(as("bob", "GET", "/nothing", "").json().text("message"))
                .isEqualTo("forbidden: User \"bob\" cannot get path \"/nothing\"");
        assertThat(as("bob", "GET", "/openapi/v2", "").status).isEqualTo(200);
    }

    static Stream<Arguments> escalations() {
        var own = "{'verbs':['get'],'apiGroups':[''],'resources':['configmaps']}";
        var more = "{'verbs':['get'],'apiGroups':[''],'resources':['secrets']}";
        var role = "{'metadata':{'name':'r'},'rules':[%s]}";
        return Stream.of(
                argumentSet("a role of what is held", ROLES, role.formatted(own), 201),
                argumentSet("a role of more", ROLES, role.formatted(more), 403),
                argumentSet("a binding to a role that is held", BINDINGS, binding("b", "eve", "Role", "own"), 201),
                argumentSet("a binding to more", BINDINGS, binding("b", "eve", "ClusterRole", "edit"), 403),
                argumentSet("a binding to what it may bind", BINDINGS, binding("b", "eve", "ClusterRole", "view"), 201),
                argumentSet("a binding to nothing", BINDINGS, binding("b", "eve", "Role", "none"), 404),
                argumentSet(
                        "a cluster role made of all others",
                        RBAC + "clusterroles",
                        "{'metadata':{'name':'r'},'aggregationRule':{'clusterRoleSelectors':[{}]}}",
                        403));
    }

    @ParameterizedTest
    @MethodSource("escalations")
    void nobodyGrantsMoreThanTheyHold(String target, String body, int code) {
        role(
                "own",
                "{'verbs':['get'],'apiGroups':[''],'resources':['configmaps']},"
                        + "{'verbs':['bind'],'apiGroups':['*'],'resources':['clusterroles'],'resourceNames':['view']},"
                        + "{'verbs':['create'],'apiGroups':['*'],'resources':['roles','rolebindings']}");
        bind("bob", "Role", "own");
        api.create(
                RBAC + "clusterroles",
                "{\"metadata\":{\"name\":\"maker\"},\"rules\":[{\"verbs\":[\"create\"],\"apiGroups\":[\"*\"],"
                        + "\"resources\":[\"clusterroles\"]}]}");
        api.create(RBAC + "clusterrolebindings", binding("maker", "bob", "ClusterRole", "maker"));
        var answer = as("bob", "POST", target, body.replace('\'', '"'));
        assertThat(answer.status).as(answer.json().compact()).isEqualTo(code);
    }

    @Test
    void whoMayEscalateMayGrantAnything() {
        role("maker", "{'verbs':['create','escalate'],'apiGroups':['*'],'resources':['roles']}");
        bind("bob", "Role", "maker");
        var all = "{\"metadata\":{\"name\":\"all\"},\"rules\":[{\"verbs\":[\"*\"],\"apiGroups\":[\"*\"],"
                + "\"resources\":[\"*\"]}]}";
        assertThat(as("bob", "POST", ROLES, all).status).isEqualTo(201);
    }

    @Test
    void theMessageNamesWhatIsNotHeld() {
        role("maker", "{'verbs':['create'],'apiGroups':['*'],'resources':['roles']}");
        bind("bob", "Role", "maker");
        var more = "{\"metadata\":{\"name\":\"r\"},\"rules\":[{\"verbs\":[\"get\",\"list\"],\"apiGroups\":[\"\"],"
                + "\"resources\":[\"secrets\"]}]}";
        assertThat(as("bob", "POST", ROLES, more).json().text("message"))
                .isEqualTo("roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"bob\" "
                        + "(groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently "
                        + "held:\n{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\" \"list\"]}");
    }

    /** By a label, a role would give its rules to another. */
    @Test
    void aRoleOfMoreMayNotEvenBeLabelled() {
        role("maker", "{'verbs':['get','patch'],'apiGroups':['*'],'resources':['roles']}");
        role("other", "{'verbs':['get'],'apiGroups':[''],'resources':['secrets']}");
        bind("bob", "Role", "maker");
        assertThat(as("bob", "PATCH", ROLES + "/other", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}").status)
                .isEqualTo(403);
        assertThat(as("bob", "PATCH", ROLES + "/other", "{\"metadata\":{\"finalizers\":[]}}").status)
                .isEqualTo(200);
    }

    static Stream<Arguments> invalid() {
        return Stream.of(
                argumentSet("no verbs", ROLES, "{'rules':[{'apiGroups':[''],'resources':['a']}]}", "rules[0].verbs"),
                argumentSet(
                        "no groups", ROLES, "{'rules':[{'verbs':['get'],'resources':['a']}]}", "rules[0].apiGroups"),
                argumentSet(
                        "no resources", ROLES, "{'rules':[{'verbs':['get'],'apiGroups':['']}]}", "rules[0].resources"),
                argumentSet(
                        "paths in a namespace",
                        ROLES,
                        "{'rules':[{'verbs':['get'],'nonResourceURLs':['/a']}]}",
                        "rules[0].nonResourceURLs"),
                argumentSet(
                        "paths and objects",
                        RBAC + "clusterroles",
                        "{'rules':[{'verbs':['get'],'nonResourceURLs':['/a'],'resources':['a']}]}",
                        "rules[0].nonResourceURLs"),
                argumentSet(
                        "no selectors",
                        RBAC + "clusterroles",
                        "{'aggregationRule':{}}",
                        "aggregationRule.clusterRoleSelectors"),
                argumentSet("another kind of role", BINDINGS, "{'roleRef':{'kind':'Foo','name':'a'}}", "roleRef.kind"),
                argumentSet("a role without name", BINDINGS, "{'roleRef':{'kind':'Role'}}", "roleRef.name"),
                argumentSet(
                        "a role in the whole cluster",
                        RBAC + "clusterrolebindings",
                        "{'roleRef':{'kind':'Role','name':'a'}}",
                        "roleRef.kind"),
                argumentSet(
                        "another kind of subject",
                        BINDINGS,
                        "{'roleRef':{'kind':'Role','name':'a'},'subjects':[{'kind':'Foo','name':'a'}]}",
                        "subjects[0].kind"),
                argumentSet(
                        "an account without namespace",
                        RBAC + "clusterrolebindings",
                        "{'roleRef':{'kind':'ClusterRole','name':'a'},'subjects':[{'kind':'ServiceAccount','name':'a'}]}",
                        "subjects[0].namespace"));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void whatSaysNothingIsInvalid(String target, String body, String field) {
        var named = "{'metadata':{'name':'system:a'}," + body.substring(1);
        var answer = api.ask("POST", target, named.replace('\'', '"'));
        assertThat(answer.status).as(answer.json().compact()).isEqualTo(422);
        assertThat(answer.json().items("details", "causes").stream().map(cause -> cause.textOrEmpty("field")))
                .containsExactly(field);
    }

    @Test
    void aBindingKeepsItsRole() {
        bind("bob", "ClusterRole", "view");
        var answer = api.ask("PATCH", BINDINGS + "/bob-view", "{\"roleRef\":{\"name\":\"edit\"}}", TestApi.MERGE_PATCH);
        assertThat(answer.json().textOrEmpty("message")).endsWith("cannot change roleRef");
        assertThat(api.get(BINDINGS + "/bob-view").json().text("roleRef", "apiGroup"))
                .isEqualTo("rbac.authorization.k8s.io");
    }

    @Test
    void theDefaultRolesBuildOnEachOther() {
        bind("bob", "ClusterRole", "admin");
        bind("eve", "ClusterRole", "view");
        assertThat(as("bob", "POST", MAPS, TestApi.configMap("a")).status).isEqualTo(201);
        assertThat(as("bob", "GET", "/api/v1/namespaces/default/pods", "").status)
                .isEqualTo(200);
        assertThat(as("eve", "GET", MAPS + "/a", "").status).isEqualTo(200);
        assertThat(as("eve", "GET", "/api/v1/namespaces/default/secrets", "").status)
                .isEqualTo(403);
        assertThat(as("eve", "POST", MAPS, TestApi.configMap("b")).status).isEqualTo(403);
    }

    @Test
    void rulesOfALabelledRoleReachThoseThatAreMadeOfIt() {
        api.create(
                RBAC + "clusterroles",
                "{\"metadata\":{\"name\":\"ext\",\"labels\":{\"rbac.authorization.k8s.io/aggregate-to-view\":\"true\"}},"
                        + "\"rules\":[{\"verbs\":[\"get\"],\"apiGroups\":[\"\"],\"resources\":[\"nodes\"]}]}");
        api.create(RBAC + "clusterrolebindings", binding("b", "bob", "ClusterRole", "admin"));
        int code = 0;
        for (long until = System.nanoTime() + 10_000_000_000L; code != 404 && System.nanoTime() < until; )
            code = as("bob", "GET", "/api/v1/nodes/none", "").status;
        assertThat(code).isEqualTo(404);
    }

    @Test
    void rolesOutliveTheServer() {
        bind("bob", "ClusterRole", "view");
        var index = new RbacIndex();
        var types = new Types(Schema.load());
        for (var resource : List.of(Types.CLUSTER_ROLES, Types.ROLE_BINDINGS)) {
            var type = types.find(resource.group(), resource.version(), resource.plural());
            assertThat(type).isNotNull();
            if (type != null) index.load(api.store, type);
        }
        var bob = new User("bob", "", List.of(), Map.of());
        var asked = Attributes.of(bob, "get", new RequestPath("", "v1", "default", "pods", "a", ""));
        assertThat(index.decide(asked).reason())
                .isEqualTo("RBAC: allowed by RoleBinding \"bob-view/default\" of ClusterRole \"view\" to User \"bob\"");
    }
}
