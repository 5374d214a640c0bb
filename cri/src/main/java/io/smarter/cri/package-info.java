/** The container runtime over its Unix socket. */
@NullMarked
package io.smarter.cri;

import org.jspecify.annotations.NullMarked;
