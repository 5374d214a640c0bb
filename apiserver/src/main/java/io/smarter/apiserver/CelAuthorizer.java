package io.smarter.apiserver;

import io.smarter.api.FieldSelector;
import io.smarter.api.SelectorException;
import io.smarter.api.User;
import io.smarter.auth.Attributes;
import io.smarter.auth.Authorization;
import io.smarter.cel.CelObject;
import io.smarter.cel.CelRun;
import io.smarter.requests.RequestPath;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks in expressions what somebody may do (Kubernetes' authorizer library). Each question costs as much as walking through
 * what it may have to look at. Immutable.
 *
 * @param decide answers
 * @param resource that of the request, which {@code authorizer.requestResource} is about
 */
record CelAuthorizer(User user, Function<Attributes, Authorization.Decision> decide, Check resource)
        implements CelObject {
    private static final long COST = 350_000;

    /** What is asked about a resource. */
    record Check(RequestPath target, String fields) {
        static final Check NOTHING = new Check(new RequestPath("", "*", "", "", "", ""), "");

        Check with(RequestPath other) {
            return new Check(other, fields);
        }
    }

    /** A check that is being put together. */
    record ResourceCheck(CelAuthorizer of, Check check) implements CelObject {
        @Override
        public @Nullable Object call(CelRun run, String name, List<Object> arguments) {
            return one(arguments, argument -> of.more(run, check, name, argument));
        }
    }

    record GroupCheck(CelAuthorizer of, String group) implements CelObject {
        @Override
        public @Nullable Object call(CelRun run, String name, List<Object> arguments) {
            if (!name.equals("resource")) return null;
            return one(arguments, resource -> {
                var target = new RequestPath(group, "*", "", resource, "", "");
                return resource.isEmpty() ? null : new ResourceCheck(of, new Check(target, ""));
            });
        }
    }

    record PathCheck(CelAuthorizer of, String path) implements CelObject {
        @Override
        public @Nullable Object call(CelRun run, String name, List<Object> arguments) {
            if (!name.equals("check")) return null;
            return one(arguments, verb -> of.ask(run, Attributes.ofPath(of.user, verb, path)));
        }
    }

    /** What was decided. */
    record Decision(boolean allowed, String reason, String error) implements CelObject {
        @Override
        public @Nullable Object call(CelRun run, String name, List<Object> arguments) {
            return switch (name) {
                case "allowed" -> allowed;
                case "reason" -> reason;
                case "errored" -> !error.isEmpty();
                case "error" -> error;
                default -> null;
            };
        }
    }

    @Override
    public @Nullable Object field(String name) {
        return name.equals("requestResource") ? new ResourceCheck(this, resource) : null;
    }

    @Override
    public @Nullable Object call(CelRun run, String name, List<Object> arguments) {
        return start(name, arguments);
    }

    private static @Nullable Object one(List<Object> arguments, Function<String, @Nullable Object> call) {
        return arguments.size() == 1 && arguments.getFirst() instanceof String text ? call.apply(text) : null;
    }

    private @Nullable Object start(String name, List<Object> arguments) {
        BiFunction<String, String, Object> account = (namespace, accountName) -> new CelAuthorizer(
                new User(User.account(namespace, accountName), "", User.accountGroups(namespace), java.util.Map.of()),
                decide,
                resource);
        return switch (name) {
            case "path" -> one(arguments, path -> new PathCheck(this, path));
            case "group" -> one(arguments, group -> new GroupCheck(this, group));
            case "serviceAccount" ->
                arguments.size() == 2
                                && arguments.get(0) instanceof String namespace
                                && arguments.get(1) instanceof String account1
                        ? account.apply(namespace, account1)
                        : null;
            default -> null;
        };
    }

    private @Nullable Object more(CelRun run, Check check, String name, String argument) {
        var at = check.target;
        return switch (name) {
            case "subresource" ->
                new ResourceCheck(
                        this,
                        check.with(new RequestPath(
                                at.group(), at.version(), at.namespace(), at.plural(), at.name(), argument)));
            case "namespace" -> new ResourceCheck(this, check.with(at.in(argument)));
            case "name" -> new ResourceCheck(this, check.with(at.named(argument)));
            case "fieldSelector" -> new ResourceCheck(this, new Check(at, argument));
            case "labelSelector" -> new ResourceCheck(this, check); // no authorizer here looks at labels
            case "check" -> ask(run, attributes(check, argument));
            default -> null;
        };
    }

    private Attributes attributes(Check check, String verb) {
        var asked = Attributes.of(user, verb, check.target);
        if (check.fields.isEmpty()) return asked;
        try {
            return asked.selected(FieldSelector.parse(check.fields));
        } catch (SelectorException e) {
            return asked; // as if nothing had been narrowed
        }
    }

    private Decision ask(CelRun run, Attributes asked) {
        run.charge(COST);
        var decision = decide.apply(asked);
        return new Decision(decision.allowed(), decision.reason(), "");
    }
}
