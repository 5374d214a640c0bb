package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.http.Headers;
import io.smarter.requests.Gzip;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenApiAnswersTest {
    private static final String ASKED = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    @Test
    void whoAsksForProtobufGetsItCompressedAndOnce(@TempDir Path folder) throws Exception {
        try (var api = new TestApi(folder)) {
            var plain = ask(api, "accept", ASKED);
            assertThat(plain.status).isEqualTo(200);
            var document = plain.answer;
            assertThat(plain.answerHeaders.first("content-type"))
                    .isEqualTo("application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
            var compressed = ask(api, "accept", ASKED, "accept-encoding", "gzip");
            assertThat(compressed.answerHeaders.first("content-encoding")).isEqualTo("gzip");
            assertThat(Gzip.expanded(compressed.answer)).isEqualTo(document);
            var tag = plain.answerHeaders.first("etag", "");
            assertThat(ask(api, "accept", ASKED, "if-none-match", tag).status).isEqualTo(304);
            assertThat(ask(api, "accept", "*/*", "if-none-match", tag).json().text("swagger"))
                    .isEqualTo("2.0");
            assertThat(ask(api, "accept", "text/html").status).isEqualTo(406);
        }
    }

    private static FakeExchange ask(TestApi api, String... headers) {
        return api.as(api.admin(), "GET", "/openapi/v2", "", Headers.of(headers));
    }
}
