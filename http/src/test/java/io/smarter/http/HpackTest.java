package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HpackTest {
    private final HpackDecoder decoder = new HpackDecoder(1000);

    static Stream<Arguments> examples() {
        // RFC 7541 appendix C.4: three requests on one connection
        return Stream.of(
                argumentSet(
                        "requests with Huffman code",
                        List.of(
                                "828684418cf1e3c2e5f23a6ba0ab90f4ff",
                                "828684be5886a8eb10649cbf",
                                "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"),
                        List.of(
                                "[:method=GET, :scheme=http, :path=/, :authority=www.example.com]",
                                "[:method=GET, :scheme=http, :path=/, :authority=www.example.com, cache-control=no-cache]",
                                "[:method=GET, :scheme=https, :path=/index.html, :authority=www.example.com, custom-key=custom-value]")));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void decodesTheExamplesOfTheStandard(List<String> blocks, List<String> fields) throws Exception {
        for (int i = 0; i < blocks.size(); i++) {
            assertThat(decode(HexFormat.of().parseHex(blocks.get(i))).toString())
                    .isEqualTo(fields.get(i));
        }
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                argumentSet("index 0", "80"),
                argumentSet("index beyond the tables", "ff00"),
                argumentSet("table size beyond the agreed one", "3fe21f"),
                argumentSet("table size after a field", "8220"),
                argumentSet("integer without end", "ffffffffffffffffff"),
                argumentSet("integer cut off", "ff"),
                argumentSet("string longer than its block", "000a61"),
                argumentSet("name without value", "000161"),
                argumentSet("padding with a zero bit", "000161 8118".replace(" ", "")),
                argumentSet("padding of eight bits", "00016182ffff"),
                argumentSet("end mark inside", "00016184ffffffff"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void refusesBrokenBlocks(String hex) {
        assertThatThrownBy(() -> decode(HexFormat.of().parseHex(hex)))
                .isInstanceOfSatisfying(
                        Http2Exception.class, e -> assertThat(e.error()).isEqualTo(Http2Error.COMPRESSION_ERROR));
    }

    @Test
    void reportsListThatIsTooLargeAndKeepsItsState() throws Exception {
        var encoder = new HpackEncoder();
        encoder.begin();
        encoder.field("user-agent", "u".repeat(900));
        encoder.field("x", "v".repeat(900));
        var large = encoder.end();
        assertThat(decoder.decode(large, large.length, (_, _) -> {})).isFalse();
        encoder.begin();
        encoder.field("user-agent", "u".repeat(900));
        var small = encoder.end();
        assertThat(small).hasSize(1);
        assertThat(decode(small)).hasSize(1);
    }

    @Test
    void fieldsThatComeAgainTakeOneByteEach() {
        var encoder = new HpackEncoder();
        int[] sizes = new int[2];
        for (int i = 0; i < 2; i++) {
            encoder.begin();
            encoder.field(":method", "PATCH");
            encoder.field(":scheme", "https");
            encoder.field(":authority", "cloud.example.com:6443");
            encoder.field("authorization", "Bearer " + "x".repeat(200));
            encoder.field("content-type", "application/strategic-merge-patch+json");
            encoder.field("user-agent", "smarter");
            sizes[i] = encoder.end().length;
        }
        assertThat(sizes[0]).isGreaterThan(150);
        assertThat(sizes[1]).isEqualTo(6);
    }

    @Test
    void anotherCodecUnderstandsWhatWeWrite() throws Exception {
        var netty = new DefaultHttp2HeadersDecoder(false);
        var encoder = new HpackEncoder();
        var random = new Random(1);
        for (int round = 0; round < 200; round++) {
            if (round % 50 == 20) encoder.limit(64);
            if (round % 50 == 30) encoder.limit(4096);
            var fields = fields(random);
            encoder.begin();
            fields.forEach(f -> encoder.field(f.name(), f.value()));
            var read = new ArrayList<HpackTable.Field>();
            netty.decodeHeaders(3, Unpooled.wrappedBuffer(encoder.end()))
                    .forEach(e -> read.add(new HpackTable.Field(
                            e.getKey().toString(), e.getValue().toString())));
            assertThat(read).containsExactlyInAnyOrderElementsOf(fields);
        }
    }

    @Test
    void weUnderstandWhatAnotherCodecWrites() throws Exception {
        var netty = new DefaultHttp2HeadersEncoder();
        var random = new Random(2);
        for (int round = 0; round < 200; round++) {
            if (round % 50 == 20) netty.maxHeaderTableSize(64);
            if (round % 50 == 30) netty.maxHeaderTableSize(4096);
            var fields = fields(random);
            var headers = new DefaultHttp2Headers(false);
            fields.forEach(f -> headers.add(f.name(), f.value()));
            ByteBuf block = Unpooled.buffer();
            netty.encodeHeaders(3, headers, block);
            assertThat(decode(ByteBufUtil.getBytes(block)).stream().map(Object::toString))
                    .containsExactlyInAnyOrderElementsOf(
                            fields.stream().map(f -> f.name() + "=" + f.value()).toList());
        }
    }

    private static List<HpackTable.Field> fields(Random random) {
        var names = List.of("accept", "authorization", "content-type", "user-agent", "x-a", "x-b", "date");
        var fields = new ArrayList<HpackTable.Field>();
        for (var name : names) {
            if (random.nextInt(3) == 0) continue;
            var value = new StringBuilder();
            int length = random.nextInt(40);
            for (int i = 0; i < length; i++)
                value.append((char) (random.nextInt(4) == 0 ? 0xa0 + random.nextInt(96) : 0x20 + random.nextInt(95)));
            fields.add(new HpackTable.Field(name, random.nextBoolean() ? "same" : value.toString()));
        }
        return fields;
    }

    private List<String> decode(byte[] block) throws Http2Exception {
        var fields = new ArrayList<String>();
        decoder.decode(block, block.length, (name, value) -> fields.add(name + "=" + value));
        return fields;
    }
}
