package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What pods ask of a node that it may not or cannot give, so that they fail before anything of them runs. Pure functions.
 *
 * @param appArmor whether the kernel enforces AppArmor profiles
 * @param strictGroups whether the runtime can leave out the groups that images give to users
 */
record PodDemands(Sysctls sysctls, boolean appArmor, boolean strictGroups) {
    /** What a node can do. */
    static PodDemands of(Sysctls sysctls, Path sys, String runtime) {
        return new PodDemands(sysctls, isAppArmorEnabled(sys), !runtime.matches("containerd://v?[01]\\..*"));
    }

    private static boolean isAppArmorEnabled(Path sys) {
        try {
            return Files.readString(sys.resolve("module/apparmor/parameters/enabled"))
                    .startsWith("Y");
        } catch (IOException e) {
            return false; // a kernel without it has no such file
        }
    }

    /** Why a pod may not run here; null if it may. */
    @Nullable
    GivenUp refusal(Pod pod) {
        var sysctl = sysctls.forbidden(pod);
        if (sysctl != null) return refused("SysctlForbidden", sysctl);
        if (!appArmor && wantsAppArmor(pod))
            return refused("AppArmor", "Cannot enforce AppArmor: AppArmor is not enabled on the host");
        boolean strict = "Strict".equals(pod.spec().text("securityContext", "supplementalGroupsPolicy"));
        return strict && !strictGroups
                ? refused(
                        "SupplementalGroupsPolicyNotSupported",
                        "SupplementalGroupsPolicy=Strict is not supported in this node")
                : null;
    }

    private static GivenUp refused(String reason, String why) {
        return GivenUp.refused(reason, "Pod was rejected: " + why);
    }

    private static boolean wantsAppArmor(Pod pod) {
        var contexts = Stream.concat(
                Stream.of(pod.spec().object("securityContext")),
                pod.allContainers().stream().map(container -> container.securityContext()));
        return contexts.map((Json.Obj context) -> context.textOrEmpty("appArmorProfile", "type"))
                .anyMatch(type -> !type.isEmpty() && !type.equals("Unconfined"));
    }
}
