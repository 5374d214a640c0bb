package io.smarter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ResolvConfTest {
    private static final Set<InetSocketAddress> OWN =
            Set.of(new InetSocketAddress(InetAddress.ofLiteral("169.254.0.2"), 53));

    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.argumentSet("nothing", "", ""),
                Arguments.argumentSet("one", "nameserver 192.0.2.1\n", "192.0.2.1"),
                Arguments.argumentSet(
                        "with other lines", "# a\nsearch lan\n\n  nameserver\t192.0.2.1 # b", "192.0.2.1"),
                Arguments.argumentSet(
                        "systemd's stub", "nameserver 127.0.0.53\noptions edns0 trust-ad\n", "127.0.0.53"),
                Arguments.argumentSet(
                        "both families", "nameserver fd00::1\nnameserver 192.0.2.1", "fd00:0:0:0:0:0:0:1 192.0.2.1"),
                Arguments.argumentSet("ourselves", "nameserver 169.254.0.2\nnameserver 192.0.2.1", "192.0.2.1"),
                Arguments.argumentSet(
                        "more than three",
                        "nameserver 1.1.1.1\nnameserver 1.1.1.2\nnameserver 1.1.1.3\nnameserver 1.1.1.4",
                        "1.1.1.1 1.1.1.2 1.1.1.3"),
                Arguments.argumentSet("one twice", "nameserver 1.1.1.1\nnameserver 1.1.1.1", "1.1.1.1"),
                Arguments.argumentSet(
                        "names are not looked up", "nameserver dns.example.com\nnameserver 300.1.1.1\nnameserver", ""),
                Arguments.argumentSet("noise", "\0\u00ff\n\n nameserver", ""));
    }

    @ParameterizedTest
    @MethodSource("files")
    void serversAreThoseOfTheFile(String text, String servers) {
        var listing = ResolvConf.parse(text, 53, OWN);
        var addresses = listing.addresses().stream()
                .map(server -> server.getAddress().getHostAddress())
                .toList();
        assertThat(String.join(" ", addresses)).isEqualTo(servers);
    }

    @Test
    void optionsHaveBounds() {
        var usual = ResolvConf.parse("nameserver 1.1.1.1", 53, OWN);
        assertThat(usual.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(usual.attempts()).isEqualTo(2);
        assertThat(usual.rotate()).isFalse();
        var own = ResolvConf.parse("options timeout:3 attempts:1 rotate\n", 53, OWN);
        assertThat(own.timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(own.attempts()).isEqualTo(1);
        assertThat(own.rotate()).isTrue();
        var wild = ResolvConf.parse("options timeout:99999999999 attempts:0 timeout:x\n", 53, OWN);
        assertThat(wild.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(wild.attempts()).isEqualTo(1);
    }
}
