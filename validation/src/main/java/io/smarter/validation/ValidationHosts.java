package io.smarter.validation;

import io.smarter.api.Names;
import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.net.Inet6Address;
import java.util.List;
import java.util.regex.Pattern;

/** Says what is wrong with what a pod adds to its {@code /etc/hosts} and {@code /etc/resolv.conf}. */
final class ValidationHosts {
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");
    private static final int MAX_NAMESERVERS = 3;
    private static final int MAX_SEARCHES = 32;

    private ValidationHosts() {}

    static void check(ValidationReport report, Json spec, String path) {
        int index = 0;
        for (var alias : spec.items("hostAliases")) {
            var at = path + ".hostAliases[" + index++ + "]";
            address(report, at + ".ip", alias.textOrEmpty("ip"));
            for (var hostname : texts(alias.items("hostnames")))
                report.invalid(at + ".hostnames", hostname, Names.subdomain(hostname));
        }
        resolver(report, spec.object("dnsConfig"), path + ".dnsConfig");
        boolean alone = spec.textOrEmpty("dnsPolicy").equals("None");
        if (alone && spec.items("dnsConfig", "nameservers").isEmpty())
            report.required(
                    path + ".dnsConfig.nameservers",
                    "must provide at least one DNS nameserver when `dnsPolicy` is None");
    }

    private static void resolver(ValidationReport report, Json.Obj config, String path) {
        var servers = texts(config.items("nameservers"));
        tooMany(report, path + ".nameservers", servers, MAX_NAMESERVERS);
        for (int i = 0; i < servers.size(); i++) address(report, path + ".nameservers[" + i + "]", servers.get(i));
        var searches = texts(config.items("searches"));
        tooMany(report, path + ".searches", searches, MAX_SEARCHES);
        for (int i = 0; i < searches.size(); i++) {
            var search = searches.get(i);
            var name = search.endsWith(".") ? search.substring(0, search.length() - 1) : search;
            if (!search.equals(".")) report.invalid(path + ".searches[" + i + "]", search, Names.subdomain(name));
        }
        for (int i = 0; i < config.items("options").size(); i++)
            report.text(config.items("options").get(i), path + ".options[" + i + "]", "name");
    }

    private static void tooMany(ValidationReport report, String field, List<String> items, int most) {
        if (items.size() > most)
            report.invalid(field, String.join(",", items), "must not have more than " + most + " items");
    }

    private static void address(ValidationReport report, String field, String address) {
        if (!isAddress(address)) report.invalid(field, address, "must be a valid IP address");
    }

    private static boolean isAddress(String text) {
        if (IPV4.matcher(text).matches()) return true;
        if (text.indexOf(':') < 0 || text.indexOf('%') >= 0 || text.indexOf('[') >= 0) return false;
        try {
            Inet6Address.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static List<String> texts(List<Json> items) {
        return items.stream()
                .map(item -> item instanceof Json.Str(var text) ? text : "")
                .toList();
    }
}
