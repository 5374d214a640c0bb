package io.smarter.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ByteRingTest {
    @Test
    void theOldestAreForgottenAndCounted() {
        var ring = new ByteRing(4);
        assertThat(ring.push(new byte[] {1, 2, 3}, 3)).isZero();
        assertThat(ring.push(new byte[] {4, 5, 6}, 3)).isEqualTo(2);
        assertThat(taken(ring, 10)).containsExactly(3, 4, 5, 6);
        assertThat(ring.push(new byte[] {1, 2, 3, 4, 5, 6}, 6)).isEqualTo(2);
        assertThat(taken(ring, 10)).containsExactly(3, 4, 5, 6);
        assertThat(ring.add(new byte[] {9, 1, 2, 3, 4, 5}, 1, 5)).isEqualTo(4);
        assertThat(ring.free()).isZero();
        ring.clear();
        assertThat(ring.length()).isZero();
    }

    @Test
    void aRingDoesWhatAQueueDoes() {
        var random = new Random(7);
        var ring = new ByteRing(37);
        var queue = new ArrayDeque<Byte>();
        for (int round = 0; round < 20_000; round++) {
            var bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            int lost = ring.push(bytes, bytes.length);
            for (byte b : bytes) queue.add(b);
            int lostByQueue = 0;
            for (; queue.size() > 37; lostByQueue++) queue.remove();
            assertThat(lost).isEqualTo(lostByQueue);
            for (byte b : taken(ring, random.nextInt(60))) assertThat(b).isEqualTo(queue.remove());
            assertThat(ring.length()).isEqualTo(queue.size());
        }
    }

    private static byte[] taken(ByteRing ring, int most) {
        var into = new byte[most];
        int count = ring.peek(into, most);
        ring.skip(count);
        return java.util.Arrays.copyOf(into, count);
    }
}
