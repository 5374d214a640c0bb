package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalsTest {
    @ParameterizedTest
    @CsvSource({
        "SIGHUP, 1",
        "SIGINT, 2",
        "SIGKILL, 9",
        "SIGUSR1, 10",
        "SIGUSR2, 12",
        "SIGTERM, 15",
        "SIGSYS, 31",
        "SIGIOT, 6",
        "SIGPOLL, 29",
        "SIGRTMIN, 34",
        "SIGRTMIN+1, 35",
        "SIGRTMIN+15, 49",
        "SIGRTMAX-14, 50",
        "SIGRTMAX, 64",
        "SIGRTMIN+31, 0",
        "SIGRTMAX-0, 0",
        "SIGNONE, 0",
        "TERM, 0",
        "SIG, 0",
        "'', 0"
    })
    void haveNames(String name, int number) {
        assertThat(Signals.number(name)).isEqualTo(number);
    }
}
