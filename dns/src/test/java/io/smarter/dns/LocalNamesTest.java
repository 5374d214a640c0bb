package io.smarter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.dns.ResourceRecord.Alias;
import io.smarter.dns.ResourceRecord.Pointer;
import io.smarter.dns.ResourceRecord.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

final class LocalNamesTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    private final TableZone zone = new TableZone()
            .withAddress("cam1.farm.svc.cluster.local", "10.39.0.5")
            .withAddress("cam1.farm.svc.cluster.local", "fd00::5")
            .withAddress("db.farm.svc.cluster.local", "10.39.0.7")
            .withAddress("db.farm.svc.cluster.local", "10.39.0.8")
            .withAddress("db.farm.svc.cluster.local", "10.39.0.9")
            .with(
                    new Alias("www.cluster.local", "cam1.farm.svc.cluster.local"),
                    new Alias("gone.cluster.local", "nobody.cluster.local"),
                    new Alias("round.cluster.local", "about.cluster.local"),
                    new Alias("about.cluster.local", "round.cluster.local"),
                    new Pointer("5.0.39.10.in-addr.arpa", "cam1.farm.svc.cluster.local"),
                    new Service("_rtsp._tcp.cams.farm.svc.cluster.local", 0, 100, 8554, "cam1.farm.svc.cluster.local"));
    private NameServer server = open(zone);
    private Stub stub = Stub.of(server);

    private static NameServer open(Zone zone) {
        try {
            return NameServer.open(
                    new NameServer.Settings(List.of(ANY_PORT), Path.of("/nonexistent/resolv.conf")), zone);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    @Test
    void addressesAreToldInBothFamilies() throws Exception {
        assertThat(Stub.answers(stub.ask("cam1.farm.svc.cluster.local.", Type.A)))
                .containsExactly("10.39.0.5");
        assertThat(Stub.answers(stub.ask("cam1.farm.svc.cluster.local.", Type.AAAA)))
                .containsExactly("fd00:0:0:0:0:0:0:5");
        assertThat(server.counters().local()).isEqualTo(2);
    }

    @Test
    void theCaseOfTheQuestionIsKept() throws Exception {
        var answer = stub.ask("CaM1.Farm.svc.CLUSTER.local.", Type.A);
        assertThat(answer.getQuestion().getName()).hasToString("CaM1.Farm.svc.CLUSTER.local.");
        assertThat(Stub.answers(answer)).containsExactly("10.39.0.5");
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.RA)).isTrue();
    }

    @Test
    void namesThatAreNotThereHaveTheStartOfAuthority() throws Exception {
        var answer = stub.ask("nobody.farm.svc.cluster.local.", Type.A);
        assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        var authority = answer.getSection(Section.AUTHORITY).getFirst();
        assertThat(authority.getName()).hasToString("farm.svc.cluster.local.");
        assertThat(authority.getType()).isEqualTo(Type.SOA);
        assertThat(authority.getTTL()).isEqualTo(LocalNames.TTL);
    }

    @Test
    void otherTypesOfANameAreAnEmptyAnswer() throws Exception {
        var answer = stub.ask("cam1.farm.svc.cluster.local.", Type.MX);
        assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer.getSection(Section.ANSWER)).isEmpty();
        assertThat(answer.getSection(Section.AUTHORITY)).hasSize(1);
    }

    @Test
    void aliasesAreFollowed() throws Exception {
        assertThat(Stub.answers(stub.ask("www.cluster.local.", Type.A)))
                .containsExactly("cam1.farm.svc.cluster.local.", "10.39.0.5");
        assertThat(Stub.answers(stub.ask("www.cluster.local.", Type.CNAME)))
                .containsExactly("cam1.farm.svc.cluster.local.");
        var gone = stub.ask("gone.cluster.local.", Type.A);
        assertThat(gone.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(Stub.answers(gone)).containsExactly("nobody.cluster.local.");
        assertThat(stub.ask("round.cluster.local.", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void servicesComeWithTheAddressesOfTheirTargets() throws Exception {
        var answer = stub.ask("_rtsp._tcp.cams.farm.svc.cluster.local.", Type.SRV);
        assertThat(Stub.answers(answer)).containsExactly("0 100 8554 cam1.farm.svc.cluster.local.");
        assertThat(Stub.data(answer, Section.ADDITIONAL)).containsExactly("10.39.0.5", "fd00:0:0:0:0:0:0:5");
    }

    @Test
    void addressesHaveNames() throws Exception {
        assertThat(Stub.answers(stub.ask("5.0.39.10.in-addr.arpa.", Type.PTR)))
                .containsExactly("cam1.farm.svc.cluster.local.");
    }

    @Test
    void severalAddressesTakeTurns() throws Exception {
        var first = new HashSet<String>();
        for (int i = 0; i < 3; i++) {
            var all = Stub.answers(stub.ask("db.farm.svc.cluster.local.", Type.A));
            assertThat(all).containsExactlyInAnyOrder("10.39.0.7", "10.39.0.8", "10.39.0.9");
            first.add(all.getFirst());
        }
        assertThat(first).isEqualTo(Set.of("10.39.0.7", "10.39.0.8", "10.39.0.9"));
    }

    @Test
    void everyTypeAtOnceIsAnsweredMinimally() throws Exception {
        assertThat(Stub.answers(stub.ask("cam1.farm.svc.cluster.local.", Type.ANY)))
                .containsExactly("\"RFC8482\" \"\"");
        assertThat(Stub.answers(stub.ask("example.com.", Type.ANY))).containsExactly("\"RFC8482\" \"\"");
        assertThat(stub.ask("nobody.cluster.local.", Type.ANY).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void extensionsAreAnsweredWhenAskedFor() throws Exception {
        assertThat(stub.ask("cam1.farm.svc.cluster.local.", Type.A).getOPT()).isNull();
        var query = Stub.query("cam1.farm.svc.cluster.local.", Type.A);
        query.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);
        assertThat(stub.ask(query).getOPT().getPayloadSize()).isEqualTo(1232);
        var newer = Stub.query("cam1.farm.svc.cluster.local.", Type.A);
        newer.addRecord(new OPTRecord(4096, 0, 7), Section.ADDITIONAL);
        assertThat(stub.ask(newer).getRcode()).isEqualTo(Rcode.BADVERS);
    }

    @Test
    void whatDoesNotFitComesByTcp() throws Exception {
        for (int i = 0; i < 200; i++) zone.withAddress("many.cluster.local", "10.39.1." + i);
        var cut = stub.ask("many.cluster.local.", Type.A);
        assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(cut.toWire().length).isLessThanOrEqualTo(512);
        assertThat(cut.getSection(Section.ANSWER)).hasSizeBetween(20, 30);
        var extended = Stub.query("many.cluster.local.", Type.A);
        extended.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);
        var larger = stub.ask(extended);
        assertThat(larger.toWire().length).isLessThanOrEqualTo(1232);
        assertThat(larger.getSection(Section.ANSWER)).hasSizeBetween(70, 76);
        var whole = stub.askByTcp(Stub.query("many.cluster.local.", Type.A));
        assertThat(whole.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(whole.getSection(Section.ANSWER)).hasSize(200);
    }

    @Test
    void queriesOfOneConnectionMayComeAtOnce() throws Exception {
        try (var socket = stub.connect()) {
            var ids = new HashSet<Integer>();
            for (int i = 0; i < 50; i++) {
                var query = Stub.query("db.farm.svc.cluster.local.", Type.A);
                query.getHeader().setID(i);
                Stub.write(socket, query.toWire());
            }
            for (int i = 0; i < 50; i++)
                ids.add(new Message(Stub.read(socket)).getHeader().getID());
            assertThat(ids).hasSize(50);
        }
    }

    @Test
    void whatIsNotAskedLikeThisIsRefused() throws Exception {
        var notify = Stub.query("cam1.farm.svc.cluster.local.", Type.A);
        notify.getHeader().setOpcode(Opcode.NOTIFY);
        assertThat(stub.ask(notify).getRcode()).isEqualTo(Rcode.NOTIMP);
        var chaos = Message.newQuery(Record.newRecord(Name.fromString("version.bind."), Type.TXT, DClass.CH));
        assertThat(stub.ask(chaos).getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(stub.ask("cluster.local.", Type.AXFR).getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(stub.ask("broken.cluster.local.", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(server.counters().faults()).isEqualTo(1);
    }

    @Test
    void whatCannotBeReadIsToldSo() throws Exception {
        var two = Stub.query("cam1.farm.svc.cluster.local.", Type.A).toWire();
        two[5] = 2;
        assertThat(new Message(stub.ask(two)).getRcode()).isEqualTo(Rcode.FORMERR);
        var endless = Stub.query("cam1.farm.svc.cluster.local.", Type.A).toWire();
        endless[12] = (byte) 0xc0;
        endless[13] = 12;
        assertThat(new Message(stub.ask(endless)).getRcode()).isEqualTo(Rcode.FORMERR);
    }

    @Test
    void answersAndFragmentsAreDropped() throws Exception {
        try (var socket = stub.socket()) {
            var answer = Stub.query("cam1.farm.svc.cluster.local.", Type.A);
            answer.getHeader().setFlag(Flags.QR);
            Stub.send(socket, answer.toWire());
            Stub.send(socket, new byte[11]);
            var query = Stub.query("cam1.farm.svc.cluster.local.", Type.A);
            Stub.send(socket, query.toWire());
            assertThat(new Message(Stub.receive(socket)).getHeader().getID())
                    .isEqualTo(query.getHeader().getID());
        }
        assertThat(server.counters().malformed()).isEqualTo(2);
    }
}
