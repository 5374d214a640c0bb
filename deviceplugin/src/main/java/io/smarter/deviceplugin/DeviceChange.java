package io.smarter.deviceplugin;

import java.util.Set;

/**
 * Something changed with a resource: devices came, went, changed their health or are free again.
 *
 * @param lost the ids of those that were healthy and are not, or not there, any more
 * @param found the ids of those that had been lost and are healthy again
 */
public record DeviceChange(String resource, Set<String> lost, Set<String> found) {}
