package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Pod;
import io.smarter.gateway.TokenSource.Wanted;
import io.smarter.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodTokensTest {
    private static final Wanted VAULT = new Wanted("vault", 600);
    private static final Pod POD = new Pod((Json.Obj) Json.parse("""
            {"metadata":{"name":"p","namespace":"farm","uid":"u"},"spec":{"volumes":[
              {"name":"a","projected":{"sources":[
                {"serviceAccountToken":{"path":"t","audience":"vault","expirationSeconds":600}}]}},
              {"name":"b","projected":{"sources":[
                {"serviceAccountToken":{"path":"t","audience":"vault","expirationSeconds":600}}]}}]}}"""));

    private final FakeCloud cloud = new FakeCloud();
    private final Semaphore changes = new Semaphore(0);
    private Instant now = Instant.ofEpochSecond(1_000_000);
    private final PodTokens tokens = new PodTokens(cloud, () -> now, changes::release);

    private void refresh() throws InterruptedException {
        tokens.refresh(POD);
        tokens.await(Duration.ofSeconds(10));
    }

    @Test
    void asksOnceForWhatTwoVolumesShow() throws Exception {
        refresh();
        assertThat(tokens.find(VAULT)).isNotNull();
        assertThat(changes.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        assertThat(cloud.asked).containsExactly((Json.Obj) Json.parse("""
                {"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":600,
                 "boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"},"audiences":["vault"]}}"""));
        refresh();
        assertThat(cloud.asked).hasSize(1);
    }

    @Test
    void renewsBeforeTheEndAndKeepsWhatItCannotRenew() throws Exception {
        cloud.life = 600;
        refresh();
        var first = tokens.find(VAULT);
        assertThat(tokens.due(POD)).isBetween(now.plusSeconds(432), now.plusSeconds(480));
        now = now.plusSeconds(480);
        cloud.unreachable = true;
        refresh();
        assertThat(tokens.find(VAULT)).isEqualTo(first);
        assertThat(tokens.due(POD)).isEqualTo(now.plusSeconds(2));
        now = now.plusSeconds(2);
        refresh();
        assertThat(tokens.due(POD)).isEqualTo(now.plusSeconds(4));
        cloud.unreachable = false;
        tokens.hurry();
        refresh();
        assertThat(tokens.find(VAULT)).isNotNull().isNotEqualTo(first);
        assertThat(tokens.due(POD)).isAfter(now.plusSeconds(400));
    }

    @Test
    void takesOverWhatWasShown(@TempDir Path secrets) throws Exception {
        Files.createDirectories(secrets.resolve("a"));
        Files.writeString(secrets.resolve("a/t"), TokenTest.token(now.getEpochSecond() - 60, 600));
        tokens.adopt(POD, secrets);
        assertThat(tokens.find(VAULT)).isEqualTo(TokenTest.token(now.getEpochSecond() - 60, 600));
        assertThat(tokens.due(POD)).isBetween(now.plusSeconds(372), now.plusSeconds(420));
    }

    /** A gateway without a clock of its own begins in the past. */
    @Test
    void renewsWhatSeemsToComeFromTheFuture(@TempDir Path secrets) throws Exception {
        Files.createDirectories(secrets.resolve("a"));
        Files.writeString(secrets.resolve("a/t"), TokenTest.token(now.getEpochSecond() + 60, 600));
        tokens.adopt(POD, secrets);
        assertThat(tokens.due(POD)).isEqualTo(Instant.EPOCH);
        refresh();
        assertThat(tokens.due(POD)).isAfter(now);
    }
}
