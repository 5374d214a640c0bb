package io.smarter.linux;

import io.smarter.linux.NetworkKernel.Forward;
import io.smarter.linux.NetworkKernel.RuleFamily;
import io.smarter.linux.NetworkKernel.SetElement;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Elements of the rules' sets, and looks at the rules, in the words of linux/netfilter/nf_tables.h. Pure functions. */
final class RuleMessages {
    private static final int SUBSYSTEM = 10;
    private static final int GET_CHAIN = 4;
    private static final int GET_RULE = 7;
    private static final int NEW_ELEMENT = 12;
    private static final int GET_ELEMENT = 13;
    private static final int DELETE_ELEMENT = 14;
    private static final int NEW_GENERATION = 15;
    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;

    private static final int TABLE = 1;
    private static final int SET = 2;
    private static final int ELEMENTS = 3;
    private static final int ELEMENT = 1;
    private static final int KEY = 1;
    private static final int DATA = 2;
    private static final int VALUE = 1;
    private static final int EXPRESSION = 7;
    private static final int EXPRESSION_DATA = 2;
    private static final int COUNTED_BYTES = 1;
    private static final int CHAIN_NAME = 3;
    private static final int CHAIN_HOOK = 4;
    private static final int CHAIN_POLICY = 5;
    private static final int HOOK_NUMBER = 1;
    private static final int FORWARD = 2;
    private static final int DROP = 0;
    private static final int RULE_CHAIN = 2;
    private static final int RULE_HANDLE = 3;
    private static final int RULE_USER_DATA = 7;
    private static final Map<Integer, String> FAMILIES = Map.of(1, "inet", 2, "ip", 10, "ip6");
    /** What precedes the attributes in each message of netfilter. */
    private static final int HEADER = 4;
    /** An element of ours is at most so long, and the length of a list of them has 16 bits. */
    private static final int MOST_IN_A_MESSAGE = 500;

    private RuleMessages() {}

    /** Removes elements and adds others, as one change. */
    static NetlinkMessage change(List<SetElement> added, List<SetElement> removed) {
        var message = new NetlinkMessage();
        header(message.begin(BATCH_BEGIN, 0), 0, SUBSYSTEM);
        elements(message, DELETE_ELEMENT, NetlinkMessage.ACK, removed);
        elements(message, NEW_ELEMENT, NetlinkMessage.ACK | NetlinkMessage.CREATE, added);
        return header(message.begin(BATCH_END, 0), 0, SUBSYSTEM);
    }

    private static void elements(NetlinkMessage message, int type, int flags, List<SetElement> all) {
        for (int from = 0; from < all.size(); ) {
            var first = all.get(from);
            int to = from;
            while (to < all.size() && to - from < MOST_IN_A_MESSAGE && isSameSet(first, all.get(to))) to++;
            header(message.begin(SUBSYSTEM << 8 | type, flags), first.family().code, 0)
                    .attribute(TABLE, first.table())
                    .attribute(SET, first.set());
            int list = message.open(ELEMENTS);
            for (var element : all.subList(from, to)) element(message, element);
            message.close(list);
            from = to;
        }
    }

    private static boolean isSameSet(SetElement one, SetElement other) {
        return one.family() == other.family()
                && one.set().equals(other.set())
                && one.table().equals(other.table());
    }

    private static void element(NetlinkMessage message, SetElement element) {
        int opened = message.open(ELEMENT);
        value(message, KEY, element.key());
        if (!element.value().isEmpty()) value(message, DATA, element.value());
        message.close(opened);
    }

    private static void value(NetlinkMessage message, int type, String hex) {
        int opened = message.open(type);
        message.attribute(VALUE, HexFormat.of().parseHex(hex)).close(opened);
    }

    static NetlinkMessage rules(RuleFamily family, String table) {
        return header(new NetlinkMessage().begin(SUBSYSTEM << 8 | GET_RULE, NetlinkMessage.DUMP), family.code, 0)
                .attribute(TABLE, table);
    }

    static NetlinkMessage elements(RuleFamily family, String table, String set) {
        return header(new NetlinkMessage().begin(SUBSYSTEM << 8 | GET_ELEMENT, NetlinkMessage.DUMP), family.code, 0)
                .attribute(TABLE, table)
                .attribute(SET, set);
    }

    /** The counted bytes by the hexadecimal digits of the key, of answers to {@link #elements}. */
    static Map<String, Long> counters(List<NetlinkSocket.Answer> answers) {
        var counters = new HashMap<String, Long>();
        for (var answer : answers) {
            var list = attributes(answer.body()).get(ELEMENTS);
            if (list == null) continue;
            for (var element : NetlinkAttributes.list(list)) {
                var attributes = NetlinkAttributes.read(element.value());
                var counted =
                        attributes.nested(EXPRESSION).nested(EXPRESSION_DATA).get(COUNTED_BYTES);
                if (counted == null) continue;
                var key = HexFormat.of().formatHex(attributes.nested(KEY).bytes(VALUE));
                counters.put(key, counted.order(ByteOrder.BIG_ENDIAN).getLong(0));
            }
        }
        return counters;
    }

    static NetlinkMessage allChains() {
        return header(new NetlinkMessage().begin(SUBSYSTEM << 8 | GET_CHAIN, NetlinkMessage.DUMP), 0, 0);
    }

    static NetlinkMessage allRules() {
        return header(new NetlinkMessage().begin(SUBSYSTEM << 8 | GET_RULE, NetlinkMessage.DUMP), 0, 0);
    }

    /** Of answers to {@link #allChains} and {@link #allRules}. */
    static List<Forward> forwards(List<NetlinkSocket.Answer> chains, List<NetlinkSocket.Answer> rules, String comment) {
        var marked = new HashMap<String, List<Long>>();
        for (var rule : rules) {
            var attributes = attributes(rule.body());
            var handle = attributes.get(RULE_HANDLE);
            var said = new String(attributes.bytes(RULE_USER_DATA), StandardCharsets.UTF_8);
            if (handle == null || !said.contains(comment)) continue;
            var place = place(rule.body(), attributes.text(TABLE), attributes.text(RULE_CHAIN));
            marked.computeIfAbsent(place, _ -> new ArrayList<>())
                    .add(handle.order(ByteOrder.BIG_ENDIAN).getLong(0));
        }
        var forwards = new ArrayList<Forward>();
        for (var chain : chains) {
            var attributes = attributes(chain.body());
            var family = FAMILIES.get((int) chain.body().get(0));
            if (family == null || number(attributes.nested(CHAIN_HOOK), HOOK_NUMBER) != FORWARD) continue;
            var table = attributes.text(TABLE);
            var name = attributes.text(CHAIN_NAME);
            forwards.add(new Forward(
                    family,
                    table,
                    name,
                    number(attributes, CHAIN_POLICY) == DROP,
                    marked.getOrDefault(place(chain.body(), table, name), List.of())));
        }
        return forwards;
    }

    private static String place(ByteBuffer body, String table, String chain) {
        return body.get(0) + " " + table + " " + chain;
    }

    private static int number(NetlinkAttributes attributes, int type) {
        var value = attributes.get(type);
        return value == null ? -1 : value.order(ByteOrder.BIG_ENDIAN).getInt(0);
    }

    /** All of a dump's rules, as bytes. */
    static List<ByteBuffer> bodies(List<NetlinkSocket.Answer> answers) {
        var bodies = new ArrayList<ByteBuffer>();
        for (var answer : answers)
            bodies.add(answer.body().slice(HEADER, answer.body().limit() - HEADER));
        return bodies;
    }

    /** Whether an event is of a change that may be other than the addition or removal of an element. */
    static boolean touches(int type) {
        int event = type & 0xff;
        return event != NEW_ELEMENT && event != DELETE_ELEMENT && event != NEW_GENERATION;
    }

    private static NetlinkAttributes attributes(ByteBuffer body) {
        return NetlinkAttributes.read(body.slice(HEADER, body.limit() - HEADER));
    }

    private static NetlinkMessage header(NetlinkMessage message, int family, int subsystem) {
        return message.u8(family).u8(0).be16(subsystem);
    }
}
