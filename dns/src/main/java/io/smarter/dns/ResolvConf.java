package io.smarter.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The lines of resolv.conf(5) that say which servers are asked, and how. */
final class ResolvConf {
    private static final int MOST_SERVERS = 3;
    private static final int USUAL_SECONDS = 2;
    private static final int MOST_SECONDS = 5;
    private static final int USUAL_ATTEMPTS = 2;
    private static final int MOST_ATTEMPTS = 5;

    private final List<InetSocketAddress> servers = new ArrayList<>();
    private int seconds = USUAL_SECONDS;
    private int attempts = USUAL_ATTEMPTS;
    private boolean rotate;

    private ResolvConf() {}

    /**
     * Reads a file; what is not understood is passed over, as every resolver does.
     *
     * @param own addresses at which we answer, and so must not ask
     */
    static Servers.Listing parse(String text, int port, Set<InetSocketAddress> own) {
        var conf = new ResolvConf();
        text.lines().forEach(line -> conf.add(line.strip().split("\\s+"), port, own));
        return new Servers.Listing(conf.servers, Duration.ofSeconds(conf.seconds), conf.attempts, conf.rotate);
    }

    private void add(String[] words, int port, Set<InetSocketAddress> own) {
        if (words[0].equals("nameserver") && words.length > 1) addServer(words[1], port, own);
        if (words[0].equals("options")) {
            for (var word : words) addOption(word);
        }
    }

    private void addServer(String word, int port, Set<InetSocketAddress> own) {
        try {
            var server = new InetSocketAddress(InetAddress.ofLiteral(word), port);
            if (servers.size() < MOST_SERVERS && !own.contains(server) && !servers.contains(server))
                servers.add(server);
        } catch (IllegalArgumentException e) {
            // not an address, or of an interface that is not there
        }
    }

    private void addOption(String word) {
        seconds = value(word, "timeout:", seconds, MOST_SECONDS);
        attempts = value(word, "attempts:", attempts, MOST_ATTEMPTS);
        rotate |= word.equals("rotate");
    }

    private static int value(String word, String name, int otherwise, int most) {
        if (!word.startsWith(name)) return otherwise;
        try {
            return Math.clamp(Long.parseLong(word.substring(name.length())), 1, most);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
