package io.smarter.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TelnetParserTest {
    static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
        return bytes;
    }

    /** The events of a stream that comes in pieces: data as one text, the rest as it is. */
    private static List<Object> events(byte[] stream, int piece, boolean binary) {
        var parser = new TelnetParser();
        var events = new ArrayList<>();
        var data = new ByteArrayOutputStream();
        for (int at = 0; at < stream.length; at += piece) {
            var in = ByteBuffer.wrap(stream, at, Math.min(piece, stream.length - at));
            for (TelnetEvent event; (event = parser.next(in, binary)) != null; ) {
                switch (event) {
                    case TelnetEvent.Data(byte[] some) -> data.writeBytes(some);
                    case TelnetEvent.Negotiation negotiation -> events.add(negotiation);
                    case TelnetEvent.Subnegotiation(int option, byte[] parameters) ->
                        events.add(option + ":" + java.util.HexFormat.of().formatHex(parameters));
                }
            }
            assertThat(in.hasRemaining()).isFalse();
        }
        events.add(java.util.HexFormat.of().formatHex(data.toByteArray()));
        return events;
    }

    @Test
    void piecesMakeNoDifference() {
        var stream = bytes(
                'a', 255, 255, 13, 0, 'b', // data
                255, 251, 44, // WILL COM-PORT
                255, 241, // NOP
                255, 250, 44, 1, 0, 255, 255, 0, 1, 255, 240, // a subnegotiation with 0xFF in it
                'c', 255, 254, 1, 255, 250, 44, 255, 253, 3, 'd', // DONT ECHO; one that never ends; DO SGA
                255, 250, 255, 240); // an empty one
        for (int piece = 1; piece <= stream.length; piece++) {
            assertThat(events(stream, piece, true))
                    .as("pieces of %s", piece)
                    .containsExactly(
                            new TelnetEvent.Negotiation(251, 44),
                            "44:0100ff0001",
                            new TelnetEvent.Negotiation(254, 1),
                            new TelnetEvent.Negotiation(253, 3),
                            "61ff0d00626364");
            assertThat(events(stream, piece, false)).endsWith("61ff0d626364");
        }
    }

    @Test
    void whatIsTooLongIsIgnoredAsAWhole() {
        var stream = new ByteArrayOutputStream();
        stream.writeBytes(bytes(255, 250, 44));
        stream.writeBytes(new byte[TelnetParser.LONGEST_SUBNEGOTIATION + 1]);
        stream.writeBytes(bytes(255, 240, 255, 250, 44));
        stream.writeBytes(new byte[TelnetParser.LONGEST_SUBNEGOTIATION]);
        stream.writeBytes(bytes(255, 240));
        assertThat(events(stream.toByteArray(), 100, true))
                .containsExactly("44:" + "00".repeat(TelnetParser.LONGEST_SUBNEGOTIATION), "");
    }

    @Test
    void escapedDataComesBackAsItWas() {
        var random = new Random(1);
        for (int round = 0; round < 1000; round++) {
            var data = new byte[random.nextInt(5000)];
            random.nextBytes(data);
            for (int i = 0; i < data.length; i++) if (random.nextInt(4) == 0) data[i] = (byte) 255;
            var escaped = new ByteArrayOutputStream();
            for (byte b : data) {
                escaped.write(b);
                if (b == (byte) 255) escaped.write(b);
            }
            assertThat(events(escaped.toByteArray(), 1 + random.nextInt(3000), true))
                    .containsExactly(java.util.HexFormat.of().formatHex(data));
        }
    }
}
