/**
 * What clients are told about the types: {@link io.smarter.openapi.Discovery} which there are, {@link io.smarter.openapi.OpenApi}
 * what their objects look like, in versions 2 and 3.
 */
@NullMarked
package io.smarter.openapi;

import org.jspecify.annotations.NullMarked;
