package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.smarter.linux.ContainerDevices.Node;
import io.smarter.linux.DeviceProgram.Rule;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeviceProgramTest {
    private static final Node SERIAL = new Node("/dev/ttyUSB0", false, 188, 0, "rw", 0, 0, 0666);
    private static final Node DISK = new Node("/dev/sda", true, 8, 0, "r", 0, 0, 0666);
    private static final long[] RUNTIMES = {0x00000000_0000_00b7L, 0x00000000_0000_0095L};

    @Test
    void rulesAreReadOutOfTheProgramItself() throws IOException {
        var none = DeviceProgram.parse(RUNTIMES);
        assertThat(none.rules()).isEmpty();
        var both = none.allow(SERIAL).deny(DISK);
        assertThat(both.rules()).containsExactly(new Rule(true, 8, 0, 7, false), new Rule(false, 188, 0, 6, true));
        var again = DeviceProgram.parse(both.toInstructions());
        assertThat(again.rules()).isEqualTo(both.rules());
        assertThat(again.rest()).isEqualTo(RUNTIMES);
        assertThat(again.allow(DISK).rules())
                .containsExactly(new Rule(true, 8, 0, 2, true), new Rule(false, 188, 0, 6, true));
        assertThat(again.deny(DISK).toInstructions()).isEqualTo(both.toInstructions());
    }

    @Test
    void rulesAreCountedAndLookedAfter() throws IOException {
        var program = DeviceProgram.OPEN;
        for (int minor = 0; minor < 256; minor++)
            program = program.deny(new Node("/dev/x", false, 9, minor, "r", 0, 0, 0666));
        var full = program;
        assertThat(DeviceProgram.parse(full.toInstructions()).rules()).hasSize(256);
        assertThatIOException().isThrownBy(() -> full.allow(SERIAL)).withMessageContaining("256");
        var changed = DeviceProgram.OPEN.allow(SERIAL).toInstructions();
        changed[7] ^= 1L << 16;
        assertThatIOException().isThrownBy(() -> DeviceProgram.parse(changed)).withMessageContaining("changed");
    }

    @Test
    void onlyProgramsThatMeanTheSameWhenLoadedAgainAreKept() {
        assertThat(DeviceProgram.objection(DeviceProgram.OPEN.rest())).isEmpty();
        for (long operation : List.of(0x85L, 0x8dL, 0x18L, 0x7bL, 0x20L, 0xdbL))
            assertThat(DeviceProgram.objection(new long[] {operation})).contains("0x%02x".formatted(operation));
    }
}
