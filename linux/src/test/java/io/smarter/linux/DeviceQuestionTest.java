package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DeviceQuestionTest {
    /** As the headers of the kernel have them for machines of 64 bits. */
    @Test
    void requestsHaveTheNumbersOfTheKernel() {
        assertThat(Arrays.stream(DeviceQuestion.values())
                        .map(question -> "%s 0x%x".formatted(question, question.request())))
                .containsExactly(
                        "VIDEO_CAPABILITIES 0x80685600",
                        "GPIO_CHIP 0x8044b401",
                        "I2C_FUNCTIONS 0x705",
                        "HID_INFO 0x80084803",
                        "TERMINAL_SETTINGS 0x5401");
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceOfAnotherClassDoesNotAnswer(DeviceQuestion question) {
        assertThatIOException()
                .isThrownBy(() -> question.ask(Path.of("/dev/null"), 1, 3))
                .withMessageContaining("/dev/null")
                .withMessageContaining("Inappropriate ioctl");
    }

    @Test
    void anotherDeviceIsNotAsked() {
        assertThatIOException()
                .isThrownBy(() -> DeviceQuestion.HID_INFO.ask(Path.of("/dev/null"), 1, 5))
                .withMessageContaining("another device");
        assertThatIOException()
                .isThrownBy(() -> DeviceQuestion.HID_INFO.ask(Path.of("/dev/smt-nothing"), 1, 5))
                .withMessageContaining("No such file");
    }
}
