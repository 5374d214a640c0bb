/**
 * Types. {@link io.smarter.types.Types} is the table; a line of it is an {@link io.smarter.types.ApiType}, what is particular
 * to one is its {@link io.smarter.types.Strategy}. {@code DataTypes} are those that are only kept,
 * {@link io.smarter.types.CustomDefinition} reads what a client defines.
 */
@NullMarked
package io.smarter.types;

import org.jspecify.annotations.NullMarked;
