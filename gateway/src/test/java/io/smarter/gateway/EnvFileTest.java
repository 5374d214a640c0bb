package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvFileTest {
    @TempDir
    private Path volume;

    @Test
    void aValueIsWhatItsQuotesHold() throws Exception {
        var text = """
                # A='comment'

                \tA='first' # comment
                B=''
                C='  $HOME # \\n "x"=y
                  second line '
                A='again'
                key.with-signs='ä'""";
        assertThat(value(text, "A")).isEqualTo("first");
        assertThat(value(text, "B")).isEmpty();
        assertThat(value(text, "C")).isEqualTo("  $HOME # \\n \"x\"=y\n  second line ");
        assertThat(value(text, "key.with-signs")).isEqualTo("ä");
        assertThat(value(text, "second")).isNull();
        assertThat(value("", "A")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "K=v",
                "K=\"v\"",
                "K='a''b'",
                "K='a'$B",
                "K='a'#b",
                "K ='v'",
                "K= 'v'",
                "='v'",
                "K",
                "K='v",
                "K='\0'",
                "K='v'\r"
            })
    void whatAShellWouldTakeOtherwiseIsRefused(String line) {
        assertThatThrownBy(() -> value("A='1\n2'\n" + line + "\n", "K"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("'vars', line 3: must be blank, a comment or NAME='value', in single quotes");
    }

    @Test
    void isReadBelowItsVolume() throws Exception {
        Files.createDirectory(volume.resolve("a"));
        Files.writeString(volume.resolve("a/vars"), "K='v'");
        assertThat(EnvFile.read(volume, "a/vars")).isEqualTo(new EnvFile("a/vars", "K='v'"));
        assertThat(EnvFile.read(volume, "a/none")).isNull();
        assertThat(EnvFile.read(volume, "b/vars")).isNull();
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void isAFileOfTheVolumeAndNothingElse(@TempDir Path host) throws Exception {
        Files.writeString(host.resolve("vars"), "K='v'");
        Files.createSymbolicLink(volume.resolve("link"), host.resolve("vars"));
        Files.createSymbolicLink(volume.resolve("folder"), host);
        var pipe = new ProcessBuilder("mkfifo", volume.resolve("pipe").toString()).start();
        assertThat(pipe.waitFor(10, TimeUnit.SECONDS)).isTrue();
        for (var path : new String[] {"link", "pipe", "folder/vars", "../vars", "/etc/passwd", ""})
            assertThatThrownBy(() -> EnvFile.read(volume, path))
                    .as(path)
                    .isInstanceOfAny(ConfigException.class, IOException.class);
    }

    @Test
    void isNotLongerThanItMayBe() throws Exception {
        var most = "K='%s'".formatted("x".repeat((64 << 10) - 4));
        Files.writeString(volume.resolve("most"), most);
        Files.writeString(volume.resolve("more"), most + "\n");
        assertThat(EnvFile.read(volume, "most")).isEqualTo(new EnvFile("most", most));
        assertThatThrownBy(() -> EnvFile.read(volume, "more")).hasMessage("'more': must be of at most 65536 bytes");
    }

    private static @Nullable String value(String text, String key) throws ConfigException {
        return new EnvFile("vars", text).value(key);
    }
}
