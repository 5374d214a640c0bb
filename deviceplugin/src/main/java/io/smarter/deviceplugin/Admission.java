package io.smarter.deviceplugin;

/** Whether a pod has all the devices that it wants. */
public sealed interface Admission {
    record Granted() implements Admission {}

    /** Not now; to be asked again when something changed. */
    record Waiting(String message) implements Admission {}

    /** It waited for longer than a pod should that could run elsewhere. */
    record Refused(String message) implements Admission {}
}
