package io.smarter.resources;

import io.smarter.linux.GroupUsage;

/**
 * What some processes use.
 *
 * @param nanoCores how much of the processors they took lately, in billionths of one; negative when that is not known
 */
public record Consumption(GroupUsage group, long nanoCores) {
    static final Consumption UNKNOWN = new Consumption(GroupUsage.NONE, -1);
}
