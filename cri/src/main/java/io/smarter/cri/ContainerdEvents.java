package io.smarter.cri;

import com.google.protobuf.Any;
import com.google.protobuf.Parser;
import com.google.protobuf.Timestamp;
import io.smarter.cri.events.Envelope;
import io.smarter.cri.events.PublishRequest;
import io.smarter.cri.events.SubscribeRequest;
import io.smarter.cri.events.TaskDelete;
import io.smarter.cri.events.TaskExit;
import io.smarter.cri.events.TaskOOM;
import io.smarter.cri.events.TaskStart;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * containerd's own event service, which every version has.
 *
 * <p>It does not say when a subscription has begun: its headers come with the first event. So we publish an event of our
 * own until it comes back; from then on nothing is missed.
 */
final class ContainerdEvents implements EventSource {
    private static final String SERVICE = "/containerd.services.events.v1.Events/";
    static final String NAMESPACE = "k8s.io";
    private static final List<String> TOPICS = List.of("/tasks/start", "/tasks/exit", "/tasks/oom", "/tasks/delete");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final GrpcChannel channel;
    private volatile String marker = "";

    ContainerdEvents(GrpcChannel channel) {
        this.channel = channel;
    }

    @Override
    public boolean announces() {
        return true;
    }

    @Override
    public GrpcCall subscribe() throws CriException {
        var expected = "/smarter/subscribed/" + UUID.randomUUID();
        marker = expected;
        var request = SubscribeRequest.newBuilder().addFilters(filter(expected));
        for (var topic : TOPICS) request.addFilters(filter(topic));
        var call = channel.call(SERVICE + "Subscribe", request.build(), Grpc.request(null), null);
        Thread.ofVirtual().name("announce events").start(() -> announce(expected));
        return call;
    }

    @Override
    public @Nullable RuntimeEvent read(byte[] message) throws CriException {
        var envelope = GrpcChannel.parse("Subscribe", message, Envelope.parser());
        var topic = envelope.getTopic();
        var event = envelope.getEvent().getValue().toByteArray();
        return switch (topic) {
            case "/tasks/start" ->
                new RuntimeEvent.Started(parse(event, TaskStart.parser()).getContainerId());
            case "/tasks/exit" -> exited(parse(event, TaskExit.parser()));
            case "/tasks/oom" ->
                new RuntimeEvent.OutOfMemory(parse(event, TaskOOM.parser()).getContainerId());
            case "/tasks/delete" ->
                new RuntimeEvent.Deleted(parse(event, TaskDelete.parser()).getContainerId());
            default -> {
                if (!topic.equals(marker)) yield null;
                marker = ""; // it may have been published more than once
                yield new RuntimeEvent.Subscribed();
            }
        };
    }

    private static @Nullable RuntimeEvent exited(TaskExit exit) {
        if (!exit.getId().equals(exit.getContainerId())) return null;
        return new RuntimeEvent.Exited(exit.getContainerId(), exit.getExitStatus(), time(exit.getExitedAt()));
    }

    private static Instant time(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    private static <T> T parse(byte[] event, Parser<T> parser) throws CriException {
        return GrpcChannel.parse("event", event, parser);
    }

    private static String filter(String topic) {
        return "namespace==" + NAMESPACE + ",topic==\"" + topic + "\"";
    }

    private void announce(String topic) {
        var request = PublishRequest.newBuilder()
                .setTopic(topic)
                .setEvent(Any.newBuilder().setTypeUrl("smarter.io/subscribed"))
                .build();
        try {
            for (int wait = 5; marker.equals(topic); wait = Math.min(2 * wait, 1000)) {
                var headers = Grpc.request(PATIENCE).add("containerd-namespace", NAMESPACE);
                try (var call = channel.call(SERVICE + "Publish", request, headers, PATIENCE)) {
                    while (call.next() != null) {
                        // an Empty and the end
                    }
                }
                Thread.sleep(wait);
            }
        } catch (CriException _) {
            // the subscription has failed for the same reason, and says so
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
