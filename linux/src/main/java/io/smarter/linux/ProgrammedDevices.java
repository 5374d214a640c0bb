package io.smarter.linux;

import io.smarter.linux.ContainerDevices.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A control group of version 2. Each program at it must permit a device, so each is replaced by one that has our rules in
 * front, in one step: there is no moment without one. What is put at a group above, as nobody does, stays as it is.
 */
record ProgrammedDevices(Path folder) implements DeviceGroups.DeviceGroup {
    @FunctionalInterface
    private interface Change {
        DeviceProgram of(DeviceProgram program) throws IOException;
    }

    @Override
    public void allow(Node node) throws IOException {
        change(program -> program.allow(node), false);
    }

    @Override
    public void deny(Node node) throws IOException {
        change(program -> program.deny(node), true);
    }

    /** Without any program everything is permitted already. */
    private void change(Change change, boolean alsoWithoutAny) throws IOException {
        try (var group = OpenFolder.open(folder)) {
            var attached = BpfCalls.attached(group.descriptor());
            for (int number : attached.programs()) change(group, number, attached.flags(), change);
            if (attached.programs().isEmpty() && alsoWithoutAny)
                attach(group, change.of(DeviceProgram.OPEN), BpfCalls.ALLOW_MULTIPLE, -1);
        } catch (IOException e) {
            throw new IOException("devices of %s can't be changed: %s".formatted(folder, e.getMessage()), e);
        }
    }

    private static void change(OpenFolder group, int number, int flags, Change change) throws IOException {
        int old = BpfCalls.openProgram(number);
        try {
            var there = BpfCalls.instructions(old);
            var program = DeviceProgram.parse(there);
            var objection = DeviceProgram.objection(program.rest());
            if (!objection.isEmpty())
                throw new IOException("program %d can't be kept behind a rule: %s".formatted(number, objection));
            var changed = change.of(program);
            if (!Arrays.equals(changed.toInstructions(), there)) attach(group, changed, flags, old);
        } finally {
            NativeCalls.close(old);
        }
    }

    private static void attach(OpenFolder group, DeviceProgram program, int flags, int replaced) throws IOException {
        int loaded = BpfCalls.load(program.toInstructions());
        try {
            BpfCalls.attach(group.descriptor(), loaded, flags, replaced);
        } finally {
            NativeCalls.close(loaded);
        }
    }
}
