package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** In a network namespace with an uplink, and a bridge of somebody's containers that came later. */
@Tag("root")
class NodeFactsRootTest {
    private final String namespace = "smarter-test-" + ProcessHandle.current().pid();

    @BeforeEach
    void makeNetwork() throws Exception {
        run("ip", "netns", "add", namespace);
        inside("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1");
        inside("ip", "address", "add", "192.0.2.10/24", "dev", "up0");
        inside("ip", "link", "set", "up0", "up");
        inside("ip", "link", "set", "up1", "up");
        inside("ip", "link", "set", "lo", "up");
        inside("ip", "link", "add", "bridge0", "type", "bridge");
        inside("ip", "address", "add", "198.18.0.1/24", "dev", "bridge0");
        inside("ip", "link", "set", "bridge0", "up");
    }

    @AfterEach
    void removeNetwork() throws Exception {
        run("ip", "netns", "delete", namespace);
    }

    @Test
    void isReachedAtTheAddressOfTheDefaultRouteByAPeerOnThisMachine() throws Exception {
        inside("ip", "route", "add", "default", "via", "192.0.2.1");
        assertThat(address("127.0.0.1")).isEqualTo("192.0.2.10");
    }

    @Test
    void isReachedWhereTheRouteToAPeerLeaves() throws Exception {
        inside("ip", "route", "add", "default", "via", "192.0.2.1");
        assertThat(address("198.18.0.7")).isEqualTo("198.18.0.1");
    }

    @Test
    void isReachedSomewhereWhenThereIsNoRoute() throws Exception {
        assertThat(address("127.0.0.1")).isIn("192.0.2.10", "198.18.0.1");
    }

    private String address(String peer) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        var classes = Stream.of("jdk.module.path", "java.class.path")
                .map(name -> System.getProperty(name, ""))
                .collect(Collectors.joining(File.pathSeparator, "target/test-classes" + File.pathSeparator, ""));
        return inside(java, "-cp", classes, Asked.class.getName(), peer);
    }

    /** The program that runs in the namespace. */
    static final class Asked {
        private Asked() {}

        public static void main(String[] arguments) {
            System.out.println(new NodeFacts(GatewaySettings.HostPaths.REAL).address(arguments[0]));
        }
    }

    private String inside(String... command) throws Exception {
        var inside = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        inside.addAll(List.of(command));
        return run(inside.toArray(String[]::new));
    }

    private static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) throw new IOException("%s: %s".formatted(List.of(command), output));
        return output;
    }
}
