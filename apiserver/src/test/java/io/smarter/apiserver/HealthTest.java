package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.StatusException;
import io.smarter.http.Headers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class HealthTest {
    static Stream<Arguments> questions() {
        return Stream.of(
                argumentSet("all are well", "/livez", true, 200, "ok"),
                argumentSet("one by name", "/healthz/ping", false, 200, "ok"),
                argumentSet("a step of the start", "/readyz/poststarthook/rbac/bootstrap-roles", true, 200, "ok"),
                argumentSet("told one by one", "/livez?verbose", true, 200, "[+]etcd ok"),
                argumentSet("with a verdict", "/livez?verbose=1", true, 200, "livez check passed"),
                argumentSet("one fails", "/readyz", false, 500, "[-]etcd failed: reason withheld"),
                argumentSet("so does the whole", "/readyz", false, 500, "readyz check failed"),
                argumentSet("that one by name", "/readyz/etcd", false, 500, "etcd"),
                argumentSet("not counted", "/livez?exclude=etcd", false, 200, "ok"),
                argumentSet("not counted, told", "/livez?verbose&exclude=etcd", false, 200, "[+]etcd excluded: ok"),
                argumentSet(
                        "a check that there is not",
                        "/livez?verbose&exclude=x",
                        true,
                        200,
                        "warn: some health checks cannot be excluded: no matches for \"x\""));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void tellsOfItsChecks(String target, boolean store, int status, String line) throws Exception {
        var exchange = new FakeExchange("GET", target, new Headers(), new byte[0], List.of());
        new Health(() -> store, () -> true).answer(exchange);
        assertThat(exchange.status).isEqualTo(status);
        assertThat(exchange.text()).contains(line);
    }

    @Test
    void anUnknownCheckIsNotFound() {
        var exchange = new FakeExchange("GET", "/livez/x", new Headers(), new byte[0], List.of());
        assertThatThrownBy(() -> new Health(() -> true, () -> true).answer(exchange))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.status().code()).isEqualTo(404));
    }
}
