package io.smarter.network;

import io.smarter.linux.NetworkKernel;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A kernel of which the network is what it was told, and which remembers the calls that changed it. */
final class RecordingKernel implements NetworkKernel {
    final List<String> calls = new ArrayList<>();
    final Map<String, Link> links = new LinkedHashMap<>();
    final List<LinkAddress> addresses = new ArrayList<>();
    final List<LinkRoute> routes = new ArrayList<>();
    final List<SetElement> elements = new ArrayList<>();
    final Map<String, String> switches = new HashMap<>();
    String rules = "";
    /** What the next call of this name fails with. */
    @Nullable
    String failing;

    Link link(String name, String kind, int mtu, int master) {
        var link = new Link(links.size() + 1, name, kind, true, mtu, master, "", 0, 0);
        links.put(name, link);
        return link;
    }

    private void call(String name, Object... arguments) throws IOException {
        if (name.equals(failing)) {
            failing = null;
            throw new IOException(name + " fails");
        }
        var text = new StringBuilder(name);
        for (var argument : arguments) text.append(' ').append(argument);
        calls.add(text.toString());
    }

    @Override
    public synchronized List<Link> links() {
        return List.copyOf(links.values());
    }

    @Override
    public synchronized List<LinkAddress> addresses() {
        return List.copyOf(addresses);
    }

    @Override
    public synchronized List<LinkRoute> routes() {
        return List.copyOf(routes);
    }

    @Override
    public synchronized void createBridge(String name, String mac, int mtu) throws IOException {
        call("createBridge", name, mac, mtu);
        link(name, "bridge", mtu, 0);
    }

    @Override
    public synchronized void addAddress(int link, InetAddress address, int prefix) throws IOException {
        call("addAddress", address.getHostAddress() + "/" + prefix);
        addresses.add(new LinkAddress(link, address, prefix));
    }

    @Override
    public synchronized void removeAddress(int link, InetAddress address, int prefix) throws IOException {
        call("removeAddress", address.getHostAddress() + "/" + prefix);
        addresses.remove(new LinkAddress(link, address, prefix));
    }

    @Override
    public synchronized void setUp(int link) throws IOException {
        call("setUp", link);
        links.replaceAll((_, old) -> old.index() == link
                ? new Link(link, old.name(), old.kind(), true, old.mtu(), old.master(), "", 0, 0)
                : old);
    }

    @Override
    public synchronized void plug(String link, int bridge) throws IOException {
        call("plug", link);
        var old = links.get(link);
        if (old != null) links.put(link, new Link(old.index(), link, old.kind(), true, old.mtu(), bridge, "", 0, 0));
    }

    @Override
    public synchronized void attach(Veth veth) throws IOException {
        call(
                "attach",
                veth.host(),
                veth.alias(),
                veth.addresses().getFirst().address().getHostAddress());
        link(veth.host(), "veth", veth.mtu(), 1);
    }

    @Override
    public synchronized String check(Veth veth) {
        return links.containsKey(veth.host()) ? "" : veth.host() + " is not there";
    }

    @Override
    public synchronized void limit(String host, @Nullable Rate toPod, @Nullable Rate fromPod, String helper)
            throws IOException {
        call("limit", toPod == null ? "-" : toPod.bitsPerSecond(), fromPod == null ? "-" : fromPod.bitsPerSecond());
        if (fromPod != null) link(helper, "ifb", 1500, 0);
    }

    @Override
    public synchronized boolean deleteLink(String name) throws IOException {
        call("deleteLink", name);
        return links.remove(name) != null;
    }

    @Override
    public synchronized void loadRules(String text) throws IOException {
        call("loadRules");
        rules = text;
        elements.clear();
    }

    @Override
    public synchronized void changeElements(List<SetElement> added, List<SetElement> removed) throws IOException {
        call("changeElements", "+" + added.size(), "-" + removed.size());
        if (!elements.containsAll(removed)) throw new IOException("no such element");
        elements.removeAll(removed);
        elements.addAll(added);
    }

    @Override
    public List<Forward> forwards(String comment) {
        return List.of();
    }

    @Override
    public synchronized String fingerprint(RuleFamily family, String table) {
        return Integer.toString(rules.hashCode());
    }

    @Override
    public Map<String, Long> counters(RuleFamily family, String table, String set) {
        return Map.of();
    }

    @Override
    public void watchLink(String name, Runnable changed) {}

    @Override
    public void watchRules(Runnable changed) {}

    @Override
    public synchronized void sysctl(String name, String value) {
        switches.put(name, value);
    }

    @Override
    public synchronized String sysctl(String name) {
        return switches.getOrDefault(name, "1");
    }

    @Override
    public void close() {}
}
