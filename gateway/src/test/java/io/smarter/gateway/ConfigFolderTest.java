package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.api.Pod;
import io.smarter.gateway.ConfigFolder.Reference;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFolderTest {
    private static final Reference SECRET = new Reference("Secret", "farm", "key");
    private static final Reference CONFIG_MAP = new Reference("ConfigMap", "farm", "settings");

    @TempDir
    private Path data;

    private final FakeCloud cloud = new FakeCloud();

    private ConfigFolder folder() {
        return new ConfigFolder(data.resolve("configs"), cloud, new NodeKey(data.resolve("identity")));
    }

    private static Json.Obj object(String name, String value) {
        return Json.obj("metadata", Json.obj("namespace", "farm", "name", name), "data", Json.obj("k", value));
    }

    private Path file(Reference reference) {
        return data.resolve("configs").resolve(reference.fileName());
    }

    private String text(Reference reference) throws IOException {
        return new String(Files.readAllBytes(file(reference)), StandardCharsets.ISO_8859_1);
    }

    private static void assertUnreadable(ThrowingCallable finding, String why) {
        assertThatThrownBy(finding)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("the copy of secret \"key\" on disk can't be read, it is asked for again: ")
                .hasMessageContaining(why);
    }

    @Test
    void keepsSecretsSealedAndConfigMapsPlain() throws Exception {
        var folder = folder();
        assertThat(folder.keep(SECRET, object("key", "c2VjcmV0"))).isTrue();
        assertThat(folder.keep(CONFIG_MAP, object("settings", "plain"))).isTrue();
        assertThat(text(SECRET)).startsWith("SMS1").doesNotContain("c2VjcmV0");
        assertThat(text(CONFIG_MAP)).contains("plain");
        assertThat(folder.find("Secret", "farm", "key")).isEqualTo(object("key", "c2VjcmV0"));
        assertThat(folder.keep(SECRET, object("key", "c2VjcmV0"))).isFalse();
        assertThat(folder().find("Secret", "farm", "key")).isEqualTo(object("key", "c2VjcmV0"));
        assertThat(Files.getAttribute(data.resolve("identity/secrets.key"), "unix:mode"))
                .isEqualTo(0100600);
    }

    @Test
    void sealsWhatAnEarlierVersionLeft() throws Exception {
        DataFolder.write(file(SECRET), object("key", "c2VjcmV0").bytes());
        var folder = folder();
        assertThat(folder.find("Secret", "farm", "key")).isEqualTo(object("key", "c2VjcmV0"));
        folder.sealPlain();
        assertThat(text(SECRET)).startsWith("SMS1");
        assertThat(folder.find("Secret", "farm", "key")).isEqualTo(object("key", "c2VjcmV0"));
    }

    @Test
    void leavesWhatItCannotSeal() throws Exception {
        var odd = new Reference("Secret", "farm", "odd");
        DataFolder.write(file(odd), "{".getBytes(StandardCharsets.UTF_8));
        DataFolder.write(file(SECRET), object("key", "c2VjcmV0").bytes());
        folder().sealPlain();
        assertThat(text(odd)).isEqualTo("{");
        assertThat(text(SECRET)).startsWith("SMS1");
    }

    @Test
    void asksTheCloudForWhatItCannotRead() throws Exception {
        var folder = folder();
        folder.keep(SECRET, object("key", "c2VjcmV0"));
        var bytes = Files.readAllBytes(file(SECRET));
        bytes[bytes.length - 1] ^= 1;
        DataFolder.write(file(SECRET), bytes);
        cloud.unreachable = true;
        assertUnreadable(() -> folder.find("Secret", "farm", "key"), "changed after it was sealed");
        cloud.unreachable = false;
        cloud.objects.put("Secret/key", object("key", "bmV3"));
        assertUnreadable(() -> folder.find("Secret", "farm", "key"), "changed after it was sealed");
        awaitFound(folder, object("key", "bmV3"));
    }

    @Test
    void takesNoFileForAnother() throws Exception {
        var folder = folder();
        folder.keep(SECRET, object("key", "c2VjcmV0"));
        folder.keep(new Reference("Secret", "farm", "other"), object("other", "b3RoZXI="));
        Files.copy(file(new Reference("Secret", "farm", "other")), data.resolve("copy"));
        Files.move(data.resolve("copy"), file(SECRET), StandardCopyOption.REPLACE_EXISTING);
        assertUnreadable(() -> folder.find("Secret", "farm", "key"), "is another's");
    }

    @Test
    void goesOnWithoutTheKeyThatWas() throws Exception {
        folder().keep(SECRET, object("key", "c2VjcmV0"));
        Files.delete(data.resolve("identity/secrets.key"));
        cloud.unreachable = true;
        var folder = folder();
        folder.sealPlain();
        assertUnreadable(() -> folder.find("Secret", "farm", "key"), "another key than this node's");
        assertThat(folder.keep(SECRET, object("key", "bmV3"))).isTrue();
        assertThat(folder.find("Secret", "farm", "key")).isEqualTo(object("key", "bmV3"));
    }

    @Test
    void putsAKeyAsideThatIsNone() throws Exception {
        DataFolder.write(data.resolve("identity/secrets.key"), new byte[7]);
        var folder = folder();
        folder.keep(SECRET, object("key", "c2VjcmV0"));
        assertThat(data.resolve("identity/secrets.key.broken")).hasSize(7);
        assertThat(data.resolve("identity/secrets.key")).hasSize(Seal.KEY);
        assertThat(folder().find("Secret", "farm", "key")).isNotNull();
    }

    @Test
    void aVolumeOfAnotherTimeThanItsClaimIsMissing() throws Exception {
        var folder = folder();
        var claim = Json.obj(
                "metadata", Json.obj("namespace", "farm", "name", "c", "uid", "c1"),
                "spec", Json.obj("volumeName", "v"),
                "status", Json.obj("phase", "Bound"));
        folder.keep(new Reference("PersistentVolumeClaim", "farm", "c"), claim);
        assertThat(folder.lacks(WITH_CLAIM)).isTrue();
        var volume = new Reference("PersistentVolume", "", "v");
        folder.keep(volume, Json.obj("spec", Json.obj("claimRef", Json.obj("name", "c"))));
        assertThat(folder.lacks(WITH_CLAIM)).isTrue();
        folder.keep(volume, Json.obj("spec", Json.obj("claimRef", Json.obj("name", "c", "uid", "c1"))));
        assertThat(folder.lacks(WITH_CLAIM)).isFalse();
    }

    private static final Pod WITH_CLAIM = new Pod((Json.Obj) Json.parse("""
            {"metadata":{"namespace":"farm","name":"p"},
             "spec":{"volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c"}}]}}"""));

    /** What is asked for again comes in a moment. */
    private static void awaitFound(ConfigFolder folder, Json.Obj wanted) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (System.nanoTime() < end) {
            try {
                if (wanted.equals(folder.find("Secret", "farm", "key"))) return;
            } catch (ConfigException e) {
                Thread.sleep(5);
            }
        }
        throw new AssertionError("it never came");
    }

    /** A pod that comes while copies are removed gets its own after that. */
    @Test
    void aCopyThatIsMadeMeanwhileStays() throws Exception {
        var folder = folder();
        var made = Thread.ofPlatform().unstarted(() -> keep(folder));
        folder.keepOnly(() -> {
            made.start();
            while (made.getState() != Thread.State.BLOCKED && made.isAlive()) Thread.onSpinWait();
            return List.of();
        });
        assertThat(made.join(Duration.ofMinutes(1))).isTrue();
        assertThat(folder.find("Secret", "farm", "key")).isNotNull();
    }

    private static void keep(ConfigFolder folder) {
        try {
            folder.keep(SECRET, object("key", "c2VjcmV0"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
