package io.smarter.devices;

/**
 * What is wrong in a file of rules.
 *
 * @param line counted from 1
 * @param text the key, what is allowed, and the value
 */
public record Problem(int line, String text) {
    @Override
    public String toString() {
        return "line " + line + ": " + text;
    }
}
