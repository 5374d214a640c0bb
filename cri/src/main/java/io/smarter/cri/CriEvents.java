package io.smarter.cri;

import io.smarter.cri.v1.ContainerEventResponse;
import io.smarter.cri.v1.ContainerStatus;
import io.smarter.cri.v1.GetEventsRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** CRI's own event service, which CRI-O and containerd from 1.7 on have. It tells nothing about memory. */
final class CriEvents implements EventSource {
    private static final String METHOD = "/runtime.v1.RuntimeService/GetContainerEvents";

    private final GrpcChannel channel;

    CriEvents(GrpcChannel channel) {
        this.channel = channel;
    }

    @Override
    public GrpcCall subscribe() throws CriException {
        return channel.call(METHOD, GetEventsRequest.getDefaultInstance(), Grpc.request(null), null);
    }

    @Override
    public boolean announces() {
        return false;
    }

    @Override
    public @Nullable RuntimeEvent read(byte[] message) throws CriException {
        var event = GrpcChannel.parse(METHOD, message, ContainerEventResponse.parser());
        var id = event.getContainerId();
        return switch (event.getContainerEventType()) {
            case CONTAINER_STARTED_EVENT -> new RuntimeEvent.Started(id);
            case CONTAINER_STOPPED_EVENT -> new RuntimeEvent.Exited(id, exitCode(event), time(event.getCreatedAt()));
            case CONTAINER_DELETED_EVENT -> new RuntimeEvent.Deleted(id);
            case CONTAINER_CREATED_EVENT, UNRECOGNIZED -> null;
        };
    }

    private static int exitCode(ContainerEventResponse event) {
        return event.getContainersStatusesList().stream()
                .filter(status -> status.getId().equals(event.getContainerId()))
                .mapToInt(ContainerStatus::getExitCode)
                .findFirst()
                .orElse(0);
    }

    private static Instant time(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}
