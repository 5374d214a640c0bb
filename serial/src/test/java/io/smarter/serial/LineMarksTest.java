package io.smarter.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class LineMarksTest {
    private static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
        return bytes;
    }

    private static byte[] decoded(LineMarks marks, byte[] bytes) {
        return Arrays.copyOf(bytes, marks.decode(bytes, bytes.length));
    }

    @Test
    void marksAreTakenOut() {
        var marks = new LineMarks();
        assertThat(decoded(marks, bytes(1, 0xFF, 0xFF, 0, 2))).isEqualTo(bytes(1, 0xFF, 0, 2));
        assertThat(marks.takeErrors()).isZero();
        assertThat(decoded(marks, bytes(0xFF, 0, 7))).isEqualTo(bytes(7));
        assertThat(marks.takeErrors()).isEqualTo(4 | 8);
        assertThat(decoded(marks, bytes(0xFF, 0, 0, 0xFF, 0, 0xFF, 9))).isEqualTo(bytes(0, 0xFF, 9));
        assertThat(marks.takeErrors()).isEqualTo(16 | 4 | 8);
        assertThat(marks.takeErrors()).isZero();
    }

    @Test
    void marksMayBeCutAnywhere() {
        var marks = new LineMarks();
        assertThat(decoded(marks, bytes(0xFF))).isEmpty();
        assertThat(decoded(marks, bytes(0xFF, 0xFF))).isEqualTo(bytes(0xFF));
        assertThat(decoded(marks, bytes(0))).isEmpty();
        assertThat(decoded(marks, bytes(0, 5))).isEqualTo(bytes(0, 5));
        assertThat(marks.takeErrors()).isEqualTo(16);
    }
}
