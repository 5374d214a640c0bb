package io.smarter.devices;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.cri.CriException;
import io.smarter.cri.GrpcChannel;
import io.smarter.cri.deviceplugin.DevicePluginOptions;
import io.smarter.cri.deviceplugin.Empty;
import io.smarter.cri.deviceplugin.RegisterRequest;
import io.smarter.cri.podresources.ListPodResourcesRequest;
import io.smarter.cri.podresources.ListPodResourcesResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * The kubelet of the node, or whoever does its work: takes registrations of device plugins (v1beta1) and tells who holds devices
 * (pod resources, v1). Safe for use by many threads.
 */
final class Kubelet implements AutoCloseable {
    static final DevicePluginOptions OPTIONS = DevicePluginOptions.newBuilder()
            .setGetPreferredAllocationAvailable(true)
            .build();

    /** How the sockets of ours begin. */
    static final String PREFIX = "smarter-";

    private static final String VERSION = "v1beta1";
    private static final String SUFFIX = ".sock";
    /** Of a name in a socket's path, so that it fits whatever folder the kubelet has it in. */
    private static final int LONGEST_NAME = 24;

    private static final int DIGITS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path folder;
    private final Path socket;
    private final GrpcChannel registration;
    private final GrpcChannel resources;

    /** @param root such as {@code /var/lib/kubelet} */
    Kubelet(Path root) {
        folder = root.resolve("device-plugins");
        socket = folder.resolve("kubelet.sock");
        registration = new GrpcChannel(socket);
        resources = new GrpcChannel(root.resolve("pod-resources/kubelet.sock"));
    }

    /** Where plugins have their sockets, and the kubelet its own. */
    Path folder() {
        return folder;
    }

    boolean isThere() {
        return Files.exists(socket);
    }

    /** The socket of a resource's plugin. Names that are too long for a socket's path are told by a digest of them. */
    Path socketOf(String resource) {
        var name = resource.substring(resource.indexOf('/') + 1);
        return folder.resolve(PREFIX + (name.length() <= LONGEST_NAME ? name : digest(name)) + SUFFIX);
    }

    private static String digest(String name) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Registers a plugin that listens at a socket in the folder. */
    void register(String resource, Path endpoint) throws CriException {
        var request = RegisterRequest.newBuilder()
                .setVersion(VERSION)
                .setEndpoint(endpoint.getFileName().toString())
                .setResourceName(resource)
                .setOptions(OPTIONS)
                .build();
        registration.unary("/v1beta1.Registration/Register", request, Empty.parser(), PATIENCE);
    }

    /** Which pods hold what. */
    ListPodResourcesResponse podResources() throws CriException {
        return resources.unary(
                "/v1.PodResourcesLister/List",
                ListPodResourcesRequest.getDefaultInstance(),
                ListPodResourcesResponse.parser(),
                PATIENCE);
    }

    @Override
    public void close() {
        registration.close();
        resources.close();
    }
}
