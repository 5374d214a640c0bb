package io.smarter.edge;

import io.smarter.devices.DevicesStatus;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/** What the program says when it is asked in its container, beside the one that runs, how it stands with the node's devices. */
final class DevicesAnswer {
    private DevicesAnswer() {}

    /**
     * Prints it as JSON.
     *
     * @throws IOException if the devices part keeps nothing
     */
    static void print(Map<String, String> environment, Path folder, PrintStream out) throws IOException {
        var node = EdgeSettings.node(environment);
        var status = DevicesStatus.read(folder).stream()
                .filter(one -> one.node().equals(node))
                .findFirst()
                .orElseThrow(() -> new IOException(
                        "nothing is known of the devices of %s: the part 'devices' is off or has not started"
                                .formatted(node)));
        out.println(status.withHolders().json().compact());
        out.flush();
    }
}
