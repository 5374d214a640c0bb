package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewalTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2026-01-10T00:00:00Z");
    private static final Instant DUE = Instant.parse("2026-01-07T00:00:00Z");
    private static final String TOKEN =
            "smt1.abcdefgh.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    @TempDir
    private Path data;

    private final List<String> calls = new ArrayList<>();
    private @Nullable IOException renewing;
    private @Nullable IOException joining;
    private Instant now = BEGIN;
    private Instant end = END;

    private Renewal renewal(@Nullable String token) {
        var certificate = new Renewal.Certificate() {
            @Override
            public String name() {
                return "edge1";
            }

            @Override
            public Instant renewAt() {
                return end.minus(Duration.between(DUE, END));
            }

            @Override
            public Instant end() {
                return end;
            }

            @Override
            public void renew() throws IOException {
                done("renew", renewing);
            }

            @Override
            public void join(JoinToken with) throws IOException {
                done("join", joining);
            }
        };
        var line = new Renewal.Line() {
            @Override
            public void reopen() {
                calls.add("reopen");
            }

            @Override
            public void close() {
                calls.add("close");
            }
        };
        return new Renewal(certificate, token, Notices.of(data), () -> now, line);
    }

    private void done(String call, @Nullable IOException failure) throws IOException {
        calls.add(call);
        if (failure != null) throw failure;
        end = now.plus(Duration.between(BEGIN, END));
    }

    private static IOException refused(String why) {
        return new Identity.RefusedException(why);
    }

    @Test
    void waitsUntilItIsDue() {
        assertThat(renewal(null).step()).isEqualTo(Duration.ofHours(6));
        now = DUE.minusSeconds(5);
        assertThat(renewal(null).step()).isEqualTo(Duration.ofSeconds(5));
        assertThat(calls).isEmpty();
    }

    @Test
    void renewsWhatIsDueAndWhatExpired() {
        now = DUE;
        renewal(null).step();
        assertThat(calls).containsExactly("renew", "reopen");
        now = end.plus(Duration.ofDays(20));
        renewal(null).step();
        assertThat(calls).containsExactly("renew", "reopen", "renew", "reopen");
    }

    @Test
    void triesSoonerOnceItExpired() {
        renewing = new IOException("no route");
        now = DUE;
        assertThat(renewal(null).step()).isEqualTo(Duration.ofMinutes(5));
        now = END.plusSeconds(1);
        assertThat(renewal(null).step()).isEqualTo(Duration.ofSeconds(20));
        assertThat(calls).containsExactly("renew", "renew");
    }

    @Test
    void saysWhatToDoWhenItIsRefused() throws Exception {
        renewing = refused("the node was deleted");
        now = END.plusSeconds(1);
        assertThat(renewal(null).step()).isEqualTo(Duration.ofHours(1));
        assertThat(calls).containsExactly("renew", "close");
        assertThat(Notices.of(data).all().get("certificate"))
                .contains("(the node was deleted)", "smarter token create --name edge1", "--token TOKEN");
        renewing = null;
        renewal(null).step();
        assertThat(Notices.of(data).all()).isEmpty();
        assertThat(calls).containsExactly("renew", "close", "renew", "reopen");
    }

    @Test
    void joinsWithTheTokenThatItWasGiven() throws Exception {
        renewing = refused("too late");
        now = END.plusSeconds(1);
        renewal(TOKEN).step();
        assertThat(calls).containsExactly("renew", "join", "reopen");
        end = END;
        joining = refused("join token is unknown");
        renewal(TOKEN).step();
        assertThat(Notices.of(data).all().get("certificate")).contains("(too late; join token is unknown)");
    }

    @Test
    void leavesTheLineOpenWhileTheCertificateHolds() {
        renewing = refused("not now");
        now = DUE;
        assertThat(renewal(null).step()).isEqualTo(Duration.ofHours(1));
        assertThat(calls).containsExactly("renew");
    }

    /** By a clock that is years ahead each new certificate seems to have expired. */
    @Test
    void doesNotRenewAgainAndAgain() {
        now = END.plus(Duration.ofDays(9000));
        assertThat(renewal(null).step()).isEqualTo(Duration.ofHours(6));
    }
}
