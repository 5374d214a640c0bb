package io.smarter.edge;

import io.smarter.linux.LinuxNetwork;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;

/** Loads the classes that the program uses, from which the class archive of its image is made. */
final class Training {
    /** Jars of which the program uses most; the others' classes are loaded by these. */
    private static final List<String> OWN = List.of(
            "smarter-edge-",
            "smarter-network-",
            "smarter-dns-",
            "smarter-linux-",
            "smarter-cri-",
            "smarter-client-",
            "smarter-files-",
            "smarter-json-",
            "smarter-http-");

    private static final System.Logger LOG = System.getLogger("io.smarter.edge");

    private Training() {}

    static void run() throws IOException {
        for (var jar : System.getProperty("java.class.path").split(":")) {
            var name = String.valueOf(Path.of(jar).getFileName());
            if (OWN.stream().anyMatch(name::startsWith)) loadAll(Path.of(jar));
        }
        askKernel();
    }

    /** Calls of the kernel make use of many classes that nothing names. */
    private static void askKernel() {
        try (var kernel = LinuxNetwork.open()) {
            LOG.log(
                    Level.INFO,
                    "trained with {0} interfaces, {1} addresses, {2} routes",
                    kernel.links().size(),
                    kernel.addresses().size(),
                    kernel.routes().size());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "trained without the kernel: {0}", e.getMessage());
        }
    }

    private static void loadAll(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            for (var entry : file.stream().toList()) {
                var name = entry.getName();
                if (name.endsWith(".class") && !name.equals("module-info.class"))
                    load(name.substring(0, name.length() - ".class".length()).replace('/', '.'));
            }
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, Training.class.getClassLoader());
        } catch (ClassNotFoundException | NoClassDefFoundError _) {
            // of a server's, with a library that is not in the image
        }
    }
}
