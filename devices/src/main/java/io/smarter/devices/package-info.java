/** The devices of a node, given to pods by the rules of its owner. */
@NullMarked
package io.smarter.devices;

import org.jspecify.annotations.NullMarked;
