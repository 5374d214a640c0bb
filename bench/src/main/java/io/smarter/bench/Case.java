package io.smarter.bench;

/** The paper's three cases. */
enum Case {
    /** The image must be pulled. */
    NO_IMAGE("NoImage", "IfNotPresent"),
    /** The image is there and the registry is not asked. */
    IF_NOT_PRESENT("IfNotPresent", "IfNotPresent"),
    /** The image is there and the registry is asked whether it is the newest. */
    ALWAYS("Always", "Always");

    private final String title;
    private final String pullPolicy;

    Case(String title, String pullPolicy) {
        this.title = title;
        this.pullPolicy = pullPolicy;
    }

    String title() {
        return title;
    }

    String pullPolicy() {
        return pullPolicy;
    }
}
