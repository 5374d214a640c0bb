package io.smarter.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ConnectionTest {
    private static final String OUTPUT = """
            0 0 127.0.0.1:36382 127.0.0.1:6443 users:(("java",pid=19685,fd=68)) bbr rto:216 bytes_sent:46634 bytes_acked:46635 bytes_received:1939690 segs_out:685 segs_in:720 data_segs_out:220 data_segs_in:702 lastsnd:17628
            0 0 127.0.0.1:36402 127.0.0.1:6443 users:(("java",pid=19719,fd=29)) bbr bytes_sent:521 bytes_acked:1 bytes_received:313 segs_out:14 segs_in:11 data_segs_out:9 data_segs_in:9
            """;

    @Test
    void theCountersOfOneProcessAreRead() throws IOException {
        assertThat(Connection.in(OUTPUT, 19719, 6443)).isEqualTo(new Connection("127.0.0.1:36402", 521, 313, 25));
    }

    @Test
    void headersAreCounted() throws IOException {
        var before = new Connection("127.0.0.1:1", 100, 50, 3);
        assertThat(new Connection("127.0.0.1:1", 110, 70, 5).bytesSince(before)).isEqualTo(30 + 2 * 52);
    }

    @Test
    void otherProcessesAndConnectionsAreTold() {
        assertThatThrownBy(() -> Connection.in(OUTPUT, 1, 6443))
                .hasMessage("process 1: one connection to port 6443 expected, found 0");
        var before = new Connection("127.0.0.1:1", 0, 0, 0);
        assertThatThrownBy(() -> new Connection("127.0.0.1:2", 0, 0, 0).bytesSince(before))
                .hasMessageContaining("made anew");
    }
}
