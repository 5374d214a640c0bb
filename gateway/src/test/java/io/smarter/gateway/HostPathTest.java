package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Volume.Source;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HostPathTest {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void make() throws Exception {
        Files.createDirectory(folder.resolve("folder"));
        Files.createFile(folder.resolve("file"));
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(folder.resolve("socket"))); // which stays when it is closed
        }
    }

    static Stream<Arguments> types() {
        return Stream.of(
                argumentSet("anything", "", "none", ""),
                argumentSet("a folder", "Directory", "folder", ""),
                argumentSet("no folder", "Directory", "file", "file is not a directory"),
                argumentSet("a missing folder", "Directory", "none", "none is not a directory"),
                argumentSet("a folder that is made", "DirectoryOrCreate", "made/deep", ""),
                argumentSet("a file in its way", "DirectoryOrCreate", "file", "file is not a directory"),
                argumentSet("a file", "File", "file", ""),
                argumentSet("no file", "File", "folder", "folder is not a file"),
                argumentSet("a file that is made", "FileOrCreate", "made.txt", ""),
                argumentSet(
                        "a file without a folder", "FileOrCreate", "none/x", "x can't be made, its folder is missing"),
                argumentSet("a socket", "Socket", "socket", ""),
                argumentSet("no socket", "Socket", "file", "file is not a socket file"),
                argumentSet("a character device", "CharDevice", "/dev/null", ""),
                argumentSet("no character device", "CharDevice", "file", "file is not a character device"),
                argumentSet("no block device", "BlockDevice", "/dev/null", "/dev/null is not a block device"),
                argumentSet("another type", "Magic", "file", "unknown type 'Magic'"));
    }

    @ParameterizedTest
    @MethodSource("types")
    void isWhatItsTypeSays(String type, String path, String problem) throws Exception {
        var source = new Source.HostPath(folder.resolve(path).toString(), type);
        if (problem.isEmpty()) {
            assertThat(HostPath.check(source)).isEqualTo(folder.resolve(path));
            assertThat(type.endsWith("OrCreate"))
                    .isEqualTo(Files.exists(folder.resolve(path)) && path.startsWith("made"));
        } else {
            assertThatThrownBy(() -> HostPath.check(source)).hasMessageContaining(problem);
        }
    }
}
