package io.smarter.devices;

/**
 * Something below {@code /dev} that is not offered.
 *
 * @param path below {@code /dev}
 */
public record Left(String path, String why) {}
