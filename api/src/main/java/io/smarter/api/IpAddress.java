package io.smarter.api;

import java.util.regex.Pattern;

/** Addresses of IP and of its networks as texts. Pure functions. */
public final class IpAddress {
    private static final Pattern IPV4 =
            Pattern.compile("(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:]*(:[0-9.]+)?");

    private IpAddress() {}

    public static boolean isIpv4(String text) {
        return IPV4.matcher(text).matches();
    }

    public static boolean isIpv6(String text) {
        if (text.length() > 45 || !IPV6.matcher(text).matches() || text.contains(":::")) return false;
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) return false;
        int groups = 0;
        for (var part : text.split(":", -1)) {
            if (part.isEmpty()) continue;
            boolean last = part.indexOf('.') >= 0;
            if (last ? !isIpv4(part) : part.length() > 4) return false;
            groups += last ? 2 : 1;
        }
        boolean dangling = text.endsWith(":") && !text.endsWith("::") || text.startsWith(":") && !text.startsWith("::");
        return !dangling && (gap >= 0 ? groups < 8 : groups == 8);
    }

    /** An address, a slash and how many of its bits name the network. */
    public static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) return false;
        var address = text.substring(0, slash);
        var length = text.substring(slash + 1);
        if (length.isEmpty() || length.length() > 3 || !length.chars().allMatch(Character::isDigit)) return false;
        int bits = Integer.parseInt(length);
        return isIpv4(address) && bits <= 32 || isIpv6(address) && bits <= 128;
    }
}
