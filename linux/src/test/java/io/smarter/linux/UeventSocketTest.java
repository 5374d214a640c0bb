package io.smarter.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.linux.DeviceEvents.Uevent;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class UeventSocketTest {
    private static final String ADDED =
            "add@/devices/virtual/block/zram1\0ACTION=add\0DEVPATH=/devices/virtual/block/zram1\0"
                    + "SUBSYSTEM=block\0MAJOR=253\0MINOR=1\0DEVNAME=zram1\0DEVTYPE=disk\0SEQNUM=1041\0";

    static Stream<Arguments> messages() {
        return Stream.of(
                argumentSet(
                        "device", ADDED, new Uevent("add", "/devices/virtual/block/zram1", "block", "zram1", 253, 1)),
                argumentSet(
                        "no device file",
                        "bind@/bus/usb/1-1\0SUBSYSTEM=usb\0",
                        new Uevent("bind", "/bus/usb/1-1", "usb", "", -1, -1)),
                argumentSet("nothing but a header", "change@/x", new Uevent("change", "/x", "", "", -1, -1)),
                argumentSet(
                        "numbers that are none",
                        "add@/x\0MAJOR=-1\0MINOR=99999999999\0",
                        new Uevent("add", "/x", "", "", -1, -1)),
                argumentSet(
                        "the first of two counts",
                        "add@/x\0DEVNAME=a\0DEVNAME=b\0=c\0\0D",
                        new Uevent("add", "/x", "", "a", -1, -1)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messagesOfTheKernelAreRead(String message, Uevent event) {
        assertThat(UeventSocket.parse(message.getBytes(UTF_8))).contains(event);
    }

    @Test
    void whatIsNoMessageOfTheKernelIsNothing() {
        for (var message : new String[] {"", "\0", "libudev\0\0\0", "@/x", "add@x", "add", "add\0@/x"})
            assertThat(UeventSocket.parse(message.getBytes(UTF_8))).as(message).isEmpty();
    }

    @Test
    void noMessageIsTooStrange() {
        var random = new Random(17);
        int read = 0;
        for (int i = 0; i < 10_000; i++) {
            var message = i % 2 == 0 ? new byte[random.nextInt(20_000)] : ADDED.getBytes(ISO_8859_1);
            if (i % 2 == 0) random.nextBytes(message);
            else
                for (int n = random.nextInt(8); n > 0; n--)
                    message[random.nextInt(message.length)] = (byte) random.nextInt();
            if (i % 3 == 0) message = Arrays.copyOf(message, random.nextInt(message.length + 1));
            var event = UeventSocket.parse(message);
            if (event.isPresent()) read++;
            event.ifPresent(one -> {
                assertThat(one.devpath()).startsWith("/");
                assertThat(one.major()).isGreaterThanOrEqualTo(-1);
                assertThat(one.devname().length()).isLessThanOrEqualTo(8 << 10);
            });
        }
        assertThat(read).isBetween(1_000, 9_000);
    }
}
