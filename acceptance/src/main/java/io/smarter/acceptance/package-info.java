/** Whole-system tests. */
@NullMarked
package io.smarter.acceptance;

import org.jspecify.annotations.NullMarked;
