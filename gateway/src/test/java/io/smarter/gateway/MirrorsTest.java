package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MirrorsTest {
    private static final Logger LOG = Logger.getLogger(Mirrors.class.getName());
    private static final Pod POD = PlanSamples.pod("Always", List.of(), "app");

    private final FakeCloud cloud = new FakeCloud();
    private final Mirrors mirrors = new Mirrors(cloud, "edge1", InstantSource.system());
    private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private Thread thread = Thread.currentThread();

    @BeforeEach
    void start() {
        LOG.addHandler(handler);
        cloud.objects.put("Node/edge1", Json.obj("metadata", Json.obj("uid", "n1")));
        thread = Thread.ofVirtual().start(this::run);
    }

    @AfterEach
    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join();
        LOG.removeHandler(handler);
    }

    private void run() {
        try {
            mirrors.run(() -> List.of(POD));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitCreated() throws InterruptedException {
        assertThat(cloud.calls.poll(20, TimeUnit.SECONDS)).isEqualTo("create Pod ");
    }

    @Test
    void goesOnWhateverComesOfAPod() throws InterruptedException {
        cloud.failing = new IllegalStateException("what can't be");
        mirrors.there(Map.of());
        awaitCreated();
    }

    @Test
    void tellsOfAnotherPodOfTheName() throws InterruptedException {
        cloud.objects.put("Pod/p", POD.tree());
        mirrors.there(Map.of());
        awaitCreated();
        assertThat(logged.poll(20, TimeUnit.SECONDS))
                .isEqualTo("static pod farm/p is not shown: another pod of the cloud has its name");
    }

    @Test
    void saysNothingOfItsOwnMirror() throws InterruptedException {
        cloud.objects.put("Pod/p", StaticPod.mirror(POD, "edge1", "n1"));
        mirrors.there(Map.of());
        awaitCreated();
        mirrors.wake();
        awaitCreated(); // so what came of the one before was looked at
        assertThat(logged).isEmpty();
    }
}
