package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.cri.v1.Capability;
import io.smarter.cri.v1.Image;
import io.smarter.cri.v1.Int64Value;
import io.smarter.cri.v1.LinuxContainerSecurityContext;
import io.smarter.cri.v1.LinuxSandboxSecurityContext;
import io.smarter.cri.v1.NamespaceMode;
import io.smarter.cri.v1.NamespaceOption;
import io.smarter.cri.v1.SecurityProfile;
import io.smarter.cri.v1.SecurityProfile.ProfileType;
import io.smarter.cri.v1.SupplementalGroupsPolicy;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a pod's containers may do: a container's own settings over those of its pod. */
record Security(Pod pod) {
    private static final List<String> MASKED = List.of(
            "/proc/asound",
            "/proc/acpi",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");
    private static final String SECCOMP_PROFILES = "/var/lib/kubelet/seccomp/";

    LinuxSandboxSecurityContext sandbox() {
        var own = podContext();
        var context = LinuxSandboxSecurityContext.newBuilder()
                .setNamespaceOptions(namespaces())
                .addAllSupplementalGroups(supplementalGroups())
                .setPrivileged(pod.containersOfAllKinds().stream().anyMatch(Security::isPrivileged))
                .setSupplementalGroupsPolicy(groupsPolicy())
                .setSeccomp(SecurityProfile.newBuilder().setProfileType(ProfileType.RuntimeDefault));
        var user = id(own, "runAsUser");
        var group = id(own, "runAsGroup");
        if (user != null) context.setRunAsUser(user);
        if (user != null && group != null) context.setRunAsGroup(group);
        return context.build();
    }

    /**
     * The security context of a container.
     *
     * @param target the id of the container whose processes it is to see; null for none
     * @throws ConfigException if it must not run as root and would, or nobody can tell
     */
    LinuxContainerSecurityContext container(Container container, Image image, @Nullable String target)
            throws ConfigException {
        var own = container.securityContext();
        var user = merged(own, "runAsUser");
        var group = merged(own, "runAsGroup");
        if (runAsNonRoot(own)) checkUser(container, image, user);
        var context = LinuxContainerSecurityContext.newBuilder()
                .setPrivileged(own.flag("privileged"))
                .setCapabilities(Capability.newBuilder()
                        .addAllAddCapabilities(texts(own, "capabilities", "add"))
                        .addAllDropCapabilities(texts(own, "capabilities", "drop")))
                .setNamespaceOptions(namespaces(target))
                .setReadonlyRootfs(own.flag("readOnlyRootFilesystem"))
                .addAllSupplementalGroups(supplementalGroups())
                .setNoNewPrivs(own.get("allowPrivilegeEscalation") instanceof Json.Bool(var allowed) && !allowed)
                .setSeccomp(seccomp(own))
                .setSupplementalGroupsPolicy(groupsPolicy());
        var appArmor = chosen(own, "appArmorProfile");
        if (!appArmor.members().isEmpty()) context.setApparmor(profile(appArmor, ""));
        if (user != null) context.setRunAsUser(user);
        if (group != null) setGroup(context, group, image);
        if (!"Unmasked".equals(own.text("procMount")))
            context.addAllMaskedPaths(MASKED).addAllReadonlyPaths(READ_ONLY);
        return context.build();
    }

    /** A runtime takes a group only together with a user: the one of the image, when the pod names none. */
    private static void setGroup(LinuxContainerSecurityContext.Builder context, Int64Value group, Image image) {
        context.setRunAsGroup(group);
        if (context.hasRunAsUser()) return;
        if (image.getUsername().isEmpty()) context.setRunAsUser(image.getUid());
        else context.setRunAsUsername(image.getUsername());
    }

    NamespaceOption namespaces() {
        var spec = pod.spec();
        var pid = spec.flag("shareProcessNamespace") ? NamespaceMode.POD : NamespaceMode.CONTAINER;
        return NamespaceOption.newBuilder()
                .setNetwork(spec.flag("hostNetwork") ? NamespaceMode.NODE : NamespaceMode.POD)
                .setPid(spec.flag("hostPID") ? NamespaceMode.NODE : pid)
                .setIpc(spec.flag("hostIPC") ? NamespaceMode.NODE : NamespaceMode.POD)
                .build();
    }

    /** The pod's namespaces; where each container has processes of its own, those of the target. */
    private NamespaceOption namespaces(@Nullable String target) {
        var own = namespaces();
        if (target == null || own.getPid() != NamespaceMode.CONTAINER) return own;
        return own.toBuilder().setPid(NamespaceMode.TARGET).setTargetId(target).build();
    }

    /** The group that owns the pod's volumes; null for none. */
    @Nullable
    Integer fsGroup() {
        var group = id(podContext(), "fsGroup");
        return group == null ? null : (int) group.getValue();
    }

    /** The user as whom all containers run, if that is one and the same and the pod says so; null otherwise. */
    @Nullable
    Integer fsUser() {
        Long only = null;
        for (var container : pod.allContainers()) {
            var user = merged(container.securityContext(), "runAsUser");
            if (user == null || only != null && only != user.getValue()) return null;
            only = user.getValue();
        }
        return only == null ? null : only.intValue();
    }

    private List<Long> supplementalGroups() {
        var groups = new ArrayList<Long>();
        for (var group : podContext().items("supplementalGroups")) {
            if (group instanceof Json.Num number) groups.add(number.asLong());
        }
        var owner = fsGroup();
        if (owner != null) groups.add((long) owner);
        return groups;
    }

    private boolean runAsNonRoot(Json.Obj own) {
        if (own.has("runAsNonRoot")) return own.flag("runAsNonRoot");
        return podContext().flag("runAsNonRoot");
    }

    private static void checkUser(Container container, Image image, @Nullable Int64Value user) throws ConfigException {
        long uid =
                user != null ? user.getValue() : image.hasUid() ? image.getUid().getValue() : -1;
        if (uid == 0 && user != null)
            throw new ConfigException(
                    "container's runAsUser breaks non-root policy (container: %s)".formatted(container.name()));
        if (uid > 0) return;
        if (uid < 0 && !image.getUsername().isEmpty() && !image.getUsername().equals("root"))
            throw new ConfigException(
                    "container has runAsNonRoot and image has non-numeric user (%s), cannot verify user is non-root (container: %s)"
                            .formatted(image.getUsername(), container.name()));
        throw new ConfigException(
                "container has runAsNonRoot and image will run as root (container: %s)".formatted(container.name()));
    }

    private SecurityProfile seccomp(Json.Obj own) {
        return profile(chosen(own, "seccompProfile"), SECCOMP_PROFILES);
    }

    /** A container's own, or else its pod's. */
    private Json.Obj chosen(Json.Obj own, String field) {
        return own.has(field) ? own.object(field) : podContext().object(field);
    }

    /** @param prefix comes before the name of a profile of the node */
    private static SecurityProfile profile(Json.Obj definition, String prefix) {
        var profile = SecurityProfile.newBuilder();
        return switch (definition.textOrEmpty("type")) {
            case "RuntimeDefault" ->
                profile.setProfileType(ProfileType.RuntimeDefault).build();
            case "Localhost" ->
                profile.setProfileType(ProfileType.Localhost)
                        .setLocalhostRef(prefix + definition.textOrEmpty("localhostProfile"))
                        .build();
            default -> profile.setProfileType(ProfileType.Unconfined).build();
        };
    }

    private SupplementalGroupsPolicy groupsPolicy() {
        return "Strict".equals(podContext().text("supplementalGroupsPolicy"))
                ? SupplementalGroupsPolicy.Strict
                : SupplementalGroupsPolicy.Merge;
    }

    private static boolean isPrivileged(Container container) {
        return container.securityContext().flag("privileged");
    }

    private Json.Obj podContext() {
        return pod.spec().object("securityContext");
    }

    private @Nullable Int64Value merged(Json.Obj own, String field) {
        var value = id(own, field);
        return value == null ? id(podContext(), field) : value;
    }

    private static @Nullable Int64Value id(Json.Obj context, String field) {
        return context.get(field) instanceof Json.Num number
                ? Int64Value.newBuilder().setValue(number.asLong()).build()
                : null;
    }

    private static List<String> texts(Json.Obj object, String... path) {
        return object.items(path).stream()
                .filter(Json.Str.class::isInstance)
                .map(item -> ((Json.Str) item).value())
                .toList();
    }
}
