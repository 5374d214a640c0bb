package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.api.VolumeMount;
import io.smarter.cri.v1.ContainerConfig;
import io.smarter.cri.v1.ContainerMetadata;
import io.smarter.cri.v1.Image;
import io.smarter.cri.v1.ImageSpec;
import io.smarter.cri.v1.KeyValue;
import io.smarter.cri.v1.LinuxContainerConfig;
import io.smarter.cri.v1.LinuxPodSandboxConfig;
import io.smarter.cri.v1.Mount;
import io.smarter.cri.v1.MountPropagation;
import io.smarter.cri.v1.PodSandboxConfig;
import io.smarter.cri.v1.PodSandboxMetadata;
import io.smarter.cri.v1.PortMapping;
import io.smarter.cri.v1.Protocol;
import io.smarter.files.Disk;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns pods into what the runtime is asked for. */
final class PodConfigs {
    /** The kernel's limit of a host name, sethostname(2). */
    private static final int LONGEST_NAME = 64;

    private final Fields.Node node;
    private final Configs configs;
    private final Dns dns;
    private final Path logs;
    private final Map<String, String> variables;

    /**
     * Makes configurations for pods of a node whose logs go below a folder.
     *
     * @param variables what every container finds in its environment, unless its pod says otherwise
     */
    PodConfigs(Fields.Node node, Configs configs, Dns dns, Path logs, Map<String, String> variables) {
        this.node = node;
        this.configs = configs;
        this.dns = dns;
        this.logs = logs;
        this.variables = Map.copyOf(variables);
    }

    /** Where a pod's logs go: one folder for each container. */
    Path logFolder(Pod pod) {
        return logFolder(logs, pod);
    }

    static Path logFolder(Path logs, Pod pod) {
        return logs.resolve("%s_%s_%s".formatted(pod.namespace(), pod.name(), pod.uid()));
    }

    /** The node's address. */
    String address() {
        return node.address();
    }

    /** Where a pod can be reached from here. */
    String address(Pod pod, Observed seen) {
        var sandbox = Plan.current(pod, seen);
        return pod.hostNetwork() || sandbox == null || sandbox.ips().isEmpty()
                ? node.address()
                : sandbox.ips().getFirst();
    }

    /** Removes all that a pod's containers wrote, whatever the pod was called: of one that was lost only the uid is known. */
    void deleteLogs(Pod pod) throws IOException {
        if (!Files.isDirectory(logs)) return;
        var end = "_" + pod.uid();
        try (var folders =
                Files.newDirectoryStream(logs, folder -> folder.toString().endsWith(end))) {
            for (var folder : folders) Disk.deleteAll(folder);
        }
    }

    /** Removes what a container wrote that is removed itself. */
    void deleteLog(Pod pod, Observed.Instance instance) throws IOException {
        LogRotation.delete(log(pod, instance));
    }

    /** Where a container writes. */
    Path log(Pod pod, Observed.Instance instance) {
        return logFolder(pod).resolve(instance.name()).resolve(instance.restarts() + ".log");
    }

    /** The control group in which a pod's containers are. */
    static String cgroup(Pod pod) {
        return switch (pod.qosClass()) {
            case GUARANTEED -> "/kubepods/pod" + pod.uid();
            case BURSTABLE -> "/kubepods/burstable/pod" + pod.uid();
            case BEST_EFFORT -> "/kubepods/besteffort/pod" + pod.uid();
        };
    }

    Fields fields(Pod pod, List<String> ips) {
        return new Fields(pod, node, ips);
    }

    /** @throws IllegalArgumentException if the pod asks for what no sandbox here can be */
    PodSandboxConfig sandbox(Pod pod, int attempt) throws IOException {
        if (pod.spec().get("hostUsers") instanceof Json.Bool(var shared) && !shared)
            throw new IllegalArgumentException("spec.hostUsers: user namespaces are not supported by this node");
        var config = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(pod.name())
                        .setNamespace(pod.namespace())
                        .setUid(pod.uid())
                        .setAttempt(attempt))
                .setLogDirectory(logFolder(pod).toString())
                .setDnsConfig(dns.of(pod))
                .putAllLabels(pod.metadata().labels())
                .putLabels(Labels.POD_NAME, pod.name())
                .putLabels(Labels.POD_NAMESPACE, pod.namespace())
                .putLabels(Labels.POD_UID, pod.uid())
                .putLabels(Labels.NODE, node.name())
                .putAllAnnotations(pod.metadata().annotations())
                .setLinux(LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(cgroup(pod))
                        .setSecurityContext(new Security(pod).sandbox())
                        .putAllSysctls(sysctls(pod)));
        if (!pod.hostNetwork()) {
            config.setHostname(hostname(pod));
            for (var container : pod.allContainers()) addPorts(config, container);
        }
        return config.build();
    }

    /**
     * By which of the runtime's configurations a pod is run; empty for the usual one.
     *
     * @throws ConfigException if there is no such runtime class
     */
    String handler(Pod pod) throws ConfigException {
        var name = pod.spec().textOrEmpty("runtimeClassName");
        if (name.isEmpty()) return "";
        var found = configs.find(ConfigFolder.RUNTIME_CLASS, "", name);
        if (found == null) throw new ConfigException("runtimeclass.node.k8s.io \"%s\" not found".formatted(name));
        return found.textOrEmpty("handler");
    }

    private String hostname(Pod pod) {
        if (!pod.spec().flag("setHostnameAsFQDN")) return pod.hostname();
        var name = HostsFile.fullName(pod, dns.cluster());
        if (name.length() <= LONGEST_NAME) return name;
        throw new IllegalArgumentException(
                "failed to construct FQDN from pod hostname and cluster domain, FQDN %s is too long (%d characters is the max, %d characters requested)"
                        .formatted(name, LONGEST_NAME, name.length()));
    }

    private static void addPorts(PodSandboxConfig.Builder config, Container container) {
        for (var port : container.ports()) {
            int hostPort = (int) port.number(0, "hostPort");
            if (hostPort == 0) continue;
            config.addPortMappings(PortMapping.newBuilder()
                    .setProtocol(protocol(port.textOrEmpty("protocol")))
                    .setContainerPort((int) port.number(0, "containerPort"))
                    .setHostPort(hostPort)
                    .setHostIp(port.textOrEmpty("hostIP")));
        }
    }

    private static Protocol protocol(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "UDP" -> Protocol.UDP;
            case "SCTP" -> Protocol.SCTP;
            default -> Protocol.TCP;
        };
    }

    private static Map<String, String> sysctls(Pod pod) {
        var sysctls = new LinkedHashMap<String, String>();
        for (var sysctl : pod.spec().items("securityContext", "sysctls"))
            sysctls.put(sysctl.textOrEmpty("name"), sysctl.textOrEmpty("value"));
        return sysctls;
    }

    /**
     * The configuration of one container, with what it needs on disk made.
     *
     * @param volumes the pod's volumes, set up
     * @param ips the sandbox's addresses
     * @throws ConfigException if the pod asks for what is not there
     */
    ContainerConfig container(Pod pod, Step.Start step, Image image, Volumes volumes, List<String> ips)
            throws IOException, ConfigException {
        var container = step.container();
        var environment =
                new Environment(fields(pod, ips), configs, name -> volumes.path(name, "")).of(container, variables);
        var config = ContainerConfig.newBuilder()
                .setMetadata(
                        ContainerMetadata.newBuilder().setName(container.name()).setAttempt(step.restarts()))
                .setImage(ImageSpec.newBuilder().setImage(image.getId()).setUserSpecifiedImage(container.image()))
                .addAllCommand(Expansion.expand(container.command(), environment))
                .addAllArgs(Expansion.expand(container.args(), environment))
                .setWorkingDir(container.workingDir())
                .setLogPath("%s/%d.log".formatted(container.name(), step.restarts()))
                .setStdin(container.stdin())
                .setStdinOnce(container.stdinOnce())
                .setTty(container.tty())
                .setLinux(LinuxContainerConfig.newBuilder()
                        .setResources(Resources.of(pod, container, node.memory()))
                        .setSecurityContext(new Security(pod).container(container, image, step.target())));
        environment.forEach((name, value) ->
                config.addEnvs(KeyValue.newBuilder().setKey(name).setValue(value)));
        addLabels(config, pod, step);
        for (var mount : container.volumeMounts()) config.addMounts(mount(mount, environment, volumes));
        addManagedFiles(config, pod, step, volumes, ips);
        Files.createDirectories(logFolder(pod).resolve(container.name()));
        return config.build();
    }

    private static void addLabels(ContainerConfig.Builder config, Pod pod, Step.Start step) {
        var container = step.container();
        config.putLabels(Labels.CONTAINER_NAME, container.name())
                .putLabels(Labels.POD_NAME, pod.name())
                .putLabels(Labels.POD_NAMESPACE, pod.namespace())
                .putLabels(Labels.POD_UID, pod.uid())
                .putAnnotations(Labels.HASH, Plan.hash(container))
                .putAnnotations(Labels.RESTARTS, Integer.toString(step.restarts()))
                .putAnnotations(Labels.GRACE, Long.toString(pod.gracePeriod().toSeconds()))
                .putAnnotations(Labels.TERMINATION_PATH, container.terminationMessagePath())
                .putAnnotations(
                        Labels.TERMINATION_POLICY, container.fallsBackToLogs() ? "FallbackToLogsOnError" : "File");
        if (!container.ports().isEmpty())
            config.putAnnotations(Labels.PORTS, Json.arr(container.ports()).compact());
    }

    private static Mount mount(VolumeMount mount, Map<String, String> environment, Volumes volumes)
            throws IOException, ConfigException {
        var subPath =
                mount.subPathExpr().isEmpty() ? mount.subPath() : Expansion.expand(mount.subPathExpr(), environment);
        return Mount.newBuilder()
                .setContainerPath(absolute(mount.mountPath()))
                .setHostPath(volumes.path(mount.name(), subPath).toString())
                .setReadonly(mount.readOnly() || volumes.isReadOnly(mount.name()))
                .setPropagation(propagation(mount.propagation()))
                .build();
    }

    private static String absolute(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }

    private static MountPropagation propagation(String name) {
        return switch (name) {
            case "HostToContainer" -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
            case "Bidirectional" -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
            default -> MountPropagation.PROPAGATION_PRIVATE;
        };
    }

    private void addManagedFiles(
            ContainerConfig.Builder config, Pod pod, Step.Start step, Volumes volumes, List<String> ips)
            throws IOException {
        var container = step.container();
        var paths =
                container.volumeMounts().stream().map(VolumeMount::mountPath).toList();
        if (!paths.contains("/etc/hosts") && (!pod.hostNetwork() || pod.spec().has("hostAliases"))) {
            var hosts = volumes.folder().resolve("etc-hosts");
            Files.write(hosts, HostsFile.of(pod, ips, dns));
            config.addMounts(Mount.newBuilder().setContainerPath("/etc/hosts").setHostPath(hosts.toString()));
        }
        var folder = volumes.folder().resolve("containers").resolve(container.name());
        Files.createDirectories(folder);
        var message = folder.resolve(Integer.toString(step.restarts()));
        Files.write(message, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        Payload.Owner.grant(message, 0666, null);
        config.addMounts(Mount.newBuilder()
                .setContainerPath(container.terminationMessagePath())
                .setHostPath(message.toString()));
    }
}
