/**
 * OCI image registry and image assembly. Start at {@link io.smarter.registry.OciArchive}: a {@link
 * io.smarter.registry.Layer} or two and an {@link io.smarter.registry.ImageConfig} become a file that any runtime loads.
 */
@NullMarked
package io.smarter.registry;

import org.jspecify.annotations.NullMarked;
