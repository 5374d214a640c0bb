package io.smarter.edge;

import io.smarter.cri.v1.VersionResponse;
import io.smarter.devices.Devices;
import io.smarter.http.Tls;
import io.smarter.linux.LinuxNetwork;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;

/** Loads the classes that the program uses, from which the class archive of its image is made. */
final class Training {
    /** Jars of which the program uses most; the others' classes are loaded by these. */
    private static final List<String> OWN = List.of(
            "smarter-edge-",
            "smarter-network-",
            "smarter-devices-",
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
        loadSeen();
        askKernel();
        greet();
        Devices.rehearse(Path.of("/dev"), Path.of("/sys"));
    }

    /** What a program with pods and a cluster was seen to load; a JDK that has no such class any more does without. */
    private static void loadSeen() throws IOException {
        try (var list = Training.class.getResourceAsStream("classes.txt")) {
            if (list == null) throw new IOException("classes.txt is missing");
            new String(list.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(Training::load);
        }
    }

    /** The first words of a TLS connection, and a message for the runtime, need hundreds of classes. */
    private static void greet() {
        try {
            var engine = Tls.context(null, List.of()).createSSLEngine("localhost", 443);
            engine.setUseClientMode(true);
            var hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            LOG.log(Level.INFO, "trained with TLS: {0}", engine.wrap(ByteBuffer.allocate(0), hello));
            var version =
                    VersionResponse.newBuilder().setRuntimeName("containerd").build();
            LOG.log(
                    Level.INFO,
                    "trained with {0}",
                    VersionResponse.parseFrom(version.toByteArray()).getRuntimeName());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "trained without TLS and messages: {0}", e.getMessage());
        }
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
