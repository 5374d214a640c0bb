package io.smarter.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.dns.RecordType;
import io.smarter.dns.ResourceRecord;
import io.smarter.dns.Zone.Answer;
import io.smarter.json.Json;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NameTableTest {
    private static final InetAddress HOST = ip("10.39.0.1");
    private static final NameSettings SETTINGS = new NameSettings(
            "edge.example",
            List.of(HOST, ip("fd39::1")),
            List.of(
                    IpBlock.of("10.39.0.0/16").orElseThrow(),
                    IpBlock.of("fd39::/64").orElseThrow()),
            ip("169.254.0.2"),
            "Gateway-1");

    private static final List<NodePod> PODS = List.of(
            pod("farm", "cam1", Map.of("app", "cam"), new NamedPort("rtsp", "TCP", 8554), "10.39.0.5", "fd39::5"),
            pod("farm", "CAM2", Map.of("app", "cam"), null, "10.39.0.6"),
            pod("farm", "twin", Map.of("app", "twin"), null, "10.39.0.7"),
            pod("farm", "twin", Map.of("app", "twin"), null, "10.39.0.8"),
            pod("shop", "cam1", Map.of("app", "cam"), null, "10.39.0.9"),
            pod("shop", "web", null, null, "10.39.0.10"),
            pod("shop", "www.example.com", Map.of(), null, "10.39.0.11"),
            host("farm", "agent-x7", "gateway-1", Map.of("name", "collector", "app", "host")),
            host("farm", "gateway-1", "gateway-1", Map.of()));

    private static final List<ServiceObject> SERVICES = List.of(
            service("farm", "cams", """
                    {"clusterIP": "10.96.0.7", "selector": {"app": "cam"}, "ports": [
                      {"name": "rtsp", "port": 554, "targetPort": "rtsp"},
                      {"name": "web", "port": 80, "targetPort": 8080},
                      {"name": "dns", "port": 53, "protocol": "UDP"}]}"""),
            service(
                    "farm",
                    "collector",
                    "{\"selector\": {\"app\": \"host\"}, \"ports\": [{\"name\": \"mqtt\", \"port\": 1883}]}"),
            service("farm", "twin", "{\"selector\": {\"app\": \"cam\"}}"),
            service("farm", "nobody", "{\"selector\": {\"app\": \"none\"}}"),
            service("farm", "web", "{\"type\": \"ExternalName\", \"externalName\": \"Web.Example.com.\"}"),
            service("farm", "odd", "{\"type\": \"ExternalName\", \"externalName\": \"a..b\"}"),
            service("farm", "manual", "{\"clusterIP\": \"None\"}"),
            service("default", "kubernetes", """
                    {"clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1", "fd96::1"], "ports": [
                      {"name": "https", "port": 443, "targetPort": 6443}]}"""));

    private static final NameTable TABLE = NameTable.of(SETTINGS, PODS, SERVICES);

    static Stream<Arguments> addresses() {
        return Stream.of(
                argumentSet("short", "cam2", HOST, "10.39.0.6"),
                argumentSet("full", "cam2.farm.svc.edge.example", HOST, "10.39.0.6"),
                argumentSet("below svc", "cam2.svc.edge.example", HOST, "10.39.0.6"),
                argumentSet("below the domain", "cam2.edge.example", HOST, "10.39.0.6"),
                argumentSet("below cluster.local whatever the domain", "cam2.cluster.local", HOST, "10.39.0.6"),
                argumentSet("of both tenants to the node", "cam1", HOST, "10.39.0.5 10.39.0.9"),
                argumentSet("of its own tenant to a pod", "cam1", ip("10.39.0.10"), "10.39.0.9"),
                argumentSet("and below svc", "cam1.svc.edge.example", ip("10.39.0.6"), "10.39.0.5"),
                argumentSet("and of any if it has none", "web.edge.example", ip("10.39.0.6"), "10.39.0.10"),
                argumentSet(
                        "with namespace it is what it says",
                        "cam1.shop.svc.edge.example",
                        ip("10.39.0.6"),
                        "10.39.0.9"),
                argumentSet("several pods of one name", "twin", ip("10.39.0.5"), "10.39.0.7 10.39.0.8"),
                argumentSet("service rather than pod", "twin.farm.svc.edge.example", HOST, "10.39.0.5 10.39.0.6"),
                argumentSet("its own pods of its namespace", "cams.farm.svc.edge.example", HOST, "10.39.0.5 10.39.0.6"),
                argumentSet("pod of a service", "cam1.cams.farm.svc.edge.example", HOST, "10.39.0.5"),
                argumentSet("by dashes", "10-39-0-6.cams.farm.svc.edge.example", HOST, "10.39.0.6"),
                argumentSet("service without pods", "nobody.farm.svc.edge.example", HOST, ""),
                argumentSet("service with own address", "kubernetes.default.svc.edge.example", HOST, "10.96.0.1"),
                argumentSet("node's network, by label", "collector", ip("10.39.0.5"), "10.39.0.1"),
                argumentSet("node's network, by pod", "agent-x7", HOST, "10.39.0.1"),
                argumentSet("node's network, by service", "collector.farm.svc.edge.example", HOST, "10.39.0.1"),
                argumentSet("labels unknown, name known", "web.shop.svc.edge.example", HOST, "10.39.0.10"),
                argumentSet("empty between", "farm.svc.edge.example", HOST, ""),
                argumentSet("empty above all", "edge.example", HOST, ""),
                argumentSet("services of a name", "_tcp.cams.farm.svc.edge.example", HOST, ""));
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void nameGivesAddresses(String name, InetAddress asker, String addresses) {
        assertThat(TABLE.lookup(name, RecordType.A, asker)).isInstanceOfSatisfying(Answer.Found.class, found -> {
            assertThat(found.records())
                    .allSatisfy(record -> assertThat(record.name()).isEqualTo(name));
            assertThat(texts(found)).isEqualTo(addresses);
        });
    }

    static Stream<Arguments> others() {
        return Stream.of(
                argumentSet("IPv6", "cam1.farm.svc.edge.example", RecordType.AAAA, "fd39:0:0:0:0:0:0:5"),
                argumentSet("IPv6 of the node", "collector", RecordType.AAAA, "fd39:0:0:0:0:0:0:1"),
                argumentSet("no IPv6", "cam2", RecordType.AAAA, ""),
                argumentSet(
                        "IPv6 by dashes",
                        "fd39-0-0-0-0-0-0-5.cams.farm.svc.edge.example",
                        RecordType.AAAA,
                        "fd39:0:0:0:0:0:0:5"),
                argumentSet("no text", "cam2", RecordType.OTHER, ""),
                argumentSet("another name", "web.farm.svc.edge.example", RecordType.A, "=web.example.com"),
                argumentSet(
                        "another name, asked for", "web.farm.svc.edge.example", RecordType.CNAME, "=web.example.com"),
                argumentSet(
                        "port by name where it is known",
                        "_rtsp._tcp.cams.farm.svc.edge.example",
                        RecordType.SRV,
                        "8554@cam1.cams.farm.svc.edge.example"),
                argumentSet(
                        "port by number",
                        "_web._tcp.cams.farm.svc.edge.example",
                        RecordType.SRV,
                        "8080@cam1.cams.farm.svc.edge.example 8080@cam2.cams.farm.svc.edge.example"),
                argumentSet(
                        "port of another protocol",
                        "_dns._udp.cams.farm.svc.edge.example",
                        RecordType.SRV,
                        "53@cam1.cams.farm.svc.edge.example 53@cam2.cams.farm.svc.edge.example"),
                argumentSet(
                        "port on the node",
                        "_mqtt._tcp.collector.farm.svc.edge.example",
                        RecordType.SRV,
                        "1883@collector.collector.farm.svc.edge.example"),
                argumentSet(
                        "port of an own address",
                        "_https._tcp.kubernetes.default.svc.edge.example",
                        RecordType.SRV,
                        "443@kubernetes.default.svc.edge.example"),
                argumentSet("back", "5.0.39.10.in-addr.arpa", RecordType.PTR, "cam1.farm.svc.edge.example"),
                argumentSet("back in part", "39.10.in-addr.arpa", RecordType.PTR, ""),
                argumentSet("back, IPv6", ReverseName.of(ip("fd39::5")), RecordType.PTR, "cam1.farm.svc.edge.example"),
                argumentSet("back to us", "2.0.254.169.in-addr.arpa", RecordType.PTR, "ns.dns.edge.example"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void nameGivesRecords(String name, RecordType type, String records) {
        assertThat(TABLE.lookup(name, type, HOST))
                .isInstanceOfSatisfying(
                        Answer.Found.class, found -> assertThat(texts(found)).isEqualTo(records));
    }

    static Stream<Arguments> absent() {
        return Stream.of(
                argumentSet("no such pod", "cam3.farm.svc.edge.example", new Answer.NoSuchName()),
                argumentSet("no such short name below svc", "cam3.svc.edge.example", new Answer.NoSuchName()),
                argumentSet(
                        "search path before a name of the world",
                        "example.com.farm.svc.edge.example",
                        new Answer.NoSuchName()),
                argumentSet("headless, nothing chosen", "manual.farm.svc.edge.example", new Answer.NoSuchName()),
                argumentSet("no name that could be told", "odd.farm.svc.edge.example", new Answer.NoSuchName()),
                argumentSet("no such pod's address", "9.9.39.10.in-addr.arpa", new Answer.NoSuchName()),
                argumentSet("no such label", "cam3", new Answer.Elsewhere()),
                argumentSet("the node's own name", "gateway-1", new Answer.Elsewhere()),
                argumentSet("a tenant takes no name of the world", "www.example.com", new Answer.Elsewhere()),
                argumentSet(
                        "below cluster.local, if that is not the domain", "cam3.cluster.local", new Answer.Elsewhere()),
                argumentSet("other network", "1.0.168.192.in-addr.arpa", new Answer.Elsewhere()),
                argumentSet("a domain that ends alike", "knowledge.example", new Answer.Elsewhere()),
                argumentSet("root", "", new Answer.Elsewhere()));
    }

    @ParameterizedTest
    @MethodSource("absent")
    void nameIsNotThere(String name, Answer answer) {
        assertThat(TABLE.lookup(name, RecordType.A, HOST)).isEqualTo(answer);
    }

    @Test
    void lacksWhatAPodThatStartsCouldBeCalled() {
        assertThat(TABLE.lacks("cam3.farm.svc.edge.example", HOST)).isTrue();
        assertThat(TABLE.lacks("cam3", HOST)).isTrue();
        assertThat(TABLE.lacks("nobody.farm.svc.edge.example", HOST)).isTrue();
        assertThat(TABLE.lacks("cam2", ip("10.39.0.10")))
                .as("of another tenant only")
                .isTrue();
        assertThat(TABLE.lacks("cam2", ip("10.39.0.5"))).isFalse();
        assertThat(TABLE.lacks("cams.farm.svc.edge.example", HOST)).isFalse();
        assertThat(TABLE.lacks("cam3.cluster.local", HOST)).isTrue();
        assertThat(TABLE.lacks("www.example.com", HOST)).isFalse();
        assertThat(TABLE.lacks("", HOST)).isFalse();
    }

    @Test
    void theUsualDomainIsNothingSpecial() {
        var usual = new NameSettings(
                "cluster.local", SETTINGS.gateways(), SETTINGS.ranges(), SETTINGS.nameServer(), SETTINGS.node());
        var table = NameTable.of(usual, PODS, SERVICES);
        assertThat(table.lookup("cam2.cluster.local", RecordType.A, HOST))
                .isInstanceOfSatisfying(
                        Answer.Found.class, found -> assertThat(texts(found)).isEqualTo("10.39.0.6"));
        assertThat(table.lookup("cam3.cluster.local", RecordType.A, HOST)).isEqualTo(new Answer.NoSuchName());
    }

    @Test
    void reverseNamesAreReadAsTheyAreWritten() {
        for (var text : List.of("10.39.0.5", "169.254.0.2", "fd39::ab:5", "2001:db8::ffff")) {
            var block = ReverseName.block(ReverseName.of(ip(text))).orElseThrow();
            assertThat(block.first()).isEqualTo(ip(text));
            assertThat(block.bits()).isEqualTo(8 * ip(text).getAddress().length);
        }
        for (var text : List.of(
                "256.1.in-addr.arpa",
                "a.in-addr.arpa",
                "1.2.3.4.5.in-addr.arpa",
                "01.in-addr.arpa",
                ".in-addr.arpa",
                "g.ip6.arpa",
                "10.ip6.arpa",
                "in-addr.arpa")) assertThat(ReverseName.block(text)).as(text).isEmpty();
    }

    private static String texts(Answer.Found found) {
        return String.join(
                " ", found.records().stream().map(NameTableTest::text).toList());
    }

    private static String text(ResourceRecord record) {
        return switch (record) {
            case ResourceRecord.Address address -> address.address().getHostAddress();
            case ResourceRecord.Alias alias -> "=" + alias.target();
            case ResourceRecord.Pointer pointer -> pointer.target();
            case ResourceRecord.Service service -> service.port() + "@" + service.target();
        };
    }

    private static NodePod pod(
            String namespace,
            String hostname,
            @Nullable Map<String, String> labels,
            @Nullable NamedPort port,
            String... addresses) {
        return new NodePod(
                "sandbox-" + addresses[0],
                namespace,
                "pod-" + hostname,
                "uid",
                hostname,
                labels,
                false,
                Stream.of(addresses).map(NameTableTest::ip).toList(),
                port == null ? List.of() : List.of(port));
    }

    private static NodePod host(String namespace, String name, String hostname, Map<String, String> labels) {
        return new NodePod("sandbox-" + name, namespace, name, "uid", hostname, labels, true, List.of(), List.of());
    }

    private static ServiceObject service(String namespace, String name, String spec) {
        return ServiceObject.of(
                Json.obj("metadata", Json.obj("namespace", namespace, "name", name), "spec", Json.parse(spec)));
    }

    static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }
}
