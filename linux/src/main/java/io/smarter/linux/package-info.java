/**
 * What we ask of the kernel: start at {@link io.smarter.linux.Kernel}, for devices at {@link io.smarter.linux.DeviceEvents}
 * and {@link io.smarter.linux.ContainerDevices}; the rest reads and tidies what it shows as files.
 */
@NullMarked
package io.smarter.linux;

import org.jspecify.annotations.NullMarked;
