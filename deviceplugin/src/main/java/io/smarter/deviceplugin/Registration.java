package io.smarter.deviceplugin;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.cri.CriException;
import io.smarter.cri.CriException.Code;
import io.smarter.cri.GrpcServer;
import io.smarter.cri.GrpcServer.Method;
import io.smarter.cri.deviceplugin.Empty;
import io.smarter.cri.deviceplugin.RegisterRequest;
import io.smarter.http.Sockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where device plugins register: {@code kubelet.sock} in a folder in which they have their own sockets. Plugins watch for
 * that socket to be made anew, or for their own to be removed, and register again; so a start does both.
 */
final class Registration implements AutoCloseable {
    static final String SOCKET = "kubelet.sock";
    static final String VERSION = "v1beta1";

    private static final System.Logger LOG = System.getLogger(Registration.class.getName());
    private static final int LONGEST_PATH = 107;

    private final Path folder;
    private final Inventory inventory;
    private final Ledger ledger;
    private final GrpcServer server;

    /**
     * Takes registrations from now on.
     *
     * @throws IOException if the folder can't be used, or another kubelet serves it
     */
    Registration(Path folder, Inventory inventory, Ledger ledger) throws IOException {
        this.folder = folder;
        this.inventory = inventory;
        this.ledger = ledger;
        clear(folder);
        server = GrpcServer.listen(
                folder.resolve(SOCKET),
                Map.of("/v1beta1.Registration/Register", Method.unary(RegisterRequest.parser(), this::register)));
    }

    @Override
    public void close() throws IOException {
        server.close();
        inventory.close();
    }

    /** Makes a folder for sockets, and removes those that are left in it. */
    static void clear(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
        }
        if (answers(folder.resolve(SOCKET)))
            throw new IOException("another kubelet or gateway answers at " + folder.resolve(SOCKET));
        try (var files = Files.newDirectoryStream(folder, Registration::isSocket)) {
            for (var file : files) Files.deleteIfExists(file);
        }
    }

    private static boolean isSocket(Path file) throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return attributes.isOther();
    }

    private static boolean answers(Path socket) {
        try (var _ = Sockets.unix(socket)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private Empty register(RegisterRequest request) throws IOException {
        var problem = problem(request, folder);
        if (problem == null && !answers(folder.resolve(request.getEndpoint())))
            problem = "endpoint: nobody answers at " + folder.resolve(request.getEndpoint());
        if (problem != null) {
            LOG.log(WARNING, "device plugin of {0} refused: {1}", shown(request.getResourceName()), problem);
            throw new CriException(Code.INVALID_ARGUMENT, problem);
        }
        var resource = request.getResourceName();
        ledger.remember(resource);
        LOG.log(INFO, "device plugin of {0} registered from {1}", resource, request.getEndpoint());
        new Plugin(resource, folder.resolve(request.getEndpoint()), request.getOptions(), inventory).start();
        return Empty.getDefaultInstance();
    }

    /** What is wrong with a registration; null for nothing. */
    static @Nullable String problem(RegisterRequest request, Path folder) {
        if (!request.getVersion().equals(VERSION))
            return "version: must be %s, was '%s'".formatted(VERSION, shown(request.getVersion()));
        if (!Want.isExtended(request.getResourceName()))
            return "resource_name: must be a domain other than kubernetes.io, '/' and a name, was '%s'"
                    .formatted(shown(request.getResourceName()));
        var endpoint = request.getEndpoint();
        boolean plain = !endpoint.isEmpty() && endpoint.indexOf('/') < 0 && endpoint.indexOf('\0') < 0;
        if (!plain || endpoint.equals(".") || endpoint.equals("..") || endpoint.equals(SOCKET))
            return "endpoint: must be the name of a socket in %s, was '%s'".formatted(folder, shown(endpoint));
        if (folder.resolve(endpoint).toString().length() > LONGEST_PATH)
            return "endpoint: %s/%s is longer than the %d characters that a socket's path may have"
                    .formatted(folder, shown(endpoint), LONGEST_PATH);
        return null;
    }

    private static String shown(String text) {
        return text.length() <= 128 ? text : text.substring(0, 128) + "…";
    }
}
