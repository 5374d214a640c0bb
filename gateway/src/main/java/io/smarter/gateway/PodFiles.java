package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.files.Disk;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The pods that this node was told to run, one file for each. */
record PodFiles(Path folder) {
    private static final String SUFFIX = ".json";

    /** Keeps a pod; when this returns, a restart without a network will find it. */
    void write(Pod pod) throws IOException {
        DataFolder.write(file(pod.uid()), pod.tree().bytes());
    }

    void delete(String uid) throws IOException {
        Disk.delete(file(uid));
    }

    /** All pods. A file that holds none is left alone and passed over. */
    List<Pod> read() throws IOException {
        var pods = new ArrayList<Pod>();
        for (var file : DataFolder.list(folder)) {
            var tree = DataFolder.read(file);
            if (tree != null && file.endsWith(tree.textOrEmpty("metadata", "uid") + SUFFIX)) pods.add(new Pod(tree));
        }
        return pods;
    }

    /** Whether two versions of a pod differ in more than what this node said of it itself. */
    static boolean differ(Pod one, Pod other) {
        return !essence(one).equals(essence(other));
    }

    private static Pod essence(Pod pod) {
        var phase = pod.phase();
        boolean over = phase.equals("Succeeded") || phase.equals("Failed");
        var tree = pod.tree().withoutAt("metadata", "resourceVersion").without("status");
        return new Pod(over ? tree.with("status", Json.obj("phase", phase)) : tree);
    }

    private Path file(String uid) {
        if (uid.isEmpty() || uid.contains("/") || uid.startsWith("."))
            throw new IllegalArgumentException("uid: must be a file name, was '%s'".formatted(uid));
        return folder.resolve(uid + SUFFIX);
    }
}
