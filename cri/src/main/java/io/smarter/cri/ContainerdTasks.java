package io.smarter.cri;

import com.google.protobuf.Empty;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.smarter.cri.CriException.Code;
import io.smarter.cri.tasks.KillRequest;
import io.smarter.cri.tasks.WaitRequest;
import io.smarter.cri.tasks.WaitResponse;
import java.time.Duration;

/** The first processes of containers, in containerd's own task service, which every version has. */
record ContainerdTasks(GrpcChannel channel) {
    private static final String SERVICE = "/containerd.services.tasks.v1.Tasks/";
    private static final Duration QUICK = Duration.ofSeconds(30);

    /** Sends a signal; no error if there is nothing to send it to. */
    void kill(String containerId, int signal) throws CriException {
        var request = KillRequest.newBuilder()
                .setContainerId(containerId)
                .setSignal(signal)
                .build();
        try {
            call("Kill", request, Empty.parser(), QUICK);
        } catch (CriException e) {
            if (e.code() != Code.NOT_FOUND) throw e;
        }
    }

    /** Waits until a container has ended, at most for some time. */
    void await(String containerId, Duration patience) throws CriException {
        var request = WaitRequest.newBuilder().setContainerId(containerId).build();
        try {
            call("Wait", request, WaitResponse.parser(), patience);
        } catch (CriException e) {
            if (e.code() != Code.NOT_FOUND && e.code() != Code.DEADLINE_EXCEEDED) throw e;
        }
    }

    private <T extends MessageLite> void call(String call, MessageLite request, Parser<T> answer, Duration deadline)
            throws CriException {
        var headers = Grpc.request(deadline).add("containerd-namespace", ContainerdEvents.NAMESPACE);
        channel.unary(SERVICE + call, request, answer, headers, deadline);
    }
}
