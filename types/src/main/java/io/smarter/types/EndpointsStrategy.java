package io.smarter.types;

import java.util.List;

/** Whoever uses Endpoints is told what came after them. */
final class EndpointsStrategy implements Strategy {
    @Override
    public List<String> notices() {
        return List.of("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
    }
}
