package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.util.List;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SubjectTest {
    static Stream<Arguments> names() {
        return Stream.of(
                argumentSet("a user of two groups", "O=b, O=a, CN=me", new Subject("me", List.of("a", "b"))),
                argumentSet("both in one part of the name", "CN=me+O=a", new Subject("me", List.of("a"))),
                argumentSet("other parts", "C=NL, OU=system:masters, CN=me", new Subject("me", List.of())),
                argumentSet("what looks like two", "CN=\"me, O=a\"", new Subject("me, O=a", List.of())),
                argumentSet("nobody", "", new Subject("", List.of())));
    }

    @ParameterizedTest
    @MethodSource("names")
    void commonNameAndOrganizationsAreRead(String name, Subject subject) {
        assertThat(Subject.of(new X500Principal(name).getEncoded())).isEqualTo(subject);
    }

    @Test
    void whoHasTwoNamesIsNobody() {
        assertThatThrownBy(() -> Subject.of(new X500Principal("CN=a, CN=b").getEncoded()))
                .hasMessageContaining("several common names");
    }
}
