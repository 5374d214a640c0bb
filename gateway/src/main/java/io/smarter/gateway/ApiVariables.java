package io.smarter.gateway;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variables by which programs in containers find the API (Kubernetes "Accessing the API from within a Pod"): the
 * address that this gateway dials itself, for which the cloud's certificate holds.
 */
final class ApiVariables {
    private static final int HTTPS = 443;

    private ApiVariables() {}

    static Map<String, String> of(URI server) {
        var host = server.getHost();
        var plain = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        var port = Integer.toString(server.getPort() < 0 ? HTTPS : server.getPort());
        var url = "tcp://%s:%s".formatted(host, port);
        var variables = new LinkedHashMap<String, String>();
        variables.put("KUBERNETES_SERVICE_HOST", plain);
        variables.put("KUBERNETES_SERVICE_PORT", port);
        variables.put("KUBERNETES_SERVICE_PORT_HTTPS", port);
        variables.put("KUBERNETES_PORT", url);
        var of = "KUBERNETES_PORT_%s_TCP".formatted(port);
        variables.put(of, url);
        variables.put(of + "_PROTO", "tcp");
        variables.put(of + "_PORT", port);
        variables.put(of + "_ADDR", plain);
        return variables;
    }
}
