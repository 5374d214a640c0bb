package io.smarter.bench;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.ClientConfig;
import io.smarter.client.PatchType;
import io.smarter.cri.CriClient;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;

/**
 * The SMARTER paper's measurement, on a running system: an application is asked for by a DaemonSet whose node selector one
 * gateway meets; the clock stops when its first datum is in the cloud. Three cases: the image must be pulled (about 50 MB,
 * from a registry that runs for as long as this does), it is there, and it is there but the registry is asked. The same
 * calls to the runtime, made bare in the same run, tell what our own share is. Leaves nothing behind.
 */
public final class DeployBench {
    private static final String IMAGE = "smarter-bench/demo";
    private static final Duration REMOVED = Duration.ofSeconds(60);

    private final DeployOptions options;
    private final PrintStream progress;
    private final ApiClient api;
    private final CriClient cri;
    private final String image;
    private final String gate = Long.toString(System.currentTimeMillis(), 36);
    private final Report report = new Report();

    private DeployBench(DeployOptions options, PrintStream progress, ApiClient api, CriClient cri, String image) {
        this.options = options;
        this.progress = progress;
        this.api = api;
        this.cri = cri;
        this.image = image;
    }

    /**
     * Measures and prints; takes about two seconds a run. Progress goes to standard error, so that {@code out} has the
     * report alone.
     *
     * @throws IOException if a deployment does not come through; the message says what was waited for
     */
    public static void run(DeployOptions options, PrintStream out) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("smarter-bench");
        try (var registry = LocalRegistry.start(folder);
                var api = new ApiClient(ClientConfig.kubeconfig(options.cloud().resolve("admin.kubeconfig")));
                var cri = CriClient.connect(options.runtime())) {
            System.err.println("making and pushing an image of 50 MB");
            registry.push(IMAGE, BenchImage.of(options.image(), Files.createDirectory(folder.resolve("image"))));
            var bench = new DeployBench(options, System.err, api, cri, registry.reference(IMAGE));
            bench.measureAll();
            if (options.json()) out.print(bench.report.json().pretty());
            else bench.report.print(out);
        } finally {
            remove(folder);
        }
    }

    private void measureAll() throws IOException, InterruptedException {
        prepare();
        try (var pods = new PodWatch(api);
                var data = DatumWatch.open(api, options.node());
                var starts = new StartWatch(cri)) {
            var deployment = new Deployment(api, cri, pods, data, starts);
            for (var which : Case.values()) measure(which, deployment);
            report.readMemory(options.processes());
        } finally {
            cleanUp();
        }
    }

    private void measure(Case which, Deployment deployment) throws IOException, InterruptedException {
        var bare = new BareCalls(cri, image);
        for (int run = 1; run <= options.runs(); run++) {
            if (which == Case.NO_IMAGE) removeImage();
            var name =
                    "%s-%s-%d".formatted(which.name().toLowerCase(Locale.ROOT).replace('_', '-'), gate, run);
            var timeline = deployment.run(name, Application.daemonSet(name, gate, image, which.pullPolicy()));
            report.add(which, timeline);
            // next to each other, as the machine is not equally busy all the time
            if (which == Case.IF_NOT_PRESENT) report.addBare(bare.run("bare-%s-%d".formatted(gate, run)));
            progress.printf(
                    "%s %d/%d: %d ms%n",
                    which.title(),
                    run,
                    options.runs(),
                    timeline.until(Stage.DATUM).toMillis());
        }
    }

    private void prepare() throws IOException {
        create(Resource.NAMESPACES, "", Application.namespace());
        var pki = options.cloud().resolve("pki");
        var server = ClientConfig.kubeconfig(options.cloud().resolve("admin.kubeconfig"))
                .server();
        var url = server.resolve(DatumWatch.PATH).toString();
        var ca = Files.readString(pki.resolve("ca.crt"));
        var token = Files.readString(pki.resolve("intake.token"));
        create(Resource.SECRETS, Application.NAMESPACE, Application.intake(url, ca, token));
        label(Json.of(gate));
    }

    /** Creates an object; one that an interrupted run left behind is replaced. */
    private void create(Resource resource, String namespace, Json.Obj object) throws IOException {
        try {
            api.create(resource, namespace, object);
        } catch (ApiException e) {
            if (!e.conflict()) throw e;
            api.patch(resource, namespace, object.textOrEmpty("metadata", "name"), PatchType.MERGE, object);
        }
    }

    private void label(Json value) throws IOException {
        var labels = Json.obj(Application.LABEL, value);
        api.patch(
                Resource.NODES, "", options.node(), PatchType.MERGE, Json.obj("metadata", Json.obj("labels", labels)));
    }

    private void removeImage() throws IOException, InterruptedException {
        cri.removeImage(image);
        long deadline = System.nanoTime() + REMOVED.toNanos();
        while (cri.imageStatus(image).isPresent()) {
            if (System.nanoTime() > deadline) throw new IOException(image + ": is still there after it was removed");
            Thread.sleep(20);
        }
    }

    private void cleanUp() throws IOException {
        label(Json.Null.NULL);
        api.delete(Resource.NAMESPACES, "", Application.NAMESPACE, Json.Obj.EMPTY);
        cri.removeImage(image);
    }

    private static void remove(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }
}
