package io.smarter.network;

import static io.smarter.network.CniException.Code.BAD_CONFIGURATION;
import static io.smarter.network.CniException.Code.BAD_ENVIRONMENT;
import static io.smarter.network.CniException.Code.INCOMPATIBLE_VERSION;
import static io.smarter.network.CniException.Code.IO_FAILURE;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.json.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The resident part of the CNI plugin: answers the program that the runtime starts, over a Unix socket that only root may use.
 * The program sends its variables, each ended by a zero byte, one more zero byte, and its input; it gets {@code 0} for success
 * or {@code 1}, and what it is to print.
 */
final class CniServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CniServer.class.getName());
    private static final int LONGEST = 1 << 20;
    private static final int LONGEST_VARIABLE = 16 << 10;
    private static final int MOST_VARIABLES = 16;
    /** The kernel works on one change of its interfaces at a time. */
    private static final int THREADS = 8;

    private static final Duration REST = Duration.ofMillis(100);

    private final ServerSocketChannel socket;
    private final Attachments attachments;
    private final ExecutorService threads;

    private CniServer(ServerSocketChannel socket, Attachments attachments) {
        this.socket = socket;
        this.attachments = attachments;
        // Calls into the kernel hold on to their threads, which virtual ones share with all others.
        var pool = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("cni-", 0).factory());
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
    }

    /** Answers from now on. */
    static CniServer listen(Path path, Attachments attachments) throws IOException {
        Files.deleteIfExists(path); // of one that was killed
        var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            socket.bind(UnixDomainSocketAddress.of(path), THREADS * 16);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        var server = new CniServer(socket, attachments);
        Thread.ofVirtual().name("cni").start(server::accept);
        return server;
    }

    private void accept() {
        while (socket.isOpen()) {
            try {
                var connection = socket.accept();
                threads.execute(() -> answer(connection));
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException | RejectedExecutionException e) {
                LOG.log(ERROR, "a call of the plugin is not taken", e);
                if (!rested()) return;
            }
        }
    }

    /** After a moment in which others may give back what there was too little of, such as files; false when interrupted. */
    private static boolean rested() {
        try {
            Thread.sleep(REST);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void answer(SocketChannel connection) {
        try (connection;
                var input = new BufferedInputStream(Channels.newInputStream(connection))) {
            var answer = answer(variables(input), input.readNBytes(LONGEST));
            var bytes = ByteBuffer.wrap(answer.getBytes(UTF_8));
            while (bytes.hasRemaining()) connection.write(bytes);
        } catch (IOException e) {
            LOG.log(WARNING, "a call of the plugin is not answered: {0}", e.getMessage());
        }
    }

    private static Map<String, String> variables(InputStream input) throws IOException {
        var variables = new HashMap<String, String>();
        while (variables.size() <= MOST_VARIABLES) {
            var text = text(input);
            if (text.isEmpty()) return variables;
            int equals = text.indexOf('=');
            if (equals > 0) variables.put(text.substring(0, equals), text.substring(equals + 1));
        }
        throw new IOException("more than %d variables".formatted(MOST_VARIABLES));
    }

    private static String text(InputStream input) throws IOException {
        var bytes = new java.io.ByteArrayOutputStream();
        for (int read = input.read(); read != 0; read = input.read()) {
            if (read < 0) throw new IOException("the call ends early");
            if (bytes.size() == LONGEST_VARIABLE)
                throw new IOException("a variable is longer than %d bytes".formatted(LONGEST_VARIABLE));
            bytes.write(read);
        }
        return bytes.toString(UTF_8);
    }

    /** What the program is to do: its status and its output. */
    String answer(Map<String, String> variables, byte[] input) {
        var version = CniRequest.VERSIONS.getLast();
        try {
            var request = CniRequest.read(variables, input);
            version = request.version();
            return "0" + answer(request);
        } catch (CniException e) {
            return failed(version, variables, e);
        } catch (IOException | RuntimeException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            LOG.log(WARNING, "call of the plugin failed", e);
            return failed(version, variables, new CniException(IO_FAILURE, String.valueOf(cause.getMessage()), e));
        }
    }

    private static String failed(String version, Map<String, String> variables, CniException e) {
        LOG.log(WARNING, "{0} {1}: {2}", variables.get("CNI_COMMAND"), variables.get("CNI_ARGS"), e.getMessage());
        return "1" + CniResult.of(version, e).compact() + "\n";
    }

    private String answer(CniRequest request) throws CniException, IOException {
        switch (request.command()) {
            case "ADD" -> {
                request.checkAttachment(true);
                return CniResult.of(request.version(), attachments.add(request)).compact() + "\n";
            }
            case "DEL" -> {
                request.checkAttachment(false);
                attachments.remove(request.key());
            }
            case "CHECK" -> check(request);
            case "GC" -> collect(request);
            case "STATUS" -> since(request, "1.1.0");
            default ->
                throw new CniException(
                        BAD_ENVIRONMENT,
                        "CNI_COMMAND must be ADD, DEL, CHECK, GC, STATUS or VERSION, was '%s'"
                                .formatted(request.command()));
        }
        return "";
    }

    private void check(CniRequest request) throws CniException, IOException {
        since(request, "0.4.0");
        request.checkAttachment(true);
        var trouble = attachments.check(request);
        if (!trouble.isEmpty()) throw new CniException(IO_FAILURE, trouble);
    }

    private void collect(CniRequest request) throws CniException, IOException {
        since(request, "1.1.0");
        if (!(request.config().get("cni.dev/valid-attachments") instanceof Json.Arr valid))
            throw new CniException(BAD_CONFIGURATION, "cni.dev/valid-attachments must be a list");
        var keys = new HashSet<String>();
        for (var one : valid.items()) keys.add(Lease.key(one.textOrEmpty("containerID"), one.textOrEmpty("ifname")));
        attachments.collect(keys);
    }

    private static void since(CniRequest request, String version) throws CniException {
        if (CniRequest.VERSIONS.indexOf(request.version()) < CniRequest.VERSIONS.indexOf(version))
            throw new CniException(
                    INCOMPATIBLE_VERSION,
                    "%s is there since version %s, not in %s".formatted(request.command(), version, request.version()));
    }

    /** Lets nobody in any more, and those that are in end. */
    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) threads.shutdownNow();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
