/**
 * Checks of objects of the built-in kinds. {@link io.smarter.validation.Validation} finds the one of a kind; each is a pure
 * function that reports errors in the words of the original.
 */
@NullMarked
package io.smarter.validation;

import org.jspecify.annotations.NullMarked;
