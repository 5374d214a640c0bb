package io.smarter.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.KeyAgreement;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * Runs the three programs in one process, against an intake of its own, until they have sent twice: so all classes are
 * loaded that each will need. The image's class data archive is made from that.
 */
final class Training {
    private static final char[] PASSWORD = "training".toCharArray();
    private static final int POSTS = 2;

    private final Path folder;

    private Training(Path folder) {
        this.folder = folder;
    }

    static void run() throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("train");
        try {
            new Training(folder).serve();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        } finally {
            try (var left = Files.list(folder)) {
                for (var file : left.toList()) Files.delete(file);
            }
            Files.delete(folder);
        }
    }

    private void serve() throws IOException, InterruptedException, GeneralSecurityException {
        agree();
        try (var intake = intake()) {
            Files.writeString(folder.resolve("url"), "https://127.0.0.1:" + intake.getLocalPort() + "/train");
            Files.writeString(folder.resolve("token"), "none");
            start("uplink");
            await("uplink.sock");
            start("filter");
            await("filter.sock");
            start("sensor");
            answer(intake);
        }
    }

    /** What both ends of a handshake do at the same time, once alone: a race of two to load leaves one class or none. */
    private static void agree() throws GeneralSecurityException {
        var pair = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        var agreement = KeyAgreement.getInstance("X25519");
        agreement.init(pair.getPrivate());
        agreement.doPhase(pair.getPublic(), true);
        agreement.generateSecret();
    }

    private void start(String program) {
        var environment = Map.of(
                "NODE_NAME",
                "training",
                "DEMO_RUN",
                folder.toString(),
                "DEMO_INTAKE",
                folder.toString(),
                "DEMO_INTERVAL_MS",
                "50",
                "DEMO_WINDOW_MS",
                "200",
                "DEMO_HEARTBEAT_MS",
                "10");
        Thread.ofPlatform().daemon().start(() -> {
            try {
                new Demo(environment).run(List.of(program));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void await(String socket) throws InterruptedException {
        while (!Files.exists(folder.resolve(socket))) Thread.sleep(10);
    }

    private void answer(SSLServerSocket intake) throws IOException {
        try (var connection = intake.accept();
                var in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1))) {
            for (int n = 0; n < POSTS; n++) {
                int length = 0;
                for (String line; (line = in.readLine()) != null && !line.isEmpty(); ) {
                    if (line.startsWith("Content-Length: ")) length = Integer.parseInt(line.substring(16));
                }
                if (in.skip(length) != length) throw new IOException("request ended early");
                connection
                        .getOutputStream()
                        .write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".getBytes(StandardCharsets.ISO_8859_1));
                connection.getOutputStream().flush();
            }
        }
    }

    /** Listens with a certificate of an authority, both new; the authority's goes where the uplink looks for it. */
    private SSLServerSocket intake() throws IOException, InterruptedException, GeneralSecurityException {
        keytool("-alias", "ca", "-dname", "CN=ca", "-ext", "bc:c");
        keytool(
                "-alias",
                "intake",
                "-dname",
                "CN=intake",
                "-ext",
                "san=ip:127.0.0.1",
                "-ext",
                "eku=serverAuth",
                "-signer",
                "ca");
        var store = KeyStore.getInstance(folder.resolve("store.p12").toFile(), PASSWORD);
        var pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(store.getCertificate("ca").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        Files.writeString(folder.resolve("ca.crt"), pem);
        store.deleteEntry("ca");
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, PASSWORD);
        var context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), null, null);
        var intake = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        intake.setWantClientAuth(true); // as the cloud's server does
        return intake;
    }

    private void keytool(String... options) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "1"));
        command.addAll(List.of(
                "-storetype", "PKCS12", "-keystore", folder.resolve("store.p12").toString()));
        command.addAll(List.of("-storepass", new String(PASSWORD)));
        command.addAll(List.of(options));
        var keytool = new ProcessBuilder(command).inheritIO().start();
        if (keytool.waitFor() != 0) throw new IOException("keytool ended with status " + keytool.exitValue());
    }
}
