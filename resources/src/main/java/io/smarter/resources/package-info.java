/**
 * What a node and its pods use, and what is given up when it runs short. {@link io.smarter.resources.Readings} reads the
 * kernel, when somebody asks; {@link io.smarter.resources.Summary} and {@link io.smarter.resources.ResourceMetrics} tell it
 * in the kubelet's forms.
 */
@NullMarked
package io.smarter.resources;

import org.jspecify.annotations.NullMarked;
