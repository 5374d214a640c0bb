package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagesTest {
    @ParameterizedTest
    @CsvSource({
        "https://index.docker.io/v1/, busybox, true",
        "docker.io, library/busybox:1, true",
        "registry.example:5000, registry.example:5000/a/b:1, true",
        "https://registry.example/v2/, registry.example/a, true",
        "registry.example/team, registry.example/team/a:1, true",
        "registry.example/team, registry.example/other/a:1, false",
        "registry.example, evil-registry.example/a, false",
        "registry.example, busybox, false",
    })
    void showsCredentialsOnlyToTheirRegistry(String server, String image, boolean fits) {
        assertThat(Images.fits(server, image)).isEqualTo(fits);
    }
}
