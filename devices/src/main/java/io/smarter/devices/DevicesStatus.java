package io.smarter.devices;

import io.smarter.cri.CriException;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How it stands with the devices of a node. Edge keeps it in a file for others to {@link #read}; who holds devices is not in there,
 * as edge does not hear of it, and is asked of the kubelet by {@link #withHolders}.
 *
 * @param node the Node's name; empty for a trial of rules
 * @param kubelet its folder; empty for a trial
 * @param process the number of edge's process; 0 for a trial
 * @param current whether that process still runs, so that this is how it stands now
 * @param left what rules mean and is not offered
 * @param problems of the rules
 * @param unmatched paths of what no rule matches
 * @param holdersUnknown why it is not known who holds devices; empty when it is
 */
public record DevicesStatus(
        String node,
        String kubelet,
        long process,
        boolean current,
        List<Resource> resources,
        List<Left> left,
        List<Problem> problems,
        List<String> unmatched,
        String holdersUnknown) {
    /** Where edge keeps it. */
    public static final Path FOLDER = Path.of("/run/smarter/devices");

    private static final String NOT_ASKED = "nobody was asked who holds devices";

    public DevicesStatus {
        resources = List.copyOf(resources);
        left = List.copyOf(left);
        problems = List.copyOf(problems);
        unmatched = List.copyOf(unmatched);
    }

    /**
     * What pods may ask for by one name.
     *
     * @param name such as {@code smarter-devices/ttyUSB0}
     * @param line where its rule begins in the file of rules
     */
    public record Resource(String name, int line, Registration registration, List<Device> devices) {
        public Resource {
            devices = List.copyOf(devices);
        }
    }

    /**
     * How it stands with the kubelet.
     *
     * @param trouble why the kubelet does not know of it; empty when it does
     * @param attempts how often it was registered or tried to be
     * @param failures how many of these failed
     */
    public record Registration(String trouble, long attempts, long failures) {
        static final Registration NONE = new Registration("", 0, 0);
    }

    /**
     * A device of a resource.
     *
     * @param path below {@code /dev}
     * @param identity what the ids of its shares begin with: {@code <identity>-0}, {@code <identity>-1} and so on
     * @param shares how many containers may hold it at once
     * @param with paths of the files that are handed over with it
     * @param trouble why nobody may have it now; empty when anybody may
     * @param goneSince when it went; null while it is there
     * @param holders none when they are not known
     */
    public record Device(
            String path,
            String identity,
            int shares,
            List<String> with,
            String trouble,
            @Nullable Instant goneSince,
            List<Holder> holders) {
        public Device {
            with = List.copyOf(with);
            holders = List.copyOf(holders);
        }

        /** How many shares containers hold. */
        public int held() {
            return holders.stream().mapToInt(holder -> holder.ids().size()).sum();
        }
    }

    static DevicesStatus of(
            DevicesSettings settings,
            Rules rules,
            Catalog catalog,
            Map<String, Offered> offered,
            Map<String, Registration> registrations) {
        var resources = new ArrayList<Resource>();
        for (var one : offered.values()) {
            var devices = one.units().stream()
                    .map(unit -> device(unit.unit(), unit.trouble(), unit.gone()))
                    .toList();
            var registration = registrations.getOrDefault(one.name(), Registration.NONE);
            resources.add(new Resource(one.name(), one.offer().rule().line(), registration, devices));
        }
        return new DevicesStatus(
                settings.node(),
                settings.kubelet().toString(),
                ProcessHandle.current().pid(),
                true,
                resources,
                catalog.left(),
                rules.problems(),
                catalog.unmatched(),
                NOT_ASKED);
    }

    /** What rules come to, with nobody to offer it to. */
    static DevicesStatus trial(Rules rules, Catalog catalog) {
        var resources = catalog.offers().stream()
                .map(offer -> new Resource(
                        offer.name(),
                        offer.rule().line(),
                        Registration.NONE,
                        offer.units().stream()
                                .map(unit -> device(unit, "", null))
                                .toList()))
                .toList();
        return new DevicesStatus(
                "", "", 0, true, resources, catalog.left(), rules.problems(), catalog.unmatched(), NOT_ASKED);
    }

    private static Device device(Unit unit, String trouble, @Nullable Instant gone) {
        var with = unit.with().stream().map(Found::path).toList();
        return new Device(unit.device().path(), unit.identity(), unit.count(), with, trouble, gone, List.of());
    }

    /**
     * What edge keeps, of each of its nodes on this machine; none when it keeps nothing.
     *
     * @param folder {@link #FOLDER}
     * @throws IOException if it can't be read
     */
    public static List<DevicesStatus> read(Path folder) throws IOException {
        return StatusFile.read(folder);
    }

    /**
     * With who holds devices, as the kubelet of this machine tells, to root alone. Where it does not, with the reason in
     * {@link #holdersUnknown}.
     */
    public DevicesStatus withHolders() {
        try (var asked = new Kubelet(Path.of(kubelet))) {
            var told = asked.podResources();
            return with(
                    resources.stream()
                            .map(resource -> new Resource(
                                    resource.name(),
                                    resource.line(),
                                    resource.registration(),
                                    resource.devices().stream()
                                            .map(device -> held(
                                                    device,
                                                    Holder.of(
                                                            told,
                                                            resource.name(),
                                                            id -> Unit.identity(id)
                                                                    .equals(device.identity()))))
                                            .toList()))
                            .toList(),
                    "");
        } catch (CriException e) {
            return with(
                    resources,
                    "the kubelet at %s does not tell who holds devices: %s".formatted(kubelet, e.getMessage()));
        }
    }

    private static Device held(Device device, List<Holder> holders) {
        return new Device(
                device.path(),
                device.identity(),
                device.shares(),
                device.with(),
                device.trouble(),
                device.goneSince(),
                holders);
    }

    private DevicesStatus with(List<Resource> now, String unknown) {
        return new DevicesStatus(node, kubelet, process, current, now, left, problems, unmatched, unknown);
    }

    /** As it is now where edge runs on this machine, and as it was last where it does not. */
    DevicesStatus onThisMachine() {
        boolean runs = ProcessHandle.of(process).isPresent();
        return new DevicesStatus(node, kubelet, process, runs, resources, left, problems, unmatched, holdersUnknown);
    }

    /** As {@link #of(Json)} reads it. */
    public Json.Obj json() {
        return StatusJson.write(this);
    }

    /**
     * What {@link #json} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static DevicesStatus of(Json json) {
        return StatusJson.read(json);
    }
}
