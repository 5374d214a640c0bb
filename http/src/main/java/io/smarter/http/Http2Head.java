package io.smarter.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The fields of one header block, checked as RFC 9113 §8.2 and §8.3 ask. Used by one thread. */
final class Http2Head {
    final Headers headers = new Headers();

    @Nullable
    String method;

    @Nullable
    String path;

    @Nullable
    String authority;

    int status;
    /** What is wrong with it, or null. */
    @Nullable
    String fault;

    private @Nullable String scheme;
    private boolean pseudo;
    private boolean regular;

    static boolean isConnectionSpecific(String name) {
        return switch (name) {
            case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "host" -> true;
            default -> false;
        };
    }

    void field(String name, String value) {
        if (fault != null) return;
        if (name.startsWith(":")) {
            pseudoField(name, value);
            return;
        }
        regular = true;
        if (name.isEmpty() || !name.equals(name.toLowerCase(Locale.ROOT))) {
            fault = "field name is empty or not lower case";
        } else if (isConnectionSpecific(name) && !name.equals("host")) {
            fault = "field " + name + " belongs to HTTP/1.1";
        } else if (name.equals("te") && !value.equals("trailers")) {
            fault = "field te may only be trailers";
        } else {
            try {
                headers.add(name, value);
            } catch (IllegalArgumentException e) {
                fault = e.getMessage();
            }
        }
    }

    /** What is wrong with it as a request, or null. */
    @Nullable
    String requestFault() {
        if (fault != null) return fault;
        if (method == null || status != 0) return "request has no :method, or a :status";
        if (method.equals("CONNECT")) return "CONNECT is not served";
        if (scheme == null || path == null || path.isEmpty()) return "request has no :scheme or :path";
        return null;
    }

    /** What is wrong with it as an answer, or null. */
    @Nullable
    String responseFault() {
        if (fault != null) return fault;
        if (status == 0 || method != null || path != null || scheme != null || authority != null)
            return "answer has no :status, or fields of a request";
        return null;
    }

    /** What is wrong with it as trailers, or null. */
    @Nullable
    String trailersFault() {
        return fault == null && pseudo ? "trailers have a pseudo header field" : fault;
    }

    /** The value of content-length, or -1 when there is none or it is no number. */
    long contentLength() {
        var text = headers.first("content-length");
        if (text == null) return -1;
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void pseudoField(String name, String value) {
        pseudo = true;
        if (regular || !set(name, value))
            fault = "pseudo header field %s is misplaced, unknown or wrong".formatted(name);
    }

    /** Sets what has not been set yet. */
    private boolean set(String name, String value) {
        boolean first;
        switch (name) {
            case ":method" -> {
                first = method == null;
                method = value;
            }
            case ":path" -> {
                first = path == null;
                path = value;
            }
            case ":scheme" -> {
                first = scheme == null;
                scheme = value;
            }
            case ":authority" -> {
                first = authority == null;
                authority = value;
            }
            case ":status" -> {
                first = status == 0;
                status = number(value);
                return first && status != 0;
            }
            default -> first = false;
        }
        return first && value.chars().allMatch(c -> c > ' ' && c != 0x7f);
    }

    private static int number(String status) {
        if (status.length() != 3) return 0;
        for (int i = 0; i < 3; i++) {
            if (status.charAt(i) < '0' || status.charAt(i) > '9') return 0;
        }
        int number = Integer.parseInt(status);
        return number >= 100 ? number : 0;
    }
}
