package io.smarter.http;

/**
 * What a client asks for.
 *
 * @param path without query, still percent-encoded
 */
record NettyRequest(String method, String path, Query query, Headers headers, NettyPeer peer) {
    /** @param target in origin form or absolute form (RFC 9112 §3.2) */
    static NettyRequest of(String method, String target, Headers headers, NettyPeer peer) {
        var origin = target;
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        if (scheme >= 0) {
            int slash = target.indexOf('/', scheme + 3);
            origin = slash < 0 ? "/" : target.substring(slash);
        }
        int mark = origin.indexOf('?');
        var path = mark < 0 ? origin : origin.substring(0, mark);
        var query = Query.parse(mark < 0 ? null : origin.substring(mark + 1));
        return new NettyRequest(method, path, query, headers, peer);
    }
}
