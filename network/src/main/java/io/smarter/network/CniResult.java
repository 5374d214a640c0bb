package io.smarter.network;

import io.smarter.json.Json;
import io.smarter.linux.NetworkKernel.PodAddress;
import java.util.ArrayList;

/** What the plugin answers, CNI 1.1 section 5, in the words of the version that was asked in. Pure functions. */
final class CniResult {
    private static final int IN_POD = 1;

    private CniResult() {}

    /** The answer to ADD. */
    static Json.Obj of(String version, Lease lease) {
        var interfaces = Json.arr(
                Json.obj("name", Bridge.NAME),
                Json.obj("name", lease.ifname(), "mac", lease.mac(), "sandbox", lease.netns()),
                Json.obj("name", lease.host()));
        var ips = new ArrayList<Json>();
        var routes = new ArrayList<Json>();
        for (var address : lease.addresses()) {
            ips.add(ip(version, address));
            routes.add(Json.obj(
                    "dst",
                    isIpv4(address) ? "0.0.0.0/0" : "::/0",
                    "gw",
                    address.gateway().getHostAddress()));
        }
        return Json.obj(
                "cniVersion",
                version,
                "interfaces",
                interfaces,
                "ips",
                Json.arr(ips),
                "routes",
                Json.arr(routes),
                "dns",
                Json.Obj.EMPTY);
    }

    private static Json.Obj ip(String version, PodAddress address) {
        var ip = Json.obj(
                "interface",
                IN_POD,
                "address",
                address.address().getHostAddress() + "/" + address.prefix(),
                "gateway",
                address.gateway().getHostAddress());
        return version.startsWith("0.") ? ip.with("version", Json.of(isIpv4(address) ? "4" : "6")) : ip;
    }

    private static boolean isIpv4(PodAddress address) {
        return address.address().getAddress().length == 4;
    }

    /** The answer to a call that failed. */
    static Json.Obj of(String version, CniException failure) {
        return Json.obj(
                "cniVersion", version, "code", failure.code().number, "msg", String.valueOf(failure.getMessage()));
    }
}
