/**
 * The kubelet's side of Kubernetes' device plugins (v1beta1): plugins register, tell of their devices, and are asked when a
 * pod is to get some. Start at {@link DevicePlugins}.
 *
 * <p>What a pod holds is on disk ({@link Ledger}) before its container is made: a crash may leave devices allocated to a pod
 * that is gone, which the next start frees, but never gives one device to two pods. What plugins offer ({@link Inventory})
 * is not kept: they tell it again when they register again.
 */
@NullMarked
package io.smarter.deviceplugin;

import org.jspecify.annotations.NullMarked;
