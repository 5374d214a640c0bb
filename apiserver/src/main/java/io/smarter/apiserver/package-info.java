/** The Kubernetes API surface over a {@code Store}; the cloud's end of the tunnel. */
@NullMarked
package io.smarter.apiserver;

import org.jspecify.annotations.NullMarked;
