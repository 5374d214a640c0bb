package io.smarter.tunnel;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Turns the links of a page that comes through a proxy, so that they lead through it too. Everything else of the page stays
 * as it is, byte for byte. Used by one thread, for one page.
 */
final class ProxyLinks {
    private static final Map<String, Set<String>> LINKS = Map.ofEntries(
            Map.entry("a", Set.of("href")),
            Map.entry("applet", Set.of("codebase")),
            Map.entry("area", Set.of("href")),
            Map.entry("audio", Set.of("src")),
            Map.entry("base", Set.of("href")),
            Map.entry("blockquote", Set.of("cite")),
            Map.entry("body", Set.of("background")),
            Map.entry("button", Set.of("formaction")),
            Map.entry("command", Set.of("icon")),
            Map.entry("del", Set.of("cite")),
            Map.entry("embed", Set.of("src")),
            Map.entry("form", Set.of("action")),
            Map.entry("frame", Set.of("longdesc", "src")),
            Map.entry("head", Set.of("profile")),
            Map.entry("html", Set.of("manifest")),
            Map.entry("iframe", Set.of("longdesc", "src")),
            Map.entry("img", Set.of("longdesc", "src", "usemap")),
            Map.entry("input", Set.of("src", "usemap", "formaction")),
            Map.entry("ins", Set.of("cite")),
            Map.entry("link", Set.of("href")),
            Map.entry("object", Set.of("classid", "codebase", "data", "usemap")),
            Map.entry("q", Set.of("cite")),
            Map.entry("script", Set.of("src")),
            Map.entry("source", Set.of("src")),
            Map.entry("video", Set.of("poster", "src")));

    /** Elements in which nothing is a tag but their own end. */
    private static final List<String> RAW = List.of("script", "style", "textarea", "title");

    private final String page;
    private final UnaryOperator<String> link;
    private final StringBuilder turned;
    private int at;
    private int copied;

    private ProxyLinks(String page, UnaryOperator<String> link) {
        this.page = page;
        this.link = link;
        this.turned = new StringBuilder(page.length() + 256);
    }

    /**
     * @param page of which each char is a byte: what matters here is ASCII
     * @param link gives what a link is to be
     */
    static String turned(String page, UnaryOperator<String> link) {
        return new ProxyLinks(page, link).run();
    }

    private String run() {
        for (at = page.indexOf('<'); at >= 0 && at < page.length(); at = page.indexOf('<', at)) {
            if (page.startsWith("<!--", at)) skipTo("-->");
            else if (at + 1 < page.length() && isLetter(page.charAt(at + 1))) tag();
            else at++;
        }
        return turned.append(page, copied, page.length()).toString();
    }

    private void skipTo(String end) {
        int found = page.indexOf(end, at);
        at = found < 0 ? page.length() : found + end.length();
    }

    private void tag() {
        at++;
        var name = word();
        var links = LINKS.getOrDefault(name, Set.of());
        while (at < page.length() && page.charAt(at) != '>') {
            char c = page.charAt(at);
            if (isSpace(c) || c == '/') at++;
            else attribute(links);
        }
        at++;
        if (!RAW.contains(name)) return;
        while (at < page.length() && !endsHere(name)) at++;
    }

    private boolean endsHere(String name) {
        return page.charAt(at) == '<' && page.regionMatches(true, at, "</" + name, 0, name.length() + 2);
    }

    private void attribute(Set<String> links) {
        int start = at;
        var name = word();
        if (at == start) at++; // a sign that belongs nowhere
        int before = at;
        while (at < page.length() && isSpace(page.charAt(at))) at++;
        if (at >= page.length() || page.charAt(at) != '=') {
            at = before;
            return;
        }
        at++;
        while (at < page.length() && isSpace(page.charAt(at))) at++;
        if (at >= page.length()) return;
        char quote = page.charAt(at);
        boolean quoted = quote == '"' || quote == '\'';
        int from = quoted ? at + 1 : at;
        int to = quoted ? page.indexOf(quote, from) : unquotedEnd(from);
        if (to < 0) to = page.length();
        if (links.contains(name)) {
            turned.append(page, copied, from).append(link.apply(page.substring(from, to)));
            copied = to;
        }
        at = quoted ? to + 1 : to;
    }

    private int unquotedEnd(int from) {
        int to = from;
        while (to < page.length() && !isSpace(page.charAt(to)) && page.charAt(to) != '>') to++;
        return to;
    }

    private String word() {
        int start = at;
        while (at < page.length() && isPartOfName(page.charAt(at))) at++;
        return page.substring(start, at).toLowerCase(Locale.ROOT);
    }

    private static boolean isPartOfName(char c) {
        return !isSpace(c) && c != '/' && c != '>' && c != '=';
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }
}
