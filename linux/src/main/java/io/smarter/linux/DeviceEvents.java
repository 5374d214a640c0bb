package io.smarter.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Hears from the kernel what happens to devices: its own messages (netlink(7), {@code NETLINK_KOBJECT_UEVENT}), and changes of
 * the folders below {@code /dev} (inotify(7)), which udev and others make. Tells a listener from one thread, in the order in
 * which each of the two came, until it is closed. Sleeps while nothing happens. Needs the node's network namespace.
 */
public final class DeviceEvents implements AutoCloseable {
    private final UeventSocket uevents;
    private final FolderWatch folders;
    private final int stop;
    private final Consumer<Event> listener;
    private final Thread thread;

    /** What happened. */
    public sealed interface Event {}

    /**
     * The kernel's word on one of its objects.
     *
     * @param action such as {@code add}, {@code remove}, {@code change}
     * @param devpath below {@code /sys}, such as {@code /devices/virtual/block/zram1}
     * @param subsystem such as {@code block}; empty when it has none
     * @param devname the path below {@code /dev}; empty when there is no device file
     * @param major -1 when there is no device file
     * @param minor likewise
     */
    public record Uevent(String action, String devpath, String subsystem, String devname, int major, int minor)
            implements Event {}

    /**
     * Something came into a folder, went from it or has another name there.
     *
     * @param folder below {@code /dev}, such as {@code serial/by-id}; empty for {@code /dev} itself
     */
    public record FolderChanged(String folder) implements Event {}

    /** There was more than the kernel keeps: anything may have happened. */
    public record Lost() implements Event {}

    private DeviceEvents(UeventSocket uevents, FolderWatch folders, int stop, Consumer<Event> listener) {
        this.uevents = uevents;
        this.folders = folders;
        this.stop = stop;
        this.listener = listener;
        this.thread = Thread.ofPlatform().daemon().name("device events").unstarted(this::listen);
    }

    /**
     * Begins to listen: what happens after this returns is told.
     *
     * @param dev where the node's {@code /dev} is mounted
     * @param listener is called from one thread, which it holds up
     * @throws IOException if the folder can't be watched, or the kernel refuses more listeners
     */
    public static DeviceEvents listen(Path dev, Consumer<Event> listener) throws IOException {
        var uevents = UeventSocket.open();
        try {
            var folders = FolderWatch.open(dev);
            try {
                var events = new DeviceEvents(uevents, folders, NativeCalls.event(), listener);
                events.thread.start();
                return events;
            } catch (IOException e) {
                folders.close();
                throw e;
            }
        } catch (IOException e) {
            uevents.close();
            throw e;
        }
    }

    private void listen() {
        try {
            while (true) {
                var ready = NativeCalls.awaitAny(uevents.descriptor(), folders.descriptor(), stop);
                if (ready.get(2)) return;
                if (ready.get(0)) uevents.read(this::tell);
                if (ready.get(1)) folders.read(this::tell);
            }
        } catch (IOException e) {
            log("the kernel tells nothing more of devices", e);
        }
    }

    private void tell(Event event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            log("a device's event was not taken: " + event, e);
        }
    }

    private static void log(String what, Exception why) {
        System.getLogger("io.smarter.linux").log(System.Logger.Level.ERROR, what, why);
    }

    /** Ends at once, but for the event that the listener is busy with. Not to be called by the listener. */
    @Override
    public void close() throws IOException {
        NativeCalls.signal(stop);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return; // the thread still uses them
        }
        NativeCalls.close(stop);
        folders.close();
        uevents.close();
    }
}
