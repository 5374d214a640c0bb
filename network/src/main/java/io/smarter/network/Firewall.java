package io.smarter.network;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.linux.NetworkKernel;
import io.smarter.linux.NetworkKernel.RuleFamily;
import io.smarter.linux.NetworkKernel.SetElement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The kernel's rules, kept as they are to be. Pods come and go as elements of sets, policies as rules beside these; both tables are
 * loaded anew when somebody touched them. Safe for use by many threads.
 */
final class Firewall {
    private static final System.Logger LOG = System.getLogger(Firewall.class.getName());
    /** Marks of ours live for a few rules; they begin here to be told from others'. */
    private static final int FIRST_MARK = 0x534d0000;

    private final NetworkKernel kernel;
    private final Ruleset.Frame frame;
    private final Map<String, List<SetElement>> pods = new LinkedHashMap<>();
    private final Map<String, Integer> marks = new HashMap<>();
    private PolicyChains policies = PolicyChains.NONE;
    private String loaded = "";
    private boolean outdated;

    Firewall(NetworkKernel kernel, Ruleset.Frame frame) {
        this.kernel = kernel;
        this.frame = frame;
    }

    /** Loads the rules for these pods. */
    synchronized void start(List<Lease> leases) throws IOException {
        for (var lease : leases) pods.put(lease.key(), elements(lease));
        load();
        open();
    }

    private void open() throws IOException {
        var text = Ruleset.opened(kernel.forwards(Ruleset.COMMENT));
        if (!text.isEmpty()) kernel.loadRules(text);
    }

    private List<SetElement> elements(Lease lease) {
        return Ruleset.elements(
                lease, namespace -> marks.computeIfAbsent(namespace, _ -> FIRST_MARK + marks.size() + 1));
    }

    private void load() throws IOException {
        kernel.loadRules(Ruleset.text(frame, policies));
        var all = new ArrayList<SetElement>();
        pods.values().forEach(all::addAll);
        // Elements of one set that stand together go in one message.
        all.sort(Comparator.comparing(SetElement::family).thenComparing(SetElement::set));
        kernel.changeElements(all, List.of());
        loaded = fingerprint();
    }

    private String fingerprint() throws IOException {
        return kernel.fingerprint(RuleFamily.INET, Ruleset.TABLE)
                + kernel.fingerprint(RuleFamily.BRIDGE, Ruleset.TABLE);
    }

    /** Lets a pod in. */
    synchronized void add(Lease lease) throws IOException {
        var elements = elements(lease);
        pods.put(lease.key(), elements);
        try {
            kernel.changeElements(elements, List.of());
        } catch (IOException e) {
            LOG.log(WARNING, "rules are loaded anew: {0}", e.getMessage());
            load();
        }
    }

    /** Takes all out that is a pod's; nothing if it has nothing. */
    synchronized void remove(Lease lease) throws IOException {
        var elements = pods.remove(lease.key());
        if (elements == null) return;
        try {
            forgetTraffic(lease);
            kernel.changeElements(List.of(), elements);
        } catch (IOException e) {
            LOG.log(WARNING, "rules are loaded anew: {0}", e.getMessage());
            load();
        }
    }

    /** What the next pod with an address did is not to be added to what this one did. */
    private void forgetTraffic(Lease lease) throws IOException {
        var counted = new ArrayList<SetElement>();
        for (var address : lease.addresses()) {
            var digits = Hex.of(address.address());
            for (var set : Ruleset.counting(address.address())) {
                for (var key :
                        kernel.counters(RuleFamily.INET, Ruleset.TABLE, set).keySet()) {
                    if (key.startsWith(digits))
                        counted.add(new SetElement(RuleFamily.INET, Ruleset.TABLE, set, key, ""));
                }
            }
        }
        kernel.changeElements(List.of(), counted);
    }

    /**
     * Does what policies say from now on. They are worked out here, so that of two who call the later one's last.
     *
     * @throws IOException if the rules that are in force are older; then so does {@link #checkPolicies}
     */
    synchronized void apply(Supplier<PolicyChains> latest) throws IOException {
        var changed = latest.get();
        if (!outdated && policies.equals(changed)) return;
        var before = policies;
        policies = changed;
        outdated = true;
        try {
            kernel.loadRules(Ruleset.change(frame, before, changed));
            loaded = fingerprint();
        } catch (IOException e) {
            LOG.log(WARNING, "rules are loaded anew: {0}", e.getMessage());
            load();
        }
        outdated = false;
    }

    /** @throws IOException if policies are not in force: a pod would be reached by whom they keep away */
    synchronized void checkPolicies() throws IOException {
        if (outdated) throw new IOException("network policies can't be put in force at the moment");
    }

    /** Loads the rules again if somebody touched them, and lets pods through what somebody else has closed. */
    synchronized void mend() throws IOException {
        open();
        if (fingerprint().equals(loaded)) return;
        LOG.log(WARNING, "somebody changed the rules of table {0}: they are loaded anew", Ruleset.TABLE);
        load();
    }
}
