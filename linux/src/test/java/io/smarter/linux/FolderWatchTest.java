package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.smarter.linux.DeviceEvents.Event;
import io.smarter.linux.DeviceEvents.FolderChanged;
import io.smarter.linux.DeviceEvents.Lost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderWatchTest {
    @TempDir
    private Path root;

    private static List<Event> changes(FolderWatch watch) throws IOException {
        var events = new ArrayList<Event>();
        watch.read(events::add);
        return events;
    }

    @Test
    void namesThatComeAndGoAreSeenAndWritesAreNot() throws IOException {
        var by = Files.createDirectories(root.resolve("serial/by-id"));
        var file = Files.writeString(root.resolve("null"), "");
        try (var watch = FolderWatch.open(root)) {
            Files.writeString(file, "written");
            Files.setLastModifiedTime(file, FileTime.fromMillis(0));
            assertThat(changes(watch)).isEmpty();
            Files.createSymbolicLink(by.resolve("usb-one"), Path.of("../../ttyUSB0"));
            assertThat(changes(watch)).containsExactly(new FolderChanged("serial/by-id"));
            Files.move(by.resolve("usb-one"), by.resolve("usb-two"));
            Files.delete(file);
            assertThat(changes(watch)).containsExactly(new FolderChanged("serial/by-id"), new FolderChanged(""));
            Files.delete(by.resolve("usb-two"));
            assertThat(changes(watch)).containsExactly(new FolderChanged("serial/by-id"));
        }
    }

    @Test
    void foldersAreFollowedAsTheyComeGoAndMove() throws IOException {
        try (var watch = FolderWatch.open(root)) {
            var deep = Files.createDirectories(root.resolve("bus/usb/001"));
            assertThat(changes(watch))
                    .contains(
                            new FolderChanged(""),
                            new FolderChanged("bus"),
                            new FolderChanged("bus/usb"),
                            new FolderChanged("bus/usb/001"));
            assertThat(changes(watch)).isSubsetOf(new FolderChanged("bus"), new FolderChanged("bus/usb"));
            Files.writeString(deep.resolve("004"), "");
            assertThat(changes(watch)).containsExactly(new FolderChanged("bus/usb/001"));
            Files.move(root.resolve("bus"), root.resolve("buses"));
            assertThat(changes(watch)).contains(new FolderChanged(""), new FolderChanged("buses/usb/001"));
            Files.delete(root.resolve("buses/usb/001/004"));
            assertThat(changes(watch)).containsExactly(new FolderChanged("buses/usb/001"));
            Files.delete(root.resolve("buses/usb/001"));
            assertThat(changes(watch)).containsExactly(new FolderChanged("buses/usb"));
            Files.createDirectory(root.resolve("buses/usb/001"));
            assertThat(changes(watch)).contains(new FolderChanged("buses/usb/001"));
            Files.writeString(root.resolve("buses/usb/001/005"), "");
            assertThat(changes(watch)).containsExactly(new FolderChanged("buses/usb/001"));
        }
    }

    @Test
    void linksAndSharedMemoryAreNotGoneInto() throws IOException {
        var elsewhere = Files.createDirectories(root.resolve("elsewhere"));
        var dev = root.resolve("dev");
        Files.createDirectories(dev.resolve("shm"));
        Files.createSymbolicLink(dev.resolve("link"), elsewhere);
        Files.createSymbolicLink(dev.resolve("round"), dev);
        try (var watch = FolderWatch.open(dev)) {
            Files.createSymbolicLink(dev.resolve("later"), elsewhere);
            assertThat(changes(watch)).containsExactly(new FolderChanged(""));
            Files.writeString(elsewhere.resolve("file"), "");
            Files.writeString(dev.resolve("shm/file"), "");
            assertThat(changes(watch)).isEmpty();
        }
    }

    @Test
    void moreThanTheKernelKeepsIsSaidAndWatchedOn() throws IOException {
        int kept = Integer.parseInt(Files.readAllLines(Path.of("/proc/sys/fs/inotify/max_queued_events"))
                .getFirst());
        try (var watch = FolderWatch.open(root)) {
            for (int i = 0; i <= kept / 2; i++) {
                Files.writeString(root.resolve("one"), "");
                Files.delete(root.resolve("one"));
            }
            var told = changes(watch);
            while (!told.contains(new Lost())) {
                assertThat(told).containsExactly(new FolderChanged(""));
                told = changes(watch);
            }
            Files.createDirectory(root.resolve("folder"));
            assertThat(changes(watch)).containsExactly(new FolderChanged(""), new FolderChanged("folder"));
        }
    }

    @Test
    void whatIsNoFolderCanNotBeWatched() {
        assertThatIOException()
                .isThrownBy(() -> FolderWatch.open(root.resolve("nothing")))
                .withMessageContaining("nothing");
    }
}
