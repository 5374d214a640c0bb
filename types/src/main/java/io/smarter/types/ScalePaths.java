package io.smarter.types;

import java.util.List;

/**
 * Where an object keeps what its {@code scale} subresource shows, as paths of member names.
 *
 * @param selector empty when it has none
 */
public record ScalePaths(List<String> specReplicas, List<String> statusReplicas, List<String> selector) {}
