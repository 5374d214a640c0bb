package io.smarter.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures the name server of a gateway beside dnsmasq, with the same names, asked by the same clients on the same machine, in turns: names of
 * its own, and names of another server that it keeps.
 */
public final class NamesBench {
    private static final int LOCAL = 1000;
    private static final int EXTERNAL = 100;
    private static final int CLIENTS = 2;
    private static final int UNDER_WAY = 16;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final Options options;
    private final PrintStream out;
    private final Map<String, List<NameQueries.Result>> results = new LinkedHashMap<>();

    private NamesBench(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /**
     * What is measured.
     *
     * @param java the beginning of a command line that runs {@link NamesProgram} as a gateway runs programs
     * @param dnsmasq the program
     * @param folder for the files of both
     * @param ports free ones, two
     * @param rounds how often each is measured
     * @param time how long
     */
    public record Options(
            List<String> java, Path dnsmasq, Path folder, List<Integer> ports, int rounds, Duration time) {}

    /** The two servers. */
    private enum Contestant {
        OURS("smarter"),
        DNSMASQ("dnsmasq");

        private final String title;

        Contestant(String title) {
            this.title = title;
        }
    }

    /** What they are asked. */
    private enum Question {
        LOCAL("a pod's name, %d queries under way".formatted(CLIENTS * UNDER_WAY), CLIENTS, UNDER_WAY),
        LOCAL_ALONE("a pod's name, one query under way", 1, 1),
        KEPT("an outside name that is kept, %d under way".formatted(CLIENTS * UNDER_WAY), CLIENTS, UNDER_WAY),
        KEPT_ALONE("an outside name that is kept, one under way", 1, 1);

        private final String title;
        private final int clients;
        private final int underWay;

        Question(String title, int clients, int underWay) {
            this.title = title;
            this.clients = clients;
            this.underWay = underWay;
        }

        private boolean isOfOthers() {
            return this == KEPT || this == KEPT_ALONE;
        }
    }

    /** Measures and prints. */
    public static void run(Options options, PrintStream out) throws IOException, InterruptedException {
        try (var upstream = new DatagramSocket(0, LOOPBACK)) {
            Thread.ofPlatform().daemon().start(() -> answer(upstream));
            new NamesBench(options, out).run(upstream.getLocalPort());
        }
    }

    private static List<String> local() {
        return IntStream.range(0, LOCAL)
                .mapToObj("app%d.farm.svc.cluster.local"::formatted)
                .toList();
    }

    private static List<String> external() {
        return IntStream.range(0, EXTERNAL)
                .mapToObj("host%d.example.com"::formatted)
                .toList();
    }

    private void run(int upstream) throws IOException, InterruptedException {
        var lines = new ArrayList<String>();
        for (int i = 0; i < LOCAL; i++) lines.add("10.39.%d.%d %s".formatted(i >> 8, i & 255, local().get(i)));
        var hosts = Files.write(options.folder.resolve("hosts"), lines);
        var one = Files.write(options.folder.resolve("one"), List.of(lines.getLast()));
        var conf = Files.writeString(options.folder.resolve("resolv.conf"), "nameserver 127.0.0.1\n");
        try (var small = start(Contestant.OURS, ours(one, conf, upstream))) {
            memory("with one name", small);
        }
        try (var ours = start(Contestant.OURS, ours(hosts, conf, upstream));
                var dnsmasq = start(Contestant.DNSMASQ, dnsmasq(hosts, upstream))) {
            memory("with %d names".formatted(LOCAL), ours, dnsmasq);
            ask(ours, dnsmasq);
            for (var question : Question.values()) print(question);
            memory("after all of it", ours, dnsmasq);
        }
    }

    private List<String> ours(Path hosts, Path conf, int upstream) {
        var arguments = Stream.of(NamesProgram.class.getName(), options.ports.getFirst(), hosts, conf, upstream);
        return Stream.concat(options.java.stream(), arguments.map(Object::toString))
                .toList();
    }

    private List<String> dnsmasq(Path hosts, int upstream) {
        return List.of(
                options.dnsmasq.toString(),
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--pid-file",
                "--user=" + System.getProperty("user.name"),
                "--no-hosts",
                "--addn-hosts=" + hosts,
                "--no-resolv",
                "--server=127.0.0.1#" + upstream,
                "--cache-size=1000",
                "--listen-address=127.0.0.1",
                "--bind-interfaces",
                "--port=" + options.ports.getLast());
    }

    private InetSocketAddress address(Contestant which) {
        return new InetSocketAddress(
                LOOPBACK, which == Contestant.OURS ? options.ports.getFirst() : options.ports.getLast());
    }

    private Server start(Contestant which, List<String> command) throws IOException, InterruptedException {
        return Server.start(which.title, command, () -> {
            new NameQueries(address(which), List.of(local().getLast())).askAll();
            return true;
        });
    }

    private void ask(Server ours, Server dnsmasq) throws IOException, InterruptedException {
        for (var which : Contestant.values()) {
            var server = which == Contestant.OURS ? ours : dnsmasq;
            for (var question : Question.values()) measure(which, server, question);
        }
        results.clear(); // the first time warms up
        for (int round = 0; round < options.rounds; round++) {
            for (var question : Question.values()) {
                for (var which : Contestant.values()) {
                    var result = measure(which, which == Contestant.OURS ? ours : dnsmasq, question);
                    results.computeIfAbsent(question + which.title, _ -> new ArrayList<>())
                            .add(result);
                }
            }
        }
    }

    private NameQueries.Result measure(Contestant which, Server server, Question question)
            throws IOException, InterruptedException {
        var queries = new NameQueries(address(which), question.isOfOthers() ? external() : local());
        queries.askAll();
        return queries.run(server, question.clients, question.underWay, options.time);
    }

    private void print(Question question) {
        out.printf("%s; medians of %d rounds%n", question.title, options.rounds);
        out.printf("  %-8s %10s %16s %8s %8s us %8s%n", "server", "a second", "a CPU second", "p50", "p99", "lost");
        for (var which : Contestant.values()) row(question, which);
        out.printf(
                "  %-8s %10.2f %16.2f %8.2f %8.2f%n",
                "ratio",
                ratio(question, NameQueries.Result::perSecond),
                ratio(question, NameQueries.Result::perCpuSecond),
                ratio(question, result -> result.p50().toNanos()),
                ratio(question, result -> result.p99().toNanos()));
    }

    private void row(Question question, Contestant which) {
        out.printf(
                "  %-8s %10.0f %16.0f %8.0f %8.0f    %8.0f%n",
                which.title,
                median(question, which, NameQueries.Result::perSecond),
                median(question, which, NameQueries.Result::perCpuSecond),
                median(question, which, result -> result.p50().toNanos() / 1e3),
                median(question, which, result -> result.p99().toNanos() / 1e3),
                median(question, which, NameQueries.Result::lost));
    }

    private double ratio(Question question, ToDoubleFunction<NameQueries.Result> of) {
        return median(question, Contestant.OURS, of) / median(question, Contestant.DNSMASQ, of);
    }

    private double median(Question question, Contestant which, ToDoubleFunction<NameQueries.Result> of) {
        var sorted = results.getOrDefault(question + which.title, List.of()).stream()
                .mapToDouble(of)
                .sorted()
                .toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    private void memory(String when, Server... servers) throws IOException {
        for (var server : servers)
            out.printf("%s: resident %s: %.1f MiB%n", server.name(), when, server.resident() / 1048576.0);
    }

    /** The other server that both ask: gives every question one address, to be kept for an hour. */
    private static void answer(DatagramSocket socket) {
        try {
            while (true) {
                var packet = new DatagramPacket(new byte[512], 512);
                socket.receive(packet);
                var answer = answer(packet.getData());
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            // closed: nobody asks any more
        }
    }

    private static byte[] answer(byte[] query) {
        int end = 12;
        while (query[end] != 0) end += query[end] + 1;
        end += 5;
        var record = new byte[] {(byte) 0xc0, 12, 0, 1, 0, 1, 0, 0, 14, 16, 0, 4, (byte) 192, 0, 2, 1};
        var answer = Arrays.copyOf(query, end + record.length);
        answer[2] = (byte) 0x81;
        answer[3] = (byte) 0x80;
        answer[7] = 1;
        answer[11] = 0;
        System.arraycopy(record, 0, answer, end, record.length);
        return answer;
    }
}
