package io.smarter.deviceplugin;

import java.util.Map;
import java.util.SortedSet;

/**
 * What there is of one resource when a pod asks for some.
 *
 * @param healthy the devices that can be had at all, by id
 * @param free the ids of those that nobody holds
 */
record Stock(State state, Map<String, Device> healthy, SortedSet<String> free) {
    enum State {
        /** No plugin ever registered for it. */
        UNKNOWN,
        /** The node has it without a plugin: somebody wrote it into the Node. */
        UNMANAGED,
        /** A plugin had registered for it, and has gone or not come yet. */
        AWAITED,
        SERVED
    }
}
