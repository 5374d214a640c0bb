package io.smarter.gateway;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the agent's process was started from.
 *
 * @param folder of the version that runs
 * @param installed of the version that came with the machine
 * @param restart has this process end and be started again; null if nobody would start it
 */
public record GatewayProgram(
        Path folder, Path installed, @Nullable Runnable restart) {}
