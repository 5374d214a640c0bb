/**
 * Measurements of a running system, side by side with a named peer. {@link DeployBench} is the SMARTER paper's: from the
 * request for an application to its first datum in the cloud.
 */
@NullMarked
package io.smarter.bench;

import org.jspecify.annotations.NullMarked;
