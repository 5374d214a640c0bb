package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SealTest {
    private static final byte[] CONTENT = "the tide turns at noon".getBytes(StandardCharsets.UTF_8);

    private final byte[] key = key(1);
    private final Seal seal = new Seal(key);

    private static byte[] key(int with) {
        var key = new byte[Seal.KEY];
        Arrays.fill(key, (byte) with);
        return key;
    }

    @Test
    void givesBackWhatItClosed() throws Exception {
        var sealed = seal.close("a", CONTENT);
        assertThat(seal.open("a", sealed)).isEqualTo(CONTENT);
        assertThat(new Seal(key).open("a", sealed)).isEqualTo(CONTENT);
        assertThat(sealed).hasSize(CONTENT.length + 40);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("tide");
    }

    @Test
    void takesAnotherNonceEachTime() {
        assertThat(Arrays.copyOfRange(seal.close("a", CONTENT), 12, 24))
                .isNotEqualTo(Arrays.copyOfRange(seal.close("a", CONTENT), 12, 24));
    }

    /** Whoever wants to read a file without us needs no more than the layout. */
    @Test
    void isPlainAesGcm() throws GeneralSecurityException {
        var sealed = ByteBuffer.wrap(seal.close("name", CONTENT));
        var head = new byte[12];
        var nonce = new byte[12];
        sealed.get(head).get(nonce);
        var rest = new byte[sealed.remaining()];
        sealed.get(rest);
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(head);
        cipher.updateAAD("name".getBytes(StandardCharsets.UTF_8));
        assertThat(cipher.doFinal(rest)).isEqualTo(CONTENT);
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                argumentSet("cut short", (UnaryOperator<byte[]>) it -> Arrays.copyOf(it, 39), "not a sealed file"),
                argumentSet("no file of ours", flipped(0), "not a sealed file"),
                argumentSet("another key's name", flipped(5), "another key"),
                argumentSet("nonce changed", flipped(13), "changed after it was sealed"),
                argumentSet("content changed", flipped(30), "changed after it was sealed"),
                argumentSet(
                        "end cut off",
                        (UnaryOperator<byte[]>) it -> Arrays.copyOf(it, it.length - 1),
                        "changed after it was sealed"));
    }

    private static UnaryOperator<byte[]> flipped(int at) {
        return bytes -> {
            bytes[at] ^= 1;
            return bytes;
        };
    }

    @ParameterizedTest
    @MethodSource("broken")
    void saysWhatIsWrong(UnaryOperator<byte[]> change, String message) {
        var sealed = change.apply(seal.close("a", CONTENT));
        assertThatThrownBy(() -> seal.open("a", sealed))
                .isInstanceOf(Seal.BrokenException.class)
                .hasMessageContaining(message);
    }

    @Test
    void opensNeitherOfAnotherKeyNorOfAnotherName() {
        var sealed = seal.close("a", CONTENT);
        assertThatThrownBy(() -> new Seal(key(2)).open("a", sealed)).hasMessageContaining("another key");
        assertThatThrownBy(() -> seal.open("b", sealed)).hasMessageContaining("is another's");
    }
}
