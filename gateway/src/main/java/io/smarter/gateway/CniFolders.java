package io.smarter.gateway;

import java.nio.file.Path;

/**
 * Where the gateway's own containerd finds the pods' network: whoever makes one puts a configuration into the one folder and the
 * plugins that it names into the other.
 */
public record CniFolders(Path config, Path programs) {
    /** Where everybody looks for them. */
    public static final CniFolders USUAL = new CniFolders(Path.of("/etc/cni/net.d"), Path.of("/opt/cni/bin"));

    public CniFolders {
        check("cni-conf-dir", config);
        check("cni-bin-dir", programs);
    }

    private static void check(String what, Path folder) {
        if (!folder.isAbsolute())
            throw new IllegalArgumentException("%s: must be an absolute path, was '%s'".formatted(what, folder));
    }
}
