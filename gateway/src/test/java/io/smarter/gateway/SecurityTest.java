package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.cri.v1.Image;
import io.smarter.cri.v1.Int64Value;
import io.smarter.cri.v1.LinuxContainerSecurityContext;
import io.smarter.cri.v1.NamespaceMode;
import io.smarter.json.Json;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SecurityTest {
    private static final Image ROOT = Image.getDefaultInstance();
    private static final Image NUMBERED =
            Image.newBuilder().setUid(Int64Value.newBuilder().setValue(1234)).build();
    private static final Image NAMED = Image.newBuilder().setUsername("web").build();

    static Stream<Arguments> users() {
        return Stream.of(
                argumentSet("nothing is asked for", "{}", NAMED, "- - -"),
                argumentSet("a user", "{'runAsUser': 7}", NAMED, "7 - -"),
                argumentSet("a user and a group", "{'runAsUser': 7, 'runAsGroup': 8}", NAMED, "7 - 8"),
                argumentSet("a group for root", "{'runAsGroup': 8}", ROOT, "0 - 8"),
                argumentSet("a group for the image's user", "{'runAsGroup': 8}", NUMBERED, "1234 - 8"),
                argumentSet("a group for the image's user by name", "{'runAsGroup': 8}", NAMED, "- web 8"));
    }

    @ParameterizedTest
    @MethodSource("users")
    void aGroupLeavesTheImagesUser(String context, Image image, String user) throws ConfigException {
        var own = Json.obj("securityContext", Json.parse(context.replace('\'', '"')));
        var pod = new Pod(Json.obj("spec", own));
        assertThat(text(new Security(pod).container(new Container(Json.Obj.EMPTY), image, null)))
                .isEqualTo(user);
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                argumentSet("processes of its own", "{}", NamespaceMode.TARGET),
                argumentSet("all processes of the pod", "{'shareProcessNamespace': true}", NamespaceMode.POD),
                argumentSet("all processes of the node", "{'hostPID': true}", NamespaceMode.NODE));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aTargetsProcessesAreSeenUnlessAllAre(String spec, NamespaceMode mode) throws ConfigException {
        var pod = new Pod(Json.obj("spec", Json.parse(spec.replace('\'', '"'))));
        var options = new Security(pod)
                .container(new Container(Json.Obj.EMPTY), ROOT, "app-0")
                .getNamespaceOptions();
        assertThat(options.getPid()).isEqualTo(mode);
        assertThat(options.getTargetId()).isEqualTo(mode == NamespaceMode.TARGET ? "app-0" : "");
    }

    private static String text(LinuxContainerSecurityContext context) {
        return "%s %s %s"
                .formatted(
                        context.hasRunAsUser() ? context.getRunAsUser().getValue() : "-",
                        context.getRunAsUsername().isEmpty() ? "-" : context.getRunAsUsername(),
                        context.hasRunAsGroup() ? context.getRunAsGroup().getValue() : "-");
    }
}
