package io.smarter.linux;

import io.smarter.linux.NetworkKernel.Link;
import io.smarter.linux.NetworkKernel.LinkAddress;
import io.smarter.linux.NetworkKernel.LinkRoute;
import io.smarter.linux.NetworkKernel.PodAddress;
import io.smarter.linux.NetworkKernel.Veth;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Interfaces, addresses and routes in the words of rtnetlink(7). Pure functions. */
final class RouteMessages {
    static final int NEW_LINK = 16;
    static final int DELETE_LINK = 17;
    static final int GET_LINK = 18;
    static final int NEW_ADDRESS = 20;
    static final int DELETE_ADDRESS = 21;
    static final int GET_ADDRESS = 22;
    static final int NEW_ROUTE = 24;
    static final int GET_ROUTE = 26;

    static final int IPV4 = 2;
    static final int IPV6 = 10;

    private static final int CREATE = NetlinkMessage.ACK | NetlinkMessage.CREATE | NetlinkMessage.EXCLUSIVE;
    private static final int UP = 1;

    // Attributes of links, linux/if_link.h.
    private static final int ADDRESS = 1;
    private static final int NAME = 3;
    private static final int MTU = 4;
    private static final int MASTER = 10;
    private static final int LINK_INFO = 18;
    private static final int ALIAS = 20;
    private static final int LONGEST_ALIAS = 254;
    private static final int STATISTICS = 23;
    private static final int FAMILIES = 26;
    private static final int NAMESPACE = 28;
    private static final int INFO_KIND = 1;
    private static final int INFO_DATA = 2;
    private static final int PORT_KIND = 4;
    private static final int PORT_DATA = 5;
    private static final int VETH_PEER = 1;
    private static final int BRIDGE_CALLS_IPV4_RULES = 36;
    private static final int BRIDGE_CALLS_IPV6_RULES = 37;
    private static final int PORT_HAIRPIN = 4;
    private static final int ADDRESSES_BY_US = 8;
    private static final int STATISTICS_RX_BYTES = 16;
    private static final int STATISTICS_TX_BYTES = 24;

    // Attributes of addresses, linux/if_addr.h, and routes, linux/rtnetlink.h.
    private static final int LOCAL = 2;
    private static final int ADDRESS_FLAGS = 8;
    private static final int NOT_TRIED_OUT = 2;
    private static final int DESTINATION = 1;
    private static final int OUT = 4;
    private static final int GATEWAY = 5;
    private static final int METRIC = 6;
    private static final int TABLE = 15;
    private static final int MAIN = 254;
    private static final int STATIC = 4;
    private static final int UNICAST = 1;

    private RouteMessages() {}

    static NetlinkMessage bridge(String name, String mac, int mtu) {
        var message = link(new NetlinkMessage(), CREATE, 0, true)
                .attribute(NAME, name)
                .attribute(ADDRESS, mac(mac))
                .number(MTU, mtu);
        int info = message.open(LINK_INFO);
        message.attribute(INFO_KIND, "bridge");
        int data = message.open(INFO_DATA);
        message.small(BRIDGE_CALLS_IPV4_RULES, 1).small(BRIDGE_CALLS_IPV6_RULES, 1);
        return message.close(data).close(info);
    }

    static NetlinkMessage ifb(String name) {
        var message = link(new NetlinkMessage(), CREATE, 0, true).attribute(NAME, name);
        int info = message.open(LINK_INFO);
        return message.attribute(INFO_KIND, "ifb").close(info);
    }

    /** Makes a cable: the pod's end in its namespace, the host's end on the bridge. */
    static NetlinkMessage veth(Veth veth, int bridge, int namespace) {
        var message = link(new NetlinkMessage(), CREATE, 0, false)
                .attribute(NAME, veth.host())
                .number(MTU, veth.mtu())
                .number(MASTER, bridge);
        int info = message.open(LINK_INFO);
        message.attribute(INFO_KIND, "veth");
        int data = message.open(INFO_DATA);
        int peer = message.open(VETH_PEER);
        message.u32(0).u32(0).u32(0).u32(0);
        message.attribute(NAME, veth.pod())
                .number(MTU, veth.mtu())
                .attribute(ADDRESS, mac(veth.mac()))
                .number(NAMESPACE, namespace);
        return message.close(peer).close(data).close(info);
    }

    /** Puts an interface on a bridge. */
    static NetlinkMessage plug(String name, int bridge) {
        return link(new NetlinkMessage(), NetlinkMessage.ACK, 0, false)
                .attribute(NAME, name)
                .number(MASTER, bridge);
    }

    /** Has the kernel give an interface no IPv6 address of its own; it refuses where there is no IPv6. */
    static NetlinkMessage addressless(String name) {
        var message = link(new NetlinkMessage(), NetlinkMessage.ACK, 0, false).attribute(NAME, name);
        int families = message.open(FAMILIES);
        int ipv6 = message.open(IPV6);
        return message.small(ADDRESSES_BY_US, 1).close(ipv6).close(families);
    }

    /** A port has hairpin, and is up. */
    static NetlinkMessage port(String name, String alias) {
        var message = link(new NetlinkMessage(), NetlinkMessage.ACK, 0, false).attribute(NAME, name);
        int info = message.open(LINK_INFO);
        message.attribute(PORT_KIND, "bridge");
        int data = message.open(PORT_DATA);
        message.small(PORT_HAIRPIN, 1).close(data).close(info);
        link(message, NetlinkMessage.ACK, 0, true).attribute(NAME, name);
        if (alias.isEmpty()) return message;
        return message.attribute(ALIAS, alias.substring(0, Math.min(alias.length(), LONGEST_ALIAS)));
    }

    static NetlinkMessage delete(String name) {
        return header(new NetlinkMessage().begin(DELETE_LINK, NetlinkMessage.ACK), 0, 0, 0)
                .attribute(NAME, name);
    }

    static NetlinkMessage ask(String name) {
        return header(new NetlinkMessage().begin(GET_LINK, NetlinkMessage.ACK), 0, 0, 0)
                .attribute(NAME, name);
    }

    static NetlinkMessage up(NetlinkMessage message, int index) {
        return link(message, NetlinkMessage.ACK, index, true);
    }

    static NetlinkMessage allLinks() {
        return header(new NetlinkMessage().begin(GET_LINK, NetlinkMessage.DUMP), 0, 0, 0);
    }

    static NetlinkMessage allAddresses() {
        return new NetlinkMessage()
                .begin(GET_ADDRESS, NetlinkMessage.DUMP)
                .u32(0)
                .u32(0);
    }

    static NetlinkMessage allRoutes(int family) {
        return new NetlinkMessage()
                .begin(GET_ROUTE, NetlinkMessage.DUMP)
                .u32(family)
                .u32(0)
                .u32(0);
    }

    static NetlinkMessage address(NetlinkMessage message, boolean add, int link, InetAddress address, int prefix) {
        var bytes = address.getAddress();
        message.begin(
                        add ? NEW_ADDRESS : DELETE_ADDRESS,
                        add ? NetlinkMessage.ACK | NetlinkMessage.CREATE | NetlinkMessage.REPLACE : NetlinkMessage.ACK)
                .u8(family(bytes))
                .u8(prefix)
                .u8(0)
                .u8(0)
                .u32(link)
                .attribute(LOCAL, bytes)
                .attribute(ADDRESS, bytes);
        return family(bytes) == IPV6 ? message.number(ADDRESS_FLAGS, NOT_TRIED_OUT) : message;
    }

    static NetlinkMessage defaultRoute(NetlinkMessage message, int link, PodAddress address) {
        var gateway = address.gateway().getAddress();
        message.begin(NEW_ROUTE, NetlinkMessage.ACK | NetlinkMessage.CREATE | NetlinkMessage.REPLACE)
                .u8(family(gateway))
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(MAIN)
                .u8(STATIC)
                .u8(0)
                .u8(UNICAST)
                .u32(0);
        return message.attribute(GATEWAY, gateway).number(OUT, link);
    }

    private static NetlinkMessage link(NetlinkMessage message, int flags, int index, boolean up) {
        return header(message.begin(NEW_LINK, flags), index, up ? UP : 0, up ? UP : 0);
    }

    private static NetlinkMessage header(NetlinkMessage message, int index, int flags, int change) {
        return message.u32(0).u32(index).u32(flags).u32(change);
    }

    static Link readLink(ByteBuffer body) {
        var attributes = NetlinkAttributes.read(body.slice(16, body.limit() - 16));
        var statistics = attributes.get(STATISTICS);
        return new Link(
                body.getInt(4),
                attributes.text(NAME),
                attributes.nested(LINK_INFO).text(INFO_KIND),
                (body.getInt(8) & UP) != 0,
                attributes.number(MTU, 0),
                attributes.number(MASTER, 0),
                attributes.text(ALIAS),
                statistics == null ? 0 : statistics.getLong(STATISTICS_RX_BYTES),
                statistics == null ? 0 : statistics.getLong(STATISTICS_TX_BYTES));
    }

    static LinkAddress readAddress(ByteBuffer body) throws UnknownHostException {
        var attributes = NetlinkAttributes.read(body.slice(8, body.limit() - 8));
        var local = attributes.bytes(LOCAL);
        var address = local.length > 0 ? local : attributes.bytes(ADDRESS);
        return new LinkAddress(body.getInt(4), InetAddress.getByAddress(address), Byte.toUnsignedInt(body.get(1)));
    }

    /** Null for what is not a route of the main table out of one interface. */
    static @Nullable LinkRoute readRoute(ByteBuffer body) throws UnknownHostException {
        var attributes = NetlinkAttributes.read(body.slice(12, body.limit() - 12));
        int table = attributes.number(TABLE, Byte.toUnsignedInt(body.get(4)));
        int link = attributes.number(OUT, 0);
        if (table != MAIN || link == 0 || body.get(7) != UNICAST) return null;
        var network = attributes.bytes(DESTINATION);
        var gateway = attributes.bytes(GATEWAY);
        return new LinkRoute(
                link,
                InetAddress.getByAddress(network.length > 0 ? network : new byte[body.get(0) == IPV4 ? 4 : 16]),
                Byte.toUnsignedInt(body.get(1)),
                gateway.length > 0 ? InetAddress.getByAddress(gateway) : null,
                attributes.number(METRIC, 0));
    }

    private static int family(byte[] address) {
        return address.length == 4 ? IPV4 : IPV6;
    }

    private static byte[] mac(String text) {
        return HexFormat.ofDelimiter(":").parseHex(text);
    }
}
