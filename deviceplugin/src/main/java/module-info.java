/** The kubelet's side of Kubernetes' device plugins. */
module io.smarter.deviceplugin {
    requires static transitive org.jspecify;
    requires transitive io.smarter.api;
    requires transitive io.smarter.cri;

    exports io.smarter.deviceplugin;
}
