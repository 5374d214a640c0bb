package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.api.Pod.QosClass;
import io.smarter.files.PowerCut;
import io.smarter.linux.Cgroups;
import io.smarter.linux.GroupLimits;
import io.smarter.resources.PodLimits;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The control groups above containers' own: that of all pods, of each class of them, and of each pod. What the kernel
 * refuses is logged; the pod runs all the same. Safe for use by many threads.
 */
final class PodGroups implements NodeServices.Groups {
    private static final System.Logger LOG = System.getLogger(PodGroups.class.getName());
    private static final String ALL = "kubepods";

    private final Cgroups groups;
    private final long pids;
    private final Map<String, Pod> pods = new LinkedHashMap<>();
    private final Map<QosClass, GroupLimits> classes = new EnumMap<>(QosClass.class);

    /** Groups of which each pod's may have so many processes; 0 for no limit. */
    PodGroups(Cgroups groups, long pids) {
        this.groups = groups;
        this.pids = pids;
    }

    /** Limits all pods together. */
    void limitAll(long milliCores, long memory) {
        limit(ALL, PodLimits.ofAll(milliCores, memory));
    }

    @Override
    public synchronized void make(Pod pod) {
        pods.put(pod.uid(), pod);
        shareOut();
        limit(PodConfigs.cgroup(pod).substring(1), PodLimits.of(pod, pids));
        PowerCut.after("make group", pod.uid());
    }

    @Override
    public void remove(String group) throws IOException {
        groups.remove(group);
        PowerCut.after("remove group", group);
    }

    @Override
    public synchronized void forget(String uid) {
        if (pods.remove(uid) != null) shareOut();
    }

    /** Gives the classes their parts of the processors; guaranteed pods stand beside the classes. */
    private void shareOut() {
        for (var quality : new QosClass[] {QosClass.BURSTABLE, QosClass.BEST_EFFORT}) {
            var limits = PodLimits.of(quality, List.copyOf(pods.values()));
            if (limits.equals(classes.put(quality, limits))) continue;
            limit(ALL + (quality == QosClass.BURSTABLE ? "/burstable" : "/besteffort"), limits);
        }
    }

    private void limit(String group, GroupLimits limits) {
        try {
            groups.limit(group, limits);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cgroup {0} not limited: {1}", group, e.getMessage());
        }
    }
}
