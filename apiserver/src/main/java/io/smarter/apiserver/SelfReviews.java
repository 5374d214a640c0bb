package io.smarter.apiserver;

import io.smarter.http.Exchange;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells the one who asks who that is and what may be done ({@code kubectl auth whoami}, {@code kubectl auth can-i}).
 * Everybody who is known may ask. Stateless.
 */
final class SelfReviews {
    static final String SUBJECT = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    static final String ACCESS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    static final String RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";

    private static final List<String> OPEN_PATHS = List.of("/api", "/apis", "/openapi", "/version", "/healthz");

    private SelfReviews() {}

    /** Answers {@link #SUBJECT}. */
    static void subject(Exchange exchange, PkiSubject subject, SchemaKind kind) throws IOException {
        if (!exchange.method().equals("POST")) throw Status.methodNotAllowed().error();
        var groups = new ArrayList<>(subject.organizations());
        groups.add("system:authenticated");
        var user = Json.obj("username", subject.commonName(), "groups", groups);
        answer(exchange, kind, Json.Obj.EMPTY, Json.obj("userInfo", user));
    }

    /** Answers {@link #ACCESS}. What a node may do depends on its pods: it is told only what it may never. */
    static void access(Exchange exchange, PkiSubject subject, SchemaKind kind) throws IOException {
        if (!exchange.method().equals("POST")) throw Status.methodNotAllowed().error();
        var review = Body.ofObject(exchange, kind).object();
        var path = review.textOrEmpty("spec", "nonResourceAttributes", "path");
        boolean open = OPEN_PATHS.stream().anyMatch(start -> path.equals(start) || path.startsWith(start + "/"));
        boolean allowed = subject.administrator() || open;
        var why = subject.node().isPresent() && !allowed ? "a node may do what the pods bound to it need" : "";
        answer(
                exchange,
                kind,
                review.object("spec"),
                Json.obj("allowed", allowed, "reason", why.isEmpty() ? null : why));
    }

    /** Answers {@link #RULES}. A node's rules are no list: they follow its pods. */
    static void rules(Exchange exchange, PkiSubject subject, SchemaKind kind) throws IOException {
        if (!exchange.method().equals("POST")) throw Status.methodNotAllowed().error();
        var review = Body.ofObject(exchange, kind).object();
        var any = Json.arr("*");
        boolean all = subject.administrator();
        var paths = OPEN_PATHS.stream().flatMap(path -> Stream.of(path, path + "/*"));
        var nonResource =
                Json.obj("verbs", all ? any : Json.arr("get"), "nonResourceURLs", all ? any : Json.arr(paths.toList()));
        var resource = Json.obj("verbs", any, "apiGroups", any, "resources", any);
        var status = Json.obj(
                "resourceRules",
                all ? Json.arr(resource) : Json.arr(),
                "nonResourceRules",
                Json.arr(nonResource),
                "incomplete",
                !all,
                "evaluationError",
                all ? null : "node authorizer does not support user rule resolution");
        answer(exchange, kind, review.object("spec"), status);
    }

    private static void answer(Exchange exchange, SchemaKind kind, Json.Obj spec, Json.Obj status) throws IOException {
        var review = Json.obj("kind", kind.kind(), "apiVersion", kind.apiVersion(), "metadata", Json.Obj.EMPTY);
        if (!spec.members().isEmpty()) review = review.with("spec", spec);
        Answers.send(exchange, 201, review.with("status", status));
    }
}
