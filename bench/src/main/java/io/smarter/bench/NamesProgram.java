package io.smarter.bench;

import io.smarter.dns.Limits;
import io.smarter.dns.NameServer;
import io.smarter.dns.RecordType;
import io.smarter.dns.ResourceRecord;
import io.smarter.dns.Zone;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The name server of a gateway alone in a process, with the names of a hosts file, to be measured. */
public final class NamesProgram {
    private static final int NO_LIMIT = 100_000_000;

    private NamesProgram() {}

    /** Answers until it is ended; the arguments are a port, a hosts file, a resolv.conf and the port of the servers in it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var listen = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(arguments[0]));
        var limits = Limits.OF_GATEWAY.withRates(NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT);
        var settings =
                new NameServer.Settings(List.of(listen), Path.of(arguments[2]), Integer.parseInt(arguments[3]), limits);
        try (var _ = NameServer.open(settings, zone(Path.of(arguments[1])))) {
            new CountDownLatch(1).await();
        }
    }

    private static Zone zone(Path hosts) throws IOException {
        var records = new HashMap<String, Zone.Answer>();
        for (var line : Files.readAllLines(hosts)) {
            var words = line.split("\\s+");
            records.put(
                    words[1],
                    new Zone.Answer.Found(
                            List.of(new ResourceRecord.Address(words[1], InetAddress.ofLiteral(words[0])))));
        }
        return (name, type, _) -> answer(records, name, type);
    }

    private static Zone.Answer answer(Map<String, Zone.Answer> records, String name, RecordType type) {
        var found = records.get(name);
        if (found != null) return type == RecordType.A ? found : new Zone.Answer.Found(List.of());
        return name.endsWith(".cluster.local") ? new Zone.Answer.NoSuchName() : new Zone.Answer.Elsewhere();
    }
}
