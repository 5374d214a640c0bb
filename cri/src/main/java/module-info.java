/** The container runtime, device plugins and others that speak gRPC over a Unix socket. */
@SuppressWarnings({"requires-transitive-automatic", "module"
}) // protobuf names its module in the manifest; v1 is the wire's version
module io.smarter.cri {
    requires static transitive org.jspecify;
    requires transitive com.google.protobuf;
    requires transitive io.smarter.http;

    exports io.smarter.cri;
    exports io.smarter.cri.deviceplugin;
    exports io.smarter.cri.dra;
    exports io.smarter.cri.events;
    exports io.smarter.cri.pluginregistration;
    exports io.smarter.cri.podresources;
    exports io.smarter.cri.v1;
}
