/** The node agent. */
@NullMarked
package io.smarter.gateway;

import org.jspecify.annotations.NullMarked;
