package io.smarter.serial;

import java.io.IOException;
import java.util.List;

/**
 * Shares a serial port over the network: reads its options, starts the two threads and runs until it is told to stop. Ends with
 * status 0 when it was told to, 1 when it can't go on, 2 when the options are wrong.
 */
public final class SerialMain {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private SerialMain() {}

    /** Runs the program, with the options of {@link SerialSettings}. */
    public static void main(String[] arguments) {
        Runtime.getRuntime().halt(status(List.of(arguments)));
    }

    private static int status(List<String> arguments) {
        var journal = new Journal(System.out::println, System::nanoTime);
        try {
            if (arguments.equals(List.of("train"))) Training.run(journal);
            else serve(SerialSettings.of(arguments), journal);
            return 0;
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return WRONG_USAGE;
        } catch (IOException e) {
            System.err.println(e);
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static void serve(SerialSettings settings, Journal journal) throws IOException {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
        try (var server = new Server(settings, journal)) {
            start(server.device());
            server.run();
        }
    }

    /** A thread whose end is the program's end: the runtime starts it again. */
    static void start(Device device) {
        Thread.ofPlatform().daemon().name("device").start(() -> {
            try {
                device.run();
            } catch (IOException | RuntimeException e) {
                System.err.println(device.line().name() + ": " + e);
                Runtime.getRuntime().halt(FAILED);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
