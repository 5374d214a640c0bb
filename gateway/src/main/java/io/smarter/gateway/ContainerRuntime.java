package io.smarter.gateway;

import io.smarter.cri.v1.AttachRequest;
import io.smarter.cri.v1.AuthConfig;
import io.smarter.cri.v1.ContainerConfig;
import io.smarter.cri.v1.ExecRequest;
import io.smarter.cri.v1.ExecSyncResponse;
import io.smarter.cri.v1.Image;
import io.smarter.cri.v1.PodSandboxConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What runs containers, as far as pods need it. Safe for use by many threads; every call may block. */
interface ContainerRuntime {
    /** Everything that belongs to a pod. */
    Observed observe(String uid) throws IOException;

    /** The pods of which this node's agent left something, by uid. */
    Set<String> pods() throws IOException;

    /** The pod to which a container or sandbox belongs that was seen before; null when it was not. */
    @Nullable
    String podOf(String id);

    /** Lets go of what is remembered of a pod. */
    void forget(String uid);

    /** @param handler names one of the runtime's configurations; empty for the usual one */
    String runSandbox(PodSandboxConfig config, String handler) throws IOException;

    void stopSandbox(String id) throws IOException;

    void removeSandbox(String id) throws IOException;

    String create(String sandbox, ContainerConfig config, PodSandboxConfig sandboxConfig) throws IOException;

    void start(String id) throws IOException;

    void stop(String id, Duration grace) throws IOException;

    /**
     * Stops a container with a signal of our choice.
     *
     * @throws io.smarter.cri.CriException with the code UNIMPLEMENTED if this runtime cannot; nothing is done then
     */
    void stop(String id, int signal, Duration grace) throws IOException;

    void remove(String id) throws IOException;

    /** Has a container write to its log under the log's name, after that file was renamed. */
    void reopenLog(String id) throws IOException;

    Optional<Image> image(String name) throws IOException;

    /** Gives the image's id. */
    String pull(String name, AuthConfig credentials, PodSandboxConfig sandboxConfig) throws IOException;

    ExecSyncResponse run(String id, List<String> command, Duration timeout) throws IOException;

    URI exec(ExecRequest request) throws IOException;

    URI attach(AttachRequest request) throws IOException;

    URI portForward(String sandbox) throws IOException;
}
