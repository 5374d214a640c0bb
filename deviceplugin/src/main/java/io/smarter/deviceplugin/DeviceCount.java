package io.smarter.deviceplugin;

/**
 * How much of a resource the node has.
 *
 * @param capacity all devices, unhealthy ones included
 * @param allocatable the healthy ones
 * @param gone whether the node is to say nothing of the resource any more
 */
public record DeviceCount(int capacity, int allocatable, boolean gone) {}
