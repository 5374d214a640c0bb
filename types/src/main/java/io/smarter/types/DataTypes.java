package io.smarter.types;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import io.smarter.printers.Columns;
import io.smarter.printers.DataColumns;
import io.smarter.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The table of the types that are kept as data: clients make, list and watch them as they expect, but nothing in this
 * cloud acts on them, and who writes them is told so.
 */
public final class DataTypes {
    public static final Resource PRIORITY_CLASSES =
            new Resource("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", false);

    public static final Resource RUNTIME_CLASSES =
            new Resource("node.k8s.io", "v1", "runtimeclasses", "RuntimeClass", false);

    public static final Resource ENDPOINT_SLICES =
            new Resource("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true);

    public static final Resource FLOW_SCHEMAS =
            new Resource("flowcontrol.apiserver.k8s.io", "v1", "flowschemas", "FlowSchema", false);

    public static final Resource PRIORITY_LEVELS = new Resource(
            "flowcontrol.apiserver.k8s.io", "v1", "prioritylevelconfigurations", "PriorityLevelConfiguration", false);

    private static final boolean NAMESPACED = true;
    private static final boolean CLUSTER = false;
    private static final Json.Obj NOTHING = Json.Obj.EMPTY;
    private static final Json.Obj NO_REPLICAS = Json.obj("replicas", 0);
    private static final Json.Obj PENDING = Json.obj("phase", "Pending");
    private static final Json.Obj NO_ADDRESS = Json.obj("loadBalancer", Json.Obj.EMPTY);

    private final Schema schema;
    private final List<TypeLine> lines = new ArrayList<>();

    private DataTypes(Schema schema) {
        this.schema = schema;
    }

    public static List<ApiType> of(Schema schema) {
        var types = new DataTypes(schema);
        types.core();
        types.workloads();
        types.autoscalers();
        types.network();
        types.storage();
        types.policy();
        types.admission();
        types.changingPolicies();
        types.flows();
        types.devices();
        return types.lines.stream().map(TypeLine::type).toList();
    }

    private void core() {
        var in = new Group("", "v1");
        add(in.type("endpoints", "Endpoints", NAMESPACED), "services/endpoints")
                .names("ep")
                .does(new EndpointsStrategy());
        add(in.type("limitranges", "LimitRange", NAMESPACED)).names("limits").does(DataStrategy.PLAIN);
        add(in.type("persistentvolumeclaims", "PersistentVolumeClaim", NAMESPACED))
                .names("pvc")
                .status()
                .does(DataStrategy.status(PENDING));
        add(in.type("persistentvolumes", "PersistentVolume", CLUSTER))
                .names("pv")
                .status()
                .does(DataStrategy.status(PENDING));
        add(in.type("podtemplates", "PodTemplate", NAMESPACED)).does(DataStrategy.PLAIN.counted());
        add(in.type("replicationcontrollers", "ReplicationController", NAMESPACED), "controllers")
                .names("rc")
                .in("all")
                .selects(List.of("status.replicas"))
                .status()
                .scale()
                .does(new WorkloadStrategy("ReplicationController", NO_REPLICAS));
        add(in.type("resourcequotas", "ResourceQuota", NAMESPACED))
                .names("quota")
                .status()
                .does(DataStrategy.status(NOTHING));
    }

    private void workloads() {
        var apps = new Group("apps", "v1");
        add(apps.type("deployments", "Deployment", NAMESPACED))
                .names("deploy")
                .in("all")
                .status()
                .scale()
                .does(new WorkloadStrategy("Deployment", NOTHING));
        add(apps.type("replicasets", "ReplicaSet", NAMESPACED))
                .names("rs")
                .in("all")
                .selects(List.of("status.replicas"))
                .status()
                .scale()
                .does(new WorkloadStrategy("ReplicaSet", NO_REPLICAS));
        add(apps.type("statefulsets", "StatefulSet", NAMESPACED))
                .names("sts")
                .in("all")
                .status()
                .scale()
                .does(new WorkloadStrategy("StatefulSet", Json.obj("replicas", 0, "availableReplicas", 0)));
        var batch = new Group("batch", "v1");
        add(batch.type("jobs", "Job", NAMESPACED))
                .in("all")
                .selects(List.of("status.successful"))
                .status()
                .does(new JobStrategy());
        add(batch.type("cronjobs", "CronJob", NAMESPACED))
                .names("cj")
                .in("all")
                .status()
                .does(DataStrategy.status(NOTHING).counted().idle("CronJob"));
    }

    /** Version 2 comes first: it is the one that is kept. */
    private void autoscalers() {
        var kind = "HorizontalPodAutoscaler";
        add(new Group("autoscaling", "v2").type("horizontalpodautoscalers", kind, NAMESPACED))
                .names("hpa")
                .in("all")
                .status()
                .does(DataStrategy.status(Json.obj("currentMetrics", Json.Null.NULL, "desiredReplicas", 0))
                        .idle(kind));
        add(new Group("autoscaling", "v1").type("horizontalpodautoscalers", kind, NAMESPACED))
                .names("hpa")
                .in("all")
                .status()
                .does(new AutoscalerV1Strategy())
                .shows(Columns.later(() -> DataColumns.of(kind)).after(AutoscalerV1Strategy::now));
    }

    private void network() {
        add(Resource.ENDPOINT_SLICES).does(DataStrategy.PLAIN.counted());
        var networking = new Group("networking.k8s.io", "v1");
        add(networking.type("ingresses", "Ingress", NAMESPACED), "ingress")
                .names("ing")
                .status()
                .does(DataStrategy.status(NO_ADDRESS).counted().idle("Ingress"));
        add(networking.type("ingressclasses", "IngressClass", CLUSTER)).does(DataStrategy.PLAIN.counted());
        add(networking.type("networkpolicies", "NetworkPolicy", NAMESPACED))
                .names("netpol")
                .does(DataStrategy.PLAIN.counted());
        add(networking.type("ipaddresses", "IPAddress", CLUSTER)).names("ip").does(DataStrategy.PLAIN.counted());
        add(networking.type("servicecidrs", "ServiceCIDR", CLUSTER))
                .status()
                .does(DataStrategy.status(NOTHING).counted().idle("ServiceCIDR"));
    }

    private void storage() {
        var storage = new Group("storage.k8s.io", "v1");
        add(storage.type("csidrivers", "CSIDriver", CLUSTER)).does(DataStrategy.PLAIN.counted());
        add(storage.type("csinodes", "CSINode", CLUSTER));
        add(storage.type("csistoragecapacities", "CSIStorageCapacity", NAMESPACED));
        add(storage.type("storageclasses", "StorageClass", CLUSTER)).names("sc");
        add(storage.type("volumeattachments", "VolumeAttachment", CLUSTER))
                .status()
                .does(DataStrategy.status(Json.obj("attached", false)));
        add(storage.type("volumeattributesclasses", "VolumeAttributesClass", CLUSTER))
                .names("vac");
    }

    private void policy() {
        add(new Group("policy", "v1").type("poddisruptionbudgets", "PodDisruptionBudget", NAMESPACED))
                .names("pdb")
                .status()
                .does(DataStrategy.status(Json.obj(
                                "currentHealthy", 0, "desiredHealthy", 0, "disruptionsAllowed", 0, "expectedPods", 0))
                        .counted()
                        .notEnforced("PodDisruptionBudget"));
        add(PRIORITY_CLASSES).names("pc").does(new PriorityClassStrategy());
        add(RUNTIME_CLASSES);
    }

    private void admission() {
        var group = new Group("admissionregistration.k8s.io", "v1");
        for (var kind : List.of("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"))
            add(group.type(plural(kind), kind, CLUSTER)).in("api-extensions").does(DataStrategy.PLAIN.counted());
        add(group.type("validatingadmissionpolicies", "ValidatingAdmissionPolicy", CLUSTER))
                .in("api-extensions")
                .status()
                .does(DataStrategy.status(NOTHING).counted());
        add(group.type("validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", CLUSTER))
                .in("api-extensions")
                .does(DataStrategy.PLAIN.counted());
    }

    /** The version that is kept comes first. */
    private void changingPolicies() {
        var group = "admissionregistration.k8s.io";
        var older = new OlderFormStrategy(group + "/v1", group + "/v1beta1");
        for (var version : List.of("v1", "v1beta1")) {
            var in = new Group(group, version);
            var strategy = version.equals("v1") ? DataStrategy.PLAIN.counted() : older;
            add(in.type("mutatingadmissionpolicies", "MutatingAdmissionPolicy", CLUSTER))
                    .in("api-extensions")
                    .does(strategy);
            add(in.type("mutatingadmissionpolicybindings", "MutatingAdmissionPolicyBinding", CLUSTER))
                    .in("api-extensions")
                    .does(strategy);
        }
    }

    private void flows() {
        add(FLOW_SCHEMAS).status().does(DataStrategy.status(NOTHING).counted());
        add(PRIORITY_LEVELS)
                .status()
                .does(DataStrategy.status(NOTHING).counted().notEnforced("PriorityLevelConfiguration"));
    }

    private void devices() {
        var group = new Group("resource.k8s.io", "v1");
        add(group.type("deviceclasses", "DeviceClass", CLUSTER)).does(DataStrategy.PLAIN.counted());
        add(group.type("resourceclaims", "ResourceClaim", NAMESPACED))
                .status()
                .does(DataStrategy.status(NOTHING).idle("ResourceClaim"));
        add(group.type("resourceclaimtemplates", "ResourceClaimTemplate", NAMESPACED));
        add(group.type("resourceslices", "ResourceSlice", CLUSTER))
                .selects(List.of("spec.driver", "spec.nodeName"))
                .does(DataStrategy.PLAIN.counted());
    }

    private static String plural(String kind) {
        return kind.toLowerCase(Locale.ROOT) + "s";
    }

    private record Group(String group, String version) {
        Resource type(String plural, String kind, boolean namespaced) {
            return new Resource(group, version, plural, kind, namespaced);
        }
    }

    private TypeLine add(Resource resource) {
        return add(resource, resource.plural());
    }

    private TypeLine add(Resource resource, String folder) {
        var columns = Columns.later(() -> DataColumns.of(resource.kind()));
        var line = Types.line(schema, resource, folder).does(DataStrategy.PLAIN).shows(columns);
        lines.add(line);
        return line;
    }
}
