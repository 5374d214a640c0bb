/** List, watch, write and cache against any Kubernetes API; the gateway's end of the tunnel. */
@NullMarked
package io.smarter.client;

import org.jspecify.annotations.NullMarked;
