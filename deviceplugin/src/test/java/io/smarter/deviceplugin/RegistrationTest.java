package io.smarter.deviceplugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.cri.deviceplugin.RegisterRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistrationTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "fine",
            value = {
                "v1beta1, smarter.io/camera, camera.sock, fine",
                "v1beta2, smarter.io/camera, camera.sock, 'version: must be v1beta1, was ''v1beta2'''",
                "'', smarter.io/camera, camera.sock, 'version: must be v1beta1, was '''''",
                "v1beta1, camera, camera.sock, 'resource_name: must be a domain other than kubernetes.io, ''/'' and a name,"
                        + " was ''camera'''",
                "v1beta1, x.kubernetes.io/camera, camera.sock, 'resource_name: must be a domain other than kubernetes.io,"
                        + " ''/'' and a name, was ''x.kubernetes.io/camera'''",
                "v1beta1, smarter.io/camera, '', endpoint",
                "v1beta1, smarter.io/camera, .., endpoint",
                "v1beta1, smarter.io/camera, ../camera.sock, endpoint",
                "v1beta1, smarter.io/camera, /run/camera.sock, endpoint",
                "v1beta1, smarter.io/camera, kubelet.sock, endpoint"
            })
    void registrationsAreChecked(String version, String resource, String endpoint, String problem) {
        var request = RegisterRequest.newBuilder()
                .setVersion(version)
                .setResourceName(resource)
                .setEndpoint(endpoint)
                .build();
        var expected = "endpoint".equals(problem)
                ? "endpoint: must be the name of a socket in /plugins, was '%s'".formatted(endpoint)
                : problem;
        assertThat(Registration.problem(request, Path.of("/plugins"))).isEqualTo(expected);
    }

    @Test
    void aSocketsNameHasALimit() {
        var request = RegisterRequest.newBuilder()
                .setVersion("v1beta1")
                .setResourceName("smarter.io/camera")
                .setEndpoint("c".repeat(99))
                .build();
        assertThat(Registration.problem(request, Path.of("/plugins"))).contains("longer than the 107 characters");
    }
}
