package io.smarter.serial;

import static io.smarter.serial.TelnetParser.DO;
import static io.smarter.serial.TelnetParser.DONT;
import static io.smarter.serial.TelnetParser.WILL;
import static io.smarter.serial.TelnetParser.WONT;
import static io.smarter.serial.TelnetParserTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.serial.TelnetOptions.Option;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

final class TelnetOptionsTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final TelnetOptions options = new TelnetOptions(said);

    private byte[] answer(int verb, int option, boolean agreed) {
        said.reset();
        options.negotiated(new TelnetEvent.Negotiation(verb, option), agreed);
        return said.toByteArray();
    }

    @Test
    void whatIsOfferedIsOnWhenItIsAcceptedAndNothingMoreIsSaid() {
        options.greet();
        assertThat(said.toByteArray()).isEqualTo(bytes(255, WILL, 3, 255, WILL, 0, 255, DO, 0));
        assertThat(answer(DO, 0, true)).isEmpty();
        assertThat(answer(WILL, 0, true)).isEmpty();
        assertThat(answer(WILL, 0, true)).isEmpty();
        assertThat(options.ours(Option.BINARY)).isTrue();
        assertThat(options.theirs(Option.BINARY)).isTrue();
        assertThat(answer(DONT, 0, true)).isEqualTo(bytes(255, WONT, 0));
        assertThat(answer(DONT, 0, true)).isEmpty();
        assertThat(options.ours(Option.BINARY)).isFalse();
    }

    @Test
    void whatIsNotKnownOrNotAgreedToIsRefused() {
        assertThat(answer(WILL, 31, true)).isEqualTo(bytes(255, DONT, 31));
        assertThat(answer(DO, 31, true)).isEqualTo(bytes(255, WONT, 31));
        assertThat(answer(WONT, 31, true)).isEmpty();
        assertThat(answer(WILL, 44, false)).isEqualTo(bytes(255, DONT, 44));
        assertThat(options.theirs(Option.COM_PORT)).isFalse();
        assertThat(answer(WILL, 44, true)).isEqualTo(bytes(255, DO, 44));
    }

    @Test
    void whoWasRefusedIsAskedLater() {
        answer(WILL, 44, false);
        said.reset();
        options.ask(Option.COM_PORT);
        options.ask(Option.COM_PORT);
        assertThat(said.toByteArray()).isEqualTo(bytes(255, DO, 44));
        assertThat(answer(WILL, 44, true)).isEmpty();
        said.reset();
        options.end(Option.COM_PORT);
        options.end(Option.COM_PORT);
        assertThat(said.toByteArray()).isEqualTo(bytes(255, DONT, 44));
        assertThat(answer(WONT, 44, true)).isEmpty();
    }
}
