package io.smarter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GivenTest {
    private static final ProgramOption SERVER = ProgramOption.needed("--server", "URL", "Where");
    private static final ProgramOption DATA = ProgramOption.usually("--data", "DIR", "/var/lib/x", "State");
    private static final ProgramOption LABEL = ProgramOption.any("--label", "k=v", "A label");
    private static final ProgramOption KEPT = ProgramOption.optional("--kept", "RESOURCE=AMOUNT", "Kept");
    private static final ProgramOption PODS = ProgramOption.usually("--pods", "N", "110", "How many");
    private static final ProgramOption DRAIN = ProgramOption.flag("--drain", "Drains");
    private static final List<ProgramOption> OPTIONS = List.of(SERVER, DATA, LABEL, KEPT, PODS, DRAIN);

    private static Given parse(String... arguments) {
        return Given.parse(OPTIONS, List.of(arguments));
    }

    @Test
    void readsBothForms() {
        var given =
                parse("--server", "https://a:1", "--label=x=1", "--label", "y=", "--kept=cpu=1,memory=2Gi", "--drain");
        assertThat(given.uri(SERVER)).hasHost("a").hasPort(1);
        assertThat(given.pairs(LABEL, "")).isEqualTo(Map.of("x", "1", "y", ""));
        assertThat(given.pairs(KEPT, ",")).isEqualTo(Map.of("cpu", "1", "memory", "2Gi"));
        assertThat(given.isOn(DRAIN)).isTrue();
    }

    @Test
    void knowsWhatIsUsual() {
        var given = parse("--server=s");
        assertThat(given.path(DATA)).isEqualTo(Path.of("/var/lib/x"));
        assertThat(given.number(PODS)).isEqualTo(110);
        assertThat(given.optional(KEPT)).isNull();
        assertThat(given.pairs(LABEL, "")).isEmpty();
        assertThat(given.isOn(DRAIN)).isFalse();
        assertThat(parse("--server=s", "--data", "here").path(DATA))
                .isEqualTo(Path.of("here").toAbsolutePath());
        assertThat(parse("--server=s", "--drain=false").isOn(DRAIN)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --data=x                     | Missing required option: '--server=URL'
            --server=s --bogus=1         | Unknown option: '--bogus=1'
            --server=s extra             | Unmatched argument: 'extra'
            --server=s --server=t        | option '--server' should be specified only once
            --server --data              | Missing required parameter for option '--server' (URL)
            --server=s --data            | Missing required parameter for option '--data' (DIR)
            --server=s --drain=1         | option '--drain' takes no value, was '1'
            """)
    void refusesWhatItCanNotRead(String arguments, String message) {
        assertThatThrownBy(() -> parse(arguments.split(" ")))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }

    @Test
    void namesWhatIsWrongWithAValue() {
        var given = parse("--server=not a url", "--pods=many", "--label=x", "--data=\0");
        assertThatThrownBy(() -> given.uri(SERVER))
                .hasMessage("Invalid value for option '--server': must be a URL, was 'not a url'");
        assertThatThrownBy(() -> given.number(PODS))
                .hasMessage("Invalid value for option '--pods': must be a number, was 'many'");
        assertThatThrownBy(() -> given.pairs(LABEL, ""))
                .hasMessage("Invalid value for option '--label': must be k=v, was 'x'");
        assertThatThrownBy(() -> given.path(DATA)).hasMessageContaining("must be a path");
    }
}
