package io.smarter.bench;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.cri.CriClient;
import io.smarter.cri.v1.ContainerFilter;
import io.smarter.cri.v1.PodSandboxFilter;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;

/** Deploys one application, waits for its datum, and removes it. Used by one thread. */
final class Deployment {
    private static final Duration MOST = Duration.ofMinutes(2);
    private static final String UID_LABEL = "io.kubernetes.pod.uid";

    private final ApiClient api;
    private final CriClient cri;
    private final PodWatch pods;
    private final DatumWatch data;
    private final StartWatch starts;

    Deployment(ApiClient api, CriClient cri, PodWatch pods, DatumWatch data, StartWatch starts) {
        this.api = api;
        this.cri = cri;
        this.pods = pods;
        this.data = data;
        this.starts = starts;
    }

    /** Runs it once. */
    Timeline run(String name, Json.Obj daemonSet) throws IOException, InterruptedException {
        pods.seen().expect(name);
        pods.gone().expect(name);
        data.arrived().expect(Application.datum(name));
        var ends = new EnumMap<Stage, Instant>(Stage.class);
        var asked = Instant.now();
        api.create(Resource.DAEMON_SETS, Application.NAMESPACE, daemonSet);
        try {
            ends.put(Stage.APPLY, Instant.now());
            var pod = pods.seen().await(name, MOST);
            ends.put(Stage.CONTROLLER, pod.at());
            ends.put(
                    Stage.DATUM,
                    data.arrived().await(Application.datum(name), MOST).at());
            readRuntime(pod.what(), ends);
        } finally {
            api.delete(Resource.DAEMON_SETS, Application.NAMESPACE, name, Json.obj("propagationPolicy", "Background"));
        }
        pods.gone().await(name, MOST);
        return new Timeline(asked, ends);
    }

    /** What the runtime remembers of a pod's sandbox and container. */
    private void readRuntime(String uid, EnumMap<Stage, Instant> ends) throws IOException {
        var sandboxes = cri.listPodSandbox(
                PodSandboxFilter.newBuilder().putLabelSelector(UID_LABEL, uid).build());
        for (var sandbox : sandboxes) {
            ends.put(Stage.GATEWAY, instant(sandbox.getCreatedAt()));
            var started = starts.started(sandbox.getId());
            if (started != null) ends.put(Stage.SANDBOX, started);
        }
        var containers = cri.listContainers(
                ContainerFilter.newBuilder().putLabelSelector(UID_LABEL, uid).build());
        for (var container : containers) {
            var status = cri.containerStatus(container.getId());
            ends.put(Stage.CONTAINER, instant(status.getCreatedAt()));
            ends.put(Stage.START, instant(status.getStartedAt()));
        }
        if (sandboxes.size() != 1 || containers.size() != 1)
            throw new IOException(
                    "pod %s: one sandbox and one container expected in the runtime, found %d and %d; is it this gateway's?"
                            .formatted(uid, sandboxes.size(), containers.size()));
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000);
    }
}
