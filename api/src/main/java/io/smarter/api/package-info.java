/** The Kubernetes objects that our programs handle, as records; selectors, quantities, patches, names. */
@NullMarked
package io.smarter.api;

import org.jspecify.annotations.NullMarked;
