package io.smarter.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A name server for one machine, until it is closed: answers by UDP and TCP from a zone, and for all other names with what the
 * machine's own servers say. Safe for use by several threads.
 */
public final class NameServer implements AutoCloseable {
    /** Where servers that the machine uses are asked. */
    public static final int PORT = 53;

    private static final int MOST_PORTS = 20;

    private final Tally tally;
    private final ResolvConfWatch watch;
    private final Flights flights;
    private final List<UdpListener> udp = new ArrayList<>();
    private final List<TcpListener> tcp = new ArrayList<>();

    /**
     * What a server is to be like.
     *
     * @param listen where it answers; with port 0 at one that is free
     * @param resolvConf the file that names the machine's servers; need not be there
     * @param upstreamPort where those are asked
     */
    public record Settings(List<InetSocketAddress> listen, Path resolvConf, int upstreamPort, Limits limits) {
        public Settings {
            listen = List.copyOf(listen);
        }

        /** The usual ones. */
        public Settings(List<InetSocketAddress> listen, Path resolvConf) {
            this(listen, resolvConf, PORT, Limits.OF_GATEWAY);
        }
    }

    private NameServer(Tally tally, ResolvConfWatch watch, Flights flights) {
        this.tally = tally;
        this.watch = watch;
        this.flights = flights;
    }

    /**
     * Answers from now on.
     *
     * @throws IOException if an address cannot be listened at, with its text
     */
    public static NameServer open(Settings settings, Zone zone) throws IOException {
        return open(settings, zone, System::nanoTime);
    }

    static NameServer open(Settings settings, Zone zone, LongSupplier nanoTime) throws IOException {
        var limits = settings.limits();
        var tally = new Tally();
        var complaints = new Complaints(nanoTime);
        var cache = new Cache(limits.cacheBytes(), limits.cacheEntries(), nanoTime);
        var watch = new ResolvConfWatch(
                settings.resolvConf(), settings.upstreamPort(), Set.copyOf(settings.listen()), cache::forgetFailures);
        var flights = new Flights(watch::servers, new Upstream(tally, nanoTime), cache, limits, tally, complaints);
        var others = new OtherNames(
                cache, flights, new RateLimit(limits.upstreamPerSecond(), limits.upstreamBurst()), tally, nanoTime);
        var rate = new RateLimit(limits.perSecond(), limits.burst());
        var answers = new Answers(new LocalNames(zone), others, rate, tally, complaints, nanoTime);
        var server = new NameServer(tally, watch, flights);
        try {
            for (var address : settings.listen()) server.listen(address, answers, limits, complaints);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        watch.start();
        server.udp.forEach(UdpListener::start);
        server.tcp.forEach(TcpListener::start);
        return server;
    }

    /** A port that is free by UDP may be in use by TCP; where any will do another one is taken. */
    private void listen(InetSocketAddress address, Answers answers, Limits limits, Complaints complaints)
            throws IOException {
        for (int left = address.getPort() == 0 ? MOST_PORTS : 1; ; left--) {
            var datagrams = UdpListener.open(address, answers, complaints);
            try {
                tcp.add(TcpListener.open(datagrams.address(), answers, limits, complaints));
                udp.add(datagrams);
                return;
            } catch (IOException e) {
                datagrams.close();
                if (left == 1) throw e;
            }
        }
    }

    /** Where it answers, in the order of the settings. */
    public List<InetSocketAddress> addresses() {
        return udp.stream().map(UdpListener::address).toList();
    }

    /** What it did so far. */
    public Counters counters() {
        return tally.counters();
    }

    /** Stops answering; questions that others were asked are given up. */
    @Override
    public void close() throws IOException {
        for (var listener : udp) listener.close();
        for (var listener : tcp) listener.close();
        watch.close();
        flights.close();
    }
}
