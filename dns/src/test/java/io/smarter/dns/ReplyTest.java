package io.smarter.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

final class ReplyTest {
    /** Where the data of the first record begins, whose owner is a pointer. */
    private static final int DATA = 12 + "a.example.".length() + 1 + 4 + 12;

    private static Message answer(String... records) throws IOException {
        var answer = FakeUpstream.empty(Stub.query("a.example.", Type.A));
        for (var record : records) answer.addRecord(FakeUpstream.record(record), Section.ANSWER);
        return answer;
    }

    private static Reply read(byte[] bytes) throws MalformedException {
        return Reply.read(new MessageReader().over(bytes, bytes.length));
    }

    static Stream<Arguments> records() {
        return Stream.of(
                Arguments.argumentSet("an address", "a.example. 60 A 192.0.2.1"),
                Arguments.argumentSet("a longer one", "a.example. 60 AAAA fd00::1"),
                Arguments.argumentSet("an alias", "a.example. 60 CNAME b.example."),
                Arguments.argumentSet("a mail server", "a.example. 60 MX 10 b.example."),
                Arguments.argumentSet("a service", "a.example. 60 SRV 1 2 3 b.example."),
                Arguments.argumentSet("an authority", "a.example. 60 SOA b. c. 1 2 3 4 5"));
    }

    @ParameterizedTest
    @MethodSource("records")
    void dataIsAsLongAsItsTypeSays(String record) throws Exception {
        var bytes = answer(record).toWire();
        assertThat(read(bytes).records()).isEqualTo(1);
        for (int change : new int[] {-1, 1}) {
            var other = Arrays.copyOf(bytes, bytes.length + change);
            other[DATA - 1] += (byte) change;
            assertThatThrownBy(() -> read(other)).isInstanceOf(MalformedException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void everyByteOfItIsThere(String record) throws Exception {
        var bytes = answer(record).toWire();
        for (int i = 0; i < bytes.length; i++) {
            var cut = Arrays.copyOf(bytes, i);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void theShortestTimeCounts() throws Exception {
        assertThat(read(answer("a.example. 60 CNAME b.", "b. 20 A 192.0.2.1").toWire())
                        .seconds())
                .isEqualTo(20);
        assertThat(read(answer("a.example. 9999999 A 192.0.2.1").toWire()).seconds())
                .isEqualTo(86_400);
        assertThat(read(answer("a.example. 60 CNAME b.").toWire()).seconds()).isZero();
        var nothing = FakeUpstream.failure(Stub.query("a.example.", Type.A), Rcode.NXDOMAIN);
        assertThat(read(nothing.toWire()).seconds()).isZero();
        nothing.addRecord(FakeUpstream.record("example. 500 SOA b. c. 1 2 3 4 70"), Section.AUTHORITY);
        assertThat(read(nothing.toWire()).seconds()).isEqualTo(70);
        var failed = FakeUpstream.failure(Stub.query("a.example.", Type.A), Rcode.SERVFAIL);
        assertThat(read(failed.toWire()).isAnswer()).isFalse();
    }

    @Test
    void extensionsAreTakenOff() throws Exception {
        var answer = answer("a.example. 60 A 192.0.2.1");
        int length = answer.toWire().length;
        answer.addRecord(new OPTRecord(1232, 1, 0), Section.ADDITIONAL);
        var reply = read(answer.toWire());
        assertThat(reply.extended()).isTrue();
        assertThat(reply.rcode()).isEqualTo(16);
        assertThat(reply.bytes()).hasSize(length);
        assertThat(reply.records()).isEqualTo(1);
    }
}
