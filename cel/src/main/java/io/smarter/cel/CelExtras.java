package io.smarter.cel;

import io.smarter.api.IpAddress;
import io.smarter.api.Quantity;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Kubernetes adds to the language of expressions: quantities, URLs and addresses. Pure functions. */
final class CelExtras {
    static final Set<String> NAMES = Set.of("quantity", "isQuantity", "url", "isURL", "isIP", "isCIDR");

    /** The methods of all libraries, for the check of new expressions. */
    static final Set<String> METHODS = Set.of(
            "size",
            "contains",
            "startsWith",
            "endsWith",
            "matches",
            "find",
            "findAll",
            "charAt",
            "indexOf",
            "lastIndexOf",
            "lowerAscii",
            "upperAscii",
            "replace",
            "split",
            "substring",
            "trim",
            "join",
            "reverse",
            "isSorted",
            "sum",
            "min",
            "max",
            "distinct",
            "sort",
            "first",
            "last",
            "slice",
            "flatten",
            "getFullYear",
            "getMonth",
            "getDate",
            "getDayOfMonth",
            "getDayOfWeek",
            "getDayOfYear",
            "getHours",
            "getMinutes",
            "getSeconds",
            "getMilliseconds",
            "hasValue",
            "value",
            "orValue",
            "or",
            "sign",
            "add",
            "sub",
            "compareTo",
            "isLessThan",
            "isGreaterThan",
            "asInteger",
            "isInteger",
            "asApproximateFloat",
            "getScheme",
            "getHost",
            "getHostname",
            "getPort",
            "getEscapedPath",
            "getQuery",
            "format",
            "validate",
            "family",
            "isUnspecified",
            "isLoopback",
            "isLinkLocalMulticast",
            "isLinkLocalUnicast",
            "isGlobalUnicast",
            "containsIP",
            "containsCIDR",
            "ip",
            "masked",
            "prefixLength",
            "path",
            "group",
            "serviceAccount",
            "resource",
            "subresource",
            "namespace",
            "name",
            "fieldSelector",
            "labelSelector",
            "check",
            "allowed",
            "reason",
            "errored",
            "error");

    private CelExtras() {}

    static Object call(String function, List<Object> values) {
        if (values.size() != 1 || !(values.getFirst() instanceof String text)) throw CelFunctions.noOverload(function);
        return switch (function) {
            case "quantity" -> {
                var quantity = quantity(text);
                if (quantity == null) throw new Cel.Failure(-1, "quantities must match the regular expression");
                yield quantity;
            }
            case "isQuantity" -> quantity(text) != null;
            case "url" -> {
                var url = url(text);
                if (url == null) throw new Cel.Failure(-1, "URL parse error during conversion from string: " + text);
                yield url;
            }
            case "isURL" -> url(text) != null;
            case "isIP" -> CelAddresses.isIp(text);
            default -> IpAddress.isCidr(text);
        };
    }

    private static @Nullable Quantity quantity(String text) {
        try {
            return Quantity.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable URI url(String text) {
        try {
            var url = new URI(text);
            return url.isAbsolute() || text.startsWith("/") ? url : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    static @Nullable Object method(CelRun run, Object of, String name, List<Object> arguments) {
        return switch (of) {
            case CelAddresses.Ip ip -> CelAddresses.method(ip, name);
            case CelAddresses.Cidr cidr -> CelAddresses.method(cidr, name, arguments);
            case CelFormats.Format format ->
                name.equals("validate") && arguments.size() == 1 && arguments.getFirst() instanceof String text
                        ? format.validate(text)
                        : null;
            case Quantity quantity -> quantity(quantity, name, arguments);
            case URI url -> url(url, name);
            case CelObject object -> object.call(run, name, arguments);
            default -> null;
        };
    }

    private static @Nullable Object quantity(Quantity quantity, String name, List<Object> arguments) {
        if (arguments.isEmpty())
            return switch (name) {
                case "sign" -> (long) quantity.signum();
                case "isInteger" -> quantity.compareTo(Quantity.of(quantity.value())) == 0;
                case "asInteger" -> quantity.value();
                case "asApproximateFloat" -> quantity.milliValue() / 1000.0;
                default -> null;
            };
        var other = switch (arguments.getFirst()) {
            case Quantity given -> given;
            case Long whole -> Quantity.of(whole);
            default -> throw CelFunctions.noOverload(name);
        };
        return switch (name) {
            case "add" -> quantity.plus(other);
            case "sub" -> quantity.minus(other);
            case "compareTo" -> (long) Integer.signum(quantity.compareTo(other));
            case "isLessThan" -> quantity.compareTo(other) < 0;
            case "isGreaterThan" -> quantity.compareTo(other) > 0;
            default -> null;
        };
    }

    private static @Nullable Object url(URI url, String name) {
        var host = url.getHost() == null ? "" : url.getHost();
        return switch (name) {
            case "getScheme" -> url.getScheme() == null ? "" : url.getScheme();
            case "getHost" -> url.getPort() < 0 ? host : host + ":" + url.getPort();
            case "getHostname" -> host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            case "getPort" -> url.getPort() < 0 ? "" : Integer.toString(url.getPort());
            case "getEscapedPath" -> url.getRawPath() == null ? "" : url.getRawPath();
            case "getQuery" -> query(url.getQuery());
            default -> null;
        };
    }

    private static Map<Object, Object> query(@Nullable String query) {
        var members = new LinkedHashMap<Object, Object>();
        if (query == null) return members;
        for (var part : query.split("&")) {
            int equals = part.indexOf('=');
            var name = equals < 0 ? part : part.substring(0, equals);
            var values =
                    members.get(name) instanceof List<?> known ? new ArrayList<Object>(known) : new ArrayList<Object>();
            values.add(equals < 0 ? "" : part.substring(equals + 1));
            members.put(name, values);
        }
        return members;
    }
}
