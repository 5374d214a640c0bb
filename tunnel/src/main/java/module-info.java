/** How gateways join, dial in and get their agents, and what goes to their pods through the tunnel: logs, exec, port-forward, proxy. */
module io.smarter.tunnel {
    requires static transitive org.jspecify;
    requires io.smarter.files;
    requires transitive io.smarter.agent;
    requires transitive io.smarter.api;
    requires transitive io.smarter.http;
    requires transitive io.smarter.pki;
    requires io.smarter.requests;
    requires transitive io.smarter.store;

    exports io.smarter.tunnel;
}
