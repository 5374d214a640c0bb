package io.smarter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

final class RateLimitTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetAddress POD = InetAddress.ofLiteral("10.39.0.5");

    private static int allowed(RateLimit limit, InetAddress address, long now, int tries) {
        int allowed = 0;
        for (int i = 0; i < tries; i++) {
            if (limit.allows(address, now)) allowed++;
        }
        return allowed;
    }

    @Test
    void aBurstIsAllowedAndThenTheRate() {
        var limit = new RateLimit(100, 200);
        assertThat(allowed(limit, POD, -SECOND, 1000)).isEqualTo(200);
        assertThat(allowed(limit, POD, 0, 1000)).isEqualTo(100);
        assertThat(allowed(limit, POD, SECOND / 10, 1000)).isEqualTo(10);
        assertThat(allowed(limit, POD, 100 * SECOND, 1000)).isEqualTo(200);
    }

    @Test
    void oneAddressDoesNotUseUpAnothers() {
        var limit = new RateLimit(1, 1);
        assertThat(allowed(limit, POD, 0, 5)).isEqualTo(1);
        assertThat(allowed(limit, InetAddress.ofLiteral("10.39.0.6"), 0, 5)).isEqualTo(1);
    }

    @Test
    void noMoreAddressesAreKeptThanHaveRoom() throws Exception {
        var limit = new RateLimit(1, 1);
        assertThat(limit.allows(POD, 0)).isTrue();
        assertThat(limit.allows(POD, 0)).isFalse();
        for (int i = 0; i < 4096; i++)
            limit.allows(InetAddress.getByAddress(new byte[] {10, 40, (byte) (i >> 8), (byte) i}), 0);
        assertThat(limit.allows(POD, 0)).isTrue();
    }
}
