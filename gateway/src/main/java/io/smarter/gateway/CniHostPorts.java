package io.smarter.gateway;

import java.io.IOException;
import java.util.List;

/** What CNI's portmap plugin leaves in iptables' nat table: chains that stay when the last host port has gone. */
final class CniHostPorts {
    private static final String CHAINS = "CNI-HOSTPORT-";

    private CniHostPorts() {}

    /** Removes the chains, unless somebody's host port is in them. */
    static void removeIfUnused() throws IOException, InterruptedException {
        var script = removal(Command.run(List.of("iptables-save", "-t", "nat"), ""));
        if (!script.isEmpty()) Command.run(List.of("iptables-restore", "--noflush"), script);
    }

    /** The input of iptables-restore that removes the chains from a saved table; empty if there is nothing to do. */
    static String removal(String saved) {
        var lines = saved.lines().toList();
        var chains =
                lines.stream().filter(line -> line.startsWith(":" + CHAINS)).toList();
        if (chains.isEmpty() || lines.stream().anyMatch(line -> line.startsWith("-A " + CHAINS + "DNAT"))) return "";
        var script = new StringBuilder("*nat\n");
        for (var line : lines) {
            if (line.startsWith("-A ") && line.contains(CHAINS))
                script.append("-D").append(line, 2, line.length()).append('\n');
        }
        for (var chain : chains)
            script.append("-X ").append(chain, 1, chain.indexOf(' ')).append('\n');
        return script.append("COMMIT\n").toString();
    }
}
