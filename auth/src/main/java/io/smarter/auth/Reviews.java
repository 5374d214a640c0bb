package io.smarter.auth;

import io.smarter.api.FieldSelector;
import io.smarter.api.SelectorException;
import io.smarter.api.Status;
import io.smarter.api.User;
import io.smarter.json.Json;
import io.smarter.requests.Answers;
import io.smarter.requests.Body;
import io.smarter.requests.RequestPath;
import io.smarter.schema.ValidationReport;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Tells who somebody is and what they may do ({@code kubectl auth whoami}, {@code kubectl auth can-i}), as authentication
 * and authorization themselves see it. Safe for use by many threads.
 */
public final class Reviews {
    private final Authorization authorization;
    private final AccountTokens tokens;

    public Reviews(Authorization authorization, AccountTokens tokens) {
        this.authorization = authorization;
        this.tokens = tokens;
    }

    /** Answers a SelfSubjectReview. */
    public void self(ApiRequest request) throws IOException {
        Body.ofObject(request.exchange(), request.type().kind()).object();
        answer(request, Json.Obj.EMPTY, Json.obj("userInfo", request.user().json()));
    }

    /** Answers a TokenReview. */
    public void token(ApiRequest request) throws IOException {
        var review = Body.ofObject(request.exchange(), request.type().kind()).object();
        var token = review.textOrEmpty("spec", "token");
        if (token.isEmpty())
            throw Status.badRequest("token is required for TokenReview in authentication")
                    .error();
        var asked = texts(review.items("spec", "audiences"));
        var status = switch (tokens.validate(token, asked.isEmpty() ? tokens.ownAudiences() : asked)) {
            case AccountTokens.Outcome.Valid(var user, var audiences) ->
                Json.obj("authenticated", true, "user", user.json(), "audiences", audiences);
            case AccountTokens.Outcome.Refused(var why) ->
                Json.obj("user", Json.Obj.EMPTY, "error", "[invalid bearer token, " + why + "]");
        };
        answer(request, review.object("spec"), status);
    }

    /** Answers a SelfSubjectAccessReview. */
    public void selfAccess(ApiRequest request) throws IOException {
        var review = Body.ofObject(request.exchange(), request.type().kind()).object();
        access(request, review, request.user());
    }

    /** Answers a SubjectAccessReview or a LocalSubjectAccessReview. */
    public void subjectAccess(ApiRequest request) throws IOException {
        var review = Body.ofObject(request.exchange(), request.type().kind()).object();
        var spec = review.object("spec");
        var groups = texts(spec.items("groups"));
        var errors = new ValidationReport();
        if (spec.textOrEmpty("user").isEmpty() && groups.isEmpty())
            errors.invalid("spec.user", "", "at least one of user or group must be specified");
        if (request.type().resource().namespaced()) local(request, spec, errors);
        refuse(request, errors);
        var extra = new LinkedHashMap<String, List<String>>();
        spec.object("extra").members().keySet().forEach(name -> extra.put(name, texts(spec.items("extra", name))));
        access(request, review, new User(spec.textOrEmpty("user"), spec.textOrEmpty("uid"), groups, extra));
    }

    private static void local(ApiRequest request, Json.Obj spec, ValidationReport errors) {
        var namespace = spec.textOrEmpty("resourceAttributes", "namespace");
        if (spec.has("resourceAttributes") && !namespace.equals(request.namespace()))
            errors.invalid("spec.resourceAttributes.namespace", namespace, "must match metadata.namespace");
        if (spec.has("nonResourceAttributes"))
            errors.invalid(
                    "spec.nonResourceAttributes",
                    spec.object("nonResourceAttributes").compact(),
                    "disallowed on this kind of request");
    }

    private void access(ApiRequest request, Json.Obj review, User user) throws IOException {
        var spec = review.object("spec");
        boolean ofResource = spec.at("resourceAttributes") instanceof Json.Obj;
        boolean ofPath = spec.at("nonResourceAttributes") instanceof Json.Obj;
        var errors = new ValidationReport();
        if (ofResource && ofPath)
            errors.invalid(
                    "spec.nonResourceAttributes",
                    spec.object("nonResourceAttributes").compact(),
                    "cannot be specified in combination with resourceAttributes");
        if (!ofResource && !ofPath)
            errors.invalid(
                    "spec.resourceAttributes",
                    "null",
                    "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        refuse(request, errors);
        var decision = authorization.decide(
                ofPath
                        ? path(user, spec.object("nonResourceAttributes"))
                        : resource(user, spec.object("resourceAttributes")));
        var reason = decision.reason();
        answer(request, spec, Json.obj("allowed", decision.allowed(), "reason", reason.isEmpty() ? null : reason));
    }

    private static Attributes path(User user, Json.Obj asked) {
        return Attributes.ofPath(user, asked.textOrEmpty("verb"), asked.textOrEmpty("path"));
    }

    private static Attributes resource(User user, Json.Obj asked) {
        var target = new RequestPath(
                asked.textOrEmpty("group"),
                asked.textOrEmpty("version"),
                asked.textOrEmpty("namespace"),
                asked.textOrEmpty("resource"),
                asked.textOrEmpty("name"),
                asked.textOrEmpty("subresource"));
        return Attributes.of(user, asked.textOrEmpty("verb"), target).selected(fields(asked));
    }

    /** What a question selects; a requirement that is none of ours narrows nothing. */
    private static FieldSelector fields(Json.Obj asked) {
        var terms = new ArrayList<FieldSelector.Term>();
        for (var requirement : asked.items("fieldSelector", "requirements")) {
            var values = texts(requirement.items("values"));
            if (requirement.textOrEmpty("operator").equals("In") && values.size() == 1)
                terms.add(new FieldSelector.Term(requirement.textOrEmpty("key"), true, values.getFirst()));
        }
        try {
            var raw = asked.textOrEmpty("fieldSelector", "rawSelector");
            return raw.isEmpty() ? new FieldSelector(terms) : FieldSelector.parse(raw);
        } catch (SelectorException e) {
            return FieldSelector.EVERYTHING;
        }
    }

    /** Answers a SelfSubjectRulesReview. A node's rules are no list: they follow its pods. */
    public void selfRules(ApiRequest request) throws IOException {
        var review = Body.ofObject(request.exchange(), request.type().kind()).object();
        var namespace = review.textOrEmpty("spec", "namespace");
        if (namespace.isEmpty())
            throw Status.badRequest("no namespace on request").error();
        var resources = new ArrayList<Json>();
        var paths = new ArrayList<Json>();
        for (var rule : authorization.rules(request.user(), namespace)) {
            if (!rule.resources().isEmpty()) resources.add(rule.json());
            if (!rule.nonResourceUrls().isEmpty())
                paths.add(Json.obj("verbs", rule.verbs(), "nonResourceURLs", rule.nonResourceUrls()));
        }
        boolean node = request.user().node().isPresent();
        var why = "node authorizer does not support user rule resolution";
        answer(
                request,
                review.object("spec"),
                Json.obj(
                        "resourceRules", resources,
                        "nonResourceRules", paths,
                        "incomplete", node,
                        "evaluationError", node ? why : null));
    }

    private static void refuse(ApiRequest request, ValidationReport errors) {
        if (!errors.errors().isEmpty())
            throw request.type().kind().invalid("", errors.errors()).error();
    }

    private static List<String> texts(List<Json> items) {
        var texts = new ArrayList<String>();
        for (var item : items) if (item instanceof Json.Str(var text)) texts.add(text);
        return List.copyOf(texts);
    }

    /** There is no table of reviews, nor metadata without them: who wants just that gets nothing. */
    private static void answer(ApiRequest request, Json.Obj spec, Json.Obj status) throws IOException {
        var kind = request.type().kind();
        if (View.of(request.exchange(), kind).shape() != View.Shape.WHOLE) throw View.notAcceptable();
        var metadata = request.namespace().isEmpty() ? Json.Obj.EMPTY : Json.obj("namespace", request.namespace());
        var review = Json.obj("kind", kind.kind(), "apiVersion", kind.apiVersion(), "metadata", metadata);
        if (!spec.members().isEmpty()) review = review.with("spec", spec);
        Answers.send(request.exchange(), 201, kind, review.with("status", status));
    }
}
