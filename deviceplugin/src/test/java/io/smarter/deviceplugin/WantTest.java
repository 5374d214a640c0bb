package io.smarter.deviceplugin;

import static io.smarter.deviceplugin.TestPods.CAMERA;
import static io.smarter.deviceplugin.TestPods.container;
import static io.smarter.deviceplugin.TestPods.sidecar;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.deviceplugin.Want.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WantTest {
    @Test
    void aPodWantsWhatItsContainersAreLimitedTo() {
        var pod = TestPods.pod(
                "u1",
                List.of(container("load", Map.of(CAMERA, "2")), sidecar("proxy", Map.of(CAMERA, 1, "cpu", "1"))),
                List.of(container("app", Map.of(CAMERA, "0", "smarter.io/mic", "1k"))));
        assertThat(Want.of(pod))
                .containsExactly(
                        new Want("load", Kind.INIT, CAMERA, 2),
                        new Want("proxy", Kind.SIDECAR, CAMERA, 1),
                        new Want("app", Kind.MAIN, "smarter.io/mic", 1000));
    }

    @ParameterizedTest
    @CsvSource({
        "smarter.io/camera, true",
        "example.com/a.b_c-d, true",
        "cpu, false",
        "hugepages-2Mi, false",
        "kubernetes.io/camera, false",
        "node.kubernetes.io/camera, false",
        "notkubernetes.io/camera, true",
        "requests.smarter.io/camera, false",
        "smarter.io/, false",
        "/camera, false",
        "smarter.io/a/b, false",
        "smarter.io/Ünlich, false"
    })
    void extendedResourcesHaveADomainOfSomebodyElse(String name, boolean extended) {
        assertThat(Want.isExtended(name)).isEqualTo(extended);
    }
}
