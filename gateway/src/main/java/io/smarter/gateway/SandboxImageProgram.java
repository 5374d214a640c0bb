package io.smarter.gateway;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The program of the sandbox image: keeps a pod's namespaces alive, takes over orphans when the pod shares its process
 * namespace, ends when told to. A gateway has no compiler, so this is the machine code, {@value #SIZE} bytes with its ELF
 * headers. In C:
 *
 * <pre>{@code
 * rt_sigaction(SIGCHLD, &{SIG_IGN}, NULL, 8);            // the kernel reaps children by itself
 * rt_sigprocmask(SIG_BLOCK, &{SIGINT, SIGTERM}, NULL, 8); // process 1 gets no signal that it neither handles nor blocks
 * while (rt_sigtimedwait(&{SIGINT, SIGTERM}, NULL, NULL, 8) < 0);
 * exit_group(0);
 * }</pre>
 */
final class SandboxImageProgram {
    private static final int SIZE = 0x108;
    private static final long ADDRESS = 0x400000;
    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int ACTION = 0xe0; // struct sigaction: handler SIG_IGN, no flags, no restorer, empty mask
    private static final int SIGNALS = 0x100; // set of SIGINT (2) and SIGTERM (15)

    private static final String X86_64 = """
            bf 11 00 00 00      mov    $17, %edi           SIGCHLD
            be e0 00 40 00      mov    $0x4000e0, %esi     action
            31 d2               xor    %edx, %edx
            41 ba 08 00 00 00   mov    $8, %r10d
            b8 0d 00 00 00      mov    $13, %eax           rt_sigaction
            0f 05               syscall
            31 ff               xor    %edi, %edi          SIG_BLOCK
            be 00 01 40 00      mov    $0x400100, %esi     signals
            31 d2               xor    %edx, %edx
            41 ba 08 00 00 00   mov    $8, %r10d
            b8 0e 00 00 00      mov    $14, %eax           rt_sigprocmask
            0f 05               syscall
            bf 00 01 40 00      mov    $0x400100, %edi     wait: signals
            31 f6               xor    %esi, %esi
            31 d2               xor    %edx, %edx
            41 ba 08 00 00 00   mov    $8, %r10d
            b8 80 00 00 00      mov    $128, %eax          rt_sigtimedwait
            0f 05               syscall
            85 c0               test   %eax, %eax
            78 e6               js     wait
            31 ff               xor    %edi, %edi
            b8 e7 00 00 00      mov    $231, %eax          exit_group
            0f 05               syscall
            """;

    private static final String AARCH64 = """
            20 02 80 d2         mov    x0, #17             SIGCHLD
            01 1c 80 d2         mov    x1, #0xe0
            01 08 a0 f2         movk   x1, #0x40, lsl #16  action
            02 00 80 d2         mov    x2, #0
            03 01 80 d2         mov    x3, #8
            c8 10 80 d2         mov    x8, #134            rt_sigaction
            01 00 00 d4         svc    #0
            00 00 80 d2         mov    x0, #0              SIG_BLOCK
            01 20 80 d2         mov    x1, #0x100
            01 08 a0 f2         movk   x1, #0x40, lsl #16  signals
            02 00 80 d2         mov    x2, #0
            03 01 80 d2         mov    x3, #8
            e8 10 80 d2         mov    x8, #135            rt_sigprocmask
            01 00 00 d4         svc    #0
            00 20 80 d2         mov    x0, #0x100          wait:
            00 08 a0 f2         movk   x0, #0x40, lsl #16  signals
            01 00 80 d2         mov    x1, #0
            02 00 80 d2         mov    x2, #0
            03 01 80 d2         mov    x3, #8
            28 11 80 d2         mov    x8, #137            rt_sigtimedwait
            01 00 00 d4         svc    #0
            20 ff ff 37         tbnz   w0, #31, wait
            00 00 80 d2         mov    x0, #0
            c8 0b 80 d2         mov    x8, #94             exit_group
            01 00 00 d4         svc    #0
            """;

    private SandboxImageProgram() {}

    /**
     * The executable for an architecture in Go's name.
     *
     * @throws IllegalArgumentException for one other than {@code amd64} and {@code arm64}
     */
    static byte[] executable(String architecture) {
        return switch (architecture) {
            case "amd64" -> elf(62, X86_64);
            case "arm64" -> elf(183, AARCH64);
            default -> throw new IllegalArgumentException("no sandbox program for " + architecture);
        };
    }

    /** One segment that holds the whole file, readable and executable; execution begins behind the headers. */
    private static byte[] elf(int machine, String listing) {
        var elf = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        elf.putShort((short) 2).putShort((short) machine).putInt(1); // executable
        elf.putLong(ADDRESS + ELF_HEADER + PROGRAM_HEADER).putLong(ELF_HEADER).putLong(0);
        elf.putInt(0)
                .putShort((short) ELF_HEADER)
                .putShort((short) PROGRAM_HEADER)
                .putShort((short) 1);
        elf.position(ELF_HEADER);
        elf.putInt(1).putInt(5).putLong(0).putLong(ADDRESS).putLong(ADDRESS); // load, read and execute
        elf.putLong(SIZE).putLong(SIZE).putLong(0x10000);
        elf.put(code(listing));
        elf.putLong(ACTION, 1);
        elf.putLong(SIGNALS, 1L << (2 - 1) | 1L << (15 - 1));
        return elf.array();
    }

    private static byte[] code(String listing) {
        var hex = new StringBuilder();
        listing.lines().forEach(line -> hex.append(line, 0, 18));
        return HexFormat.of().parseHex(hex.toString().replace(" ", ""));
    }
}
