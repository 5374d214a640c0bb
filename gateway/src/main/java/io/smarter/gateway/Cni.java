package io.smarter.gateway;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.files.Disk;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The pods' network of the gateway's own containerd, made by the stock CNI plugins: a bridge with private addresses,
 * hidden behind the machine's own. All gateways of a machine share bridge and addresses; the last one that leaves takes
 * them along.
 *
 * <p>What the plugins would do with {@code iptables} for every pod, hiding the addresses, one nftables table does for all.
 * Addresses are under /run, since none outlives a reboot.
 */
final class Cni {
    private static final System.Logger LOG = System.getLogger(Cni.class.getName());
    private static final String NETWORK = "smartnet";
    private static final String BRIDGE = "smartnet0";
    private static final String RANGE = "10.39.0.0/16";
    private static final Path SHARED = ContainerdFolders.RUN.resolve("network");
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

    /** Beside hiding the pods, it keeps others from reaching them but by host ports: routing alone opens no pod. */
    private static final String TABLE = """
            table ip smarter
            delete table ip smarter
            table ip smarter {
              chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
                ip saddr %1$s oifname != "%2$s" masquerade
              }
              chain forward {
                type filter hook forward priority filter; policy accept;
                oifname "%2$s" iifname != "%2$s" ct state new ct status & dnat == 0 drop
              }
            }
            """.formatted(RANGE, BRIDGE);

    private final ContainerdFolders folders;
    private final Path shared;

    Cni(ContainerdFolders folders) {
        this(folders, SHARED);
    }

    /** With another folder for what the machine's gateways share. */
    Cni(ContainerdFolders folders, Path shared) {
        this.folders = folders;
        this.shared = shared;
    }

    /** The folder of the stock plugins. */
    static Path plugins() throws IOException {
        for (var folder : List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin"))) {
            if (Files.isExecutable(folder.resolve("bridge"))) return folder;
        }
        throw new IOException("no CNI plugins in /usr/lib/cni or /opt/cni/bin: install containernetworking-plugins");
    }

    /** Sets the network up for this gateway's containerd; it is read when a pod starts. */
    void install() throws IOException, InterruptedException {
        DataFolder.write(
                folders.cni().resolve("10-smartnet.conflist"),
                conflist(uplinkMtu(), isInstalled("iptables")).pretty().getBytes(UTF_8));
        Files.createDirectories(users());
        var forwarding = shared.resolve("ip_forward");
        if (!Files.exists(forwarding)) Files.copy(FORWARDING, forwarding);
        Files.writeString(users().resolve(folders.name()), folders.data().toString());
        try {
            Command.run(List.of("nft", "-f", "-"), TABLE);
        } catch (IOException e) {
            LOG.log(WARNING, "pods cannot reach beyond this machine: {0}", e.getMessage());
        }
    }

    /** Gives the addresses of sandboxes back that were killed instead of stopped. */
    void release(List<String> sandboxes) throws IOException {
        var addresses = shared.resolve("addresses").resolve(NETWORK);
        if (sandboxes.isEmpty() || !Files.isDirectory(addresses)) return;
        try (var leases = Files.newDirectoryStream(addresses, "10.*")) {
            for (var lease : leases) {
                // A lease is a file with the sandbox's id in its first line.
                var lines = Files.readAllLines(lease);
                if (!lines.isEmpty() && sandboxes.contains(lines.getFirst().strip())) Files.deleteIfExists(lease);
            }
        }
    }

    /** Ends the network for this gateway, and for the machine if no other gateway uses it. */
    void remove() throws IOException, InterruptedException {
        Files.deleteIfExists(users().resolve(folders.name()));
        dropLost();
        if (!Files.isDirectory(shared) || !DataFolder.list(users()).isEmpty()) return;
        if (Files.exists(Path.of("/sys/class/net", BRIDGE))) Command.run(List.of("ip", "link", "delete", BRIDGE), "");
        if (isInstalled("nft")) Command.run(List.of("nft", "-f", "-"), "table ip smarter\ndelete table ip smarter\n");
        if (isInstalled("iptables")) CniHostPorts.removeIfUnused();
        var forwarding = shared.resolve("ip_forward");
        if (Files.exists(forwarding)) Files.writeString(FORWARDING, Files.readString(forwarding));
        Disk.deleteAll(shared);
    }

    /** Forgets gateways of which the data folder was removed by hand: nobody else would. */
    void dropLost() throws IOException {
        for (var user : DataFolder.list(users())) {
            if (!Files.isDirectory(Path.of(Files.readString(user)))) Files.deleteIfExists(user);
        }
    }

    private Path users() {
        return shared.resolve("users");
    }

    /** The configuration, CNI 1.0.0. */
    Json conflist(int mtu, boolean hostPorts) {
        var addresses = Json.obj(
                "type", "host-local",
                "ranges", List.of(List.of(Json.obj("subnet", RANGE))),
                "dataDir", shared.resolve("addresses").toString());
        var bridge = Json.obj(
                "type",
                "bridge",
                "bridge",
                BRIDGE,
                "isDefaultGateway",
                true,
                "hairpinMode",
                true,
                "mtu",
                mtu,
                "ipam",
                addresses);
        var portmap = Json.obj("type", "portmap", "capabilities", Json.obj("portMappings", true), "snat", true);
        return Json.obj(
                "cniVersion",
                "1.0.0",
                "name",
                NETWORK,
                "plugins",
                hostPorts ? List.of(bridge, portmap) : List.of(bridge));
    }

    /** The packet size of the interface with the default route, so that nothing is cut on its way out. */
    private static int uplinkMtu() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/net/route"))) {
            var fields = line.split("\t");
            if (fields.length < 2 || !fields[1].equals("00000000")) continue;
            var mtu = Path.of("/sys/class/net", fields[0], "mtu");
            if (Files.exists(mtu)) return Integer.parseInt(Files.readString(mtu).strip());
        }
        return 1500;
    }

    private static boolean isInstalled(String tool) {
        return List.of("/usr/sbin", "/sbin", "/usr/bin").stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }
}
