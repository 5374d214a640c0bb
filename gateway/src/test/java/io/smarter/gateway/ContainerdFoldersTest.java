package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ContainerdFoldersTest {
    private static final int LONGEST_SOCKET = 107;

    @Test
    void theSocketsPathIsShortHoweverDeepTheDataLies() {
        var folders = ContainerdFolders.of(Path.of("/var/lib", "deep/".repeat(50), "gateway"));
        assertThat(folders.socket().toString() + ".ttrpc").hasSizeLessThan(LONGEST_SOCKET);
    }

    @Test
    void theNameFollowsFromTheDataFolderAlone() {
        var name = ContainerdFolders.of(Path.of("/var/lib/x/../smarter")).name();
        assertThat(ContainerdFolders.of(Path.of("/var/lib/smarter")).name()).isEqualTo(name);
        assertThat(ContainerdFolders.of(Path.of("/var/lib/smarter2")).name()).isNotEqualTo(name);
    }

    @Test
    void theConfigurationQuotesWhatAPathMayHold() {
        var folders = ContainerdFolders.of(Path.of("/var/lib/a \"b\" \\c"));
        assertThat(ContainerdConfig.text(folders, CniFolders.USUAL, "overlayfs"))
                .contains("root = \"/var/lib/a \\\"b\\\" \\\\c/containerd/root\"")
                .contains("sandbox_image = \"localhost/smarter/pause:1\"")
                .contains("address = \"" + folders.socket() + "\"");
    }
}
