/** The {@code smarter} command. */
module io.smarter.cli {
    requires static transitive org.jspecify;
    requires io.smarter.files;
    requires info.picocli;
    requires io.smarter.agent;
    requires io.smarter.bench;
    requires io.smarter.client;
    requires io.smarter.cloud;
    requires io.smarter.devices;
    requires io.smarter.edge;
    requires io.smarter.gateway;
    requires io.smarter.linux;
    requires io.smarter.network;
    requires io.smarter.registry;
    requires java.logging;
    requires java.net.http;

    opens io.smarter.cli to
            info.picocli;
}
