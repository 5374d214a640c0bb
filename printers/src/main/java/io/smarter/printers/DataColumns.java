package io.smarter.printers;

/** Finds the columns of the types that are kept as data, when somebody looks at them. */
public final class DataColumns {
    private DataColumns() {}

    public static Columns of(String kind) {
        return switch (kind) {
            case "Deployment" -> WorkloadColumns.DEPLOYMENTS;
            case "ReplicaSet", "ReplicationController" -> WorkloadColumns.REPLICA_SETS;
            case "StatefulSet" -> WorkloadColumns.STATEFUL_SETS;
            case "Job" -> WorkloadColumns.JOBS;
            case "CronJob" -> WorkloadColumns.CRON_JOBS;
            case "HorizontalPodAutoscaler" -> WorkloadColumns.AUTOSCALERS;
            case "PodTemplate" -> WorkloadColumns.POD_TEMPLATES;
            case "PodDisruptionBudget" -> PolicyColumns.BUDGETS;
            case "PriorityClass" -> PolicyColumns.PRIORITY_CLASSES;
            case "RuntimeClass" -> PolicyColumns.RUNTIME_CLASSES;
            case "ResourceQuota" -> PolicyColumns.QUOTAS;
            case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration" -> PolicyColumns.WEBHOOKS;
            case "ValidatingAdmissionPolicy" -> PolicyColumns.ADMISSION_POLICIES;
            case "MutatingAdmissionPolicy" -> PolicyColumns.CHANGING_POLICIES;
            case "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding" ->
                PolicyColumns.ADMISSION_BINDINGS;
            case "Endpoints" -> NetworkColumns.ENDPOINTS;
            case "EndpointSlice" -> NetworkColumns.ENDPOINT_SLICES;
            case "Ingress" -> NetworkColumns.INGRESSES;
            case "IngressClass" -> NetworkColumns.INGRESS_CLASSES;
            case "NetworkPolicy" -> NetworkColumns.NETWORK_POLICIES;
            case "PersistentVolume" -> StorageColumns.VOLUMES;
            case "PersistentVolumeClaim" -> StorageColumns.CLAIMS;
            case "StorageClass" -> StorageColumns.CLASSES;
            case "VolumeAttachment" -> StorageColumns.ATTACHMENTS;
            case "CSIDriver" -> StorageColumns.CSI_DRIVERS;
            case "CSINode" -> StorageColumns.CSI_NODES;
            case "CSIStorageCapacity" -> StorageColumns.CSI_CAPACITIES;
            case "VolumeAttributesClass" -> StorageColumns.ATTRIBUTES_CLASSES;
            case "IPAddress" -> NetworkColumns.ADDRESSES;
            case "ServiceCIDR" -> NetworkColumns.SERVICE_CIDRS;
            case "FlowSchema" -> FlowColumns.SCHEMAS;
            case "PriorityLevelConfiguration" -> FlowColumns.LEVELS;
            case "ResourceClaim" -> DeviceColumns.CLAIMS;
            case "ResourceSlice" -> DeviceColumns.SLICES;
            default -> Columns.PLAIN;
        };
    }
}
