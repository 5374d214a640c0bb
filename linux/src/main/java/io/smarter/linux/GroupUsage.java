package io.smarter.linux;

/**
 * What the processes of a control group use, those of the groups below it included; 0 where the kernel does not tell.
 *
 * @param cpuNanos processor time since the group was made
 * @param userNanos the part of it outside the kernel
 * @param systemNanos the part of it in the kernel
 * @param periods how many periods of its quota have passed
 * @param throttledPeriods in how many of them it was held back
 * @param throttledNanos for how long it was held back
 * @param memory in bytes, what the kernel keeps for its files included
 * @param inactiveFile the part of it that the kernel can take back at once
 * @param rss memory that belongs to no file
 * @param cache memory that belongs to files
 * @param memoryLimit in bytes; 0 for none
 */
public record GroupUsage(
        long cpuNanos,
        long userNanos,
        long systemNanos,
        long periods,
        long throttledPeriods,
        long throttledNanos,
        long memory,
        long inactiveFile,
        long rss,
        long cache,
        long memoryLimit,
        long faults,
        long majorFaults,
        long tasks) {
    public static final GroupUsage NONE = new GroupUsage(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** The memory that can't be taken back without harm, as Kubernetes counts it. */
    public long workingSet() {
        return Math.max(0, memory - inactiveFile);
    }
}
