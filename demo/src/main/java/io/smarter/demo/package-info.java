/** The demo application: sensor, filter and uplink. */
@NullMarked
package io.smarter.demo;

import org.jspecify.annotations.NullMarked;
