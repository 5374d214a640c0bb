package io.smarter.cel;

import java.util.Map;

/**
 * An object whose fields its schema names.
 *
 * @param fields those that are there, by the names that expressions use
 */
public record CelRecord(Map<String, Object> fields) {}
