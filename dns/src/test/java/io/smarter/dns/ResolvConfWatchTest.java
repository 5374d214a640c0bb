package io.smarter.dns;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResolvConfWatchTest {
    @TempDir
    private Path folder;

    private final AtomicInteger changes = new AtomicInteger();

    private ResolvConfWatch watch(Path path) {
        var watch = new ResolvConfWatch(path, 53, Set.of(), changes::incrementAndGet);
        watch.start();
        return watch;
    }

    private static void awaitServers(ResolvConfWatch watch, String... expected) throws Exception {
        Until.isTrue(() -> watch.servers().listing().addresses().stream()
                .map(server -> server.getAddress().getHostAddress())
                .toList()
                .equals(List.of(expected)));
    }

    private static void write(Path file, String server) throws Exception {
        Files.writeString(file, "nameserver " + server + "\n");
    }

    @Test
    void aFileIsFollowedAsItIsWrittenAndReplacedAndRemoved() throws Exception {
        var file = folder.resolve("resolv.conf");
        try (var watch = watch(file)) {
            awaitServers(watch);
            write(file, "192.0.2.1");
            awaitServers(watch, "192.0.2.1");
            write(file, "192.0.2.2");
            awaitServers(watch, "192.0.2.2");
            write(folder.resolve("new"), "192.0.2.3");
            Files.move(folder.resolve("new"), file, StandardCopyOption.ATOMIC_MOVE);
            awaitServers(watch, "192.0.2.3");
            Files.writeString(file, "");
            awaitServers(watch);
            write(file, "192.0.2.4");
            awaitServers(watch, "192.0.2.4");
            Files.delete(file);
            awaitServers(watch);
            write(file, "192.0.2.5");
            awaitServers(watch, "192.0.2.5");
        }
        Until.isTrue(() -> changes.get() >= 7);
    }

    @Test
    void whatALinkLeadsToIsFollowed() throws Exception {
        var run = Files.createDirectories(folder.resolve("run/systemd/resolve"));
        write(run.resolve("stub-resolv.conf"), "192.0.2.1");
        write(run.resolve("resolv.conf"), "192.0.2.2");
        var link = Files.createDirectories(folder.resolve("etc")).resolve("resolv.conf");
        Files.createSymbolicLink(link, Path.of("../run/systemd/resolve/stub-resolv.conf"));
        try (var watch = watch(link)) {
            awaitServers(watch, "192.0.2.1");
            write(run.resolve("stub-resolv.conf"), "192.0.2.3");
            awaitServers(watch, "192.0.2.3");
            var other = Files.createSymbolicLink(folder.resolve("etc/other"), run.resolve("resolv.conf"));
            Files.move(other, link, StandardCopyOption.ATOMIC_MOVE);
            awaitServers(watch, "192.0.2.2");
            write(run.resolve("resolv.conf"), "192.0.2.4");
            awaitServers(watch, "192.0.2.4");
        }
    }

    @Test
    void foldersOnTheWayMayComeLaterAndBeSwapped() throws Exception {
        var link = Files.createSymbolicLink(folder.resolve("resolv.conf"), Path.of("data/conf/resolv.conf"));
        try (var watch = watch(link)) {
            awaitServers(watch);
            write(Files.createDirectories(folder.resolve("first/conf")).resolve("resolv.conf"), "192.0.2.1");
            write(Files.createDirectories(folder.resolve("second/conf")).resolve("resolv.conf"), "192.0.2.2");
            Files.createSymbolicLink(folder.resolve("data"), Path.of("first"));
            awaitServers(watch, "192.0.2.1");
            Files.createSymbolicLink(folder.resolve("new"), Path.of("second"));
            Files.move(folder.resolve("new"), folder.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
            awaitServers(watch, "192.0.2.2");
            Files.move(folder.resolve("second"), folder.resolve("third"));
            awaitServers(watch);
            Files.move(folder.resolve("third"), folder.resolve("second"));
            awaitServers(watch, "192.0.2.2");
        }
    }

    @Test
    void linksInACircleAreNoFile() throws Exception {
        var link = Files.createSymbolicLink(folder.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(folder.resolve("b"), Path.of("a"));
        try (var watch = watch(link)) {
            awaitServers(watch);
            Files.delete(folder.resolve("b"));
            write(folder.resolve("b"), "192.0.2.1");
            awaitServers(watch, "192.0.2.1");
        }
    }
}
