/**
 * What objects look like. {@link io.smarter.schema.Schema} has the kinds of Kubernetes, read from {@code schema.txt};
 * {@link io.smarter.schema.CustomSchema} is one that a client defined. Both are a {@link io.smarter.schema.SchemaType}, along
 * which objects are read ({@code SchemaDecoder}, {@code SchemaProtobuf}), filled in ({@code Defaults}) and written. Pure
 * functions over immutable tables.
 */
@NullMarked
package io.smarter.schema;

import org.jspecify.annotations.NullMarked;
