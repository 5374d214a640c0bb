package io.smarter.devices;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.client.ApiException;
import io.smarter.cri.dra.Claim;
import io.smarter.cri.dra.Device;
import io.smarter.cri.dra.NodePrepareResourceResponse;
import io.smarter.cri.dra.NodePrepareResourcesRequest;
import io.smarter.cri.dra.NodePrepareResourcesResponse;
import io.smarter.cri.dra.NodeUnprepareResourceResponse;
import io.smarter.cri.dra.NodeUnprepareResourcesRequest;
import io.smarter.cri.dra.NodeUnprepareResourcesResponse;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Has the devices of claims ready for containers before these are made. What is wrong with one claim concerns no other. Safe for
 * use by many threads.
 */
final class Preparations {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private final String node;
    private final ClaimFiles files;
    private final Claims claims;
    private volatile Pool pool = Pool.EMPTY;

    /** Knows ResourceClaims. */
    @FunctionalInterface
    interface Claims {
        Json.Obj get(String namespace, String name) throws IOException;
    }

    /** @param node whose pool has its name */
    Preparations(String node, ClaimFiles files, Claims claims) {
        this.node = node;
        this.files = files;
        this.claims = claims;
    }

    /** What there is from now on. */
    void tell(Pool now) {
        pool = now;
        files.refresh(now);
    }

    NodePrepareResourcesResponse prepare(NodePrepareResourcesRequest request) {
        var answer = NodePrepareResourcesResponse.newBuilder();
        for (var claim : request.getClaimsList()) answer.putClaims(claim.getUid(), prepare(claim));
        return answer.build();
    }

    private NodePrepareResourceResponse prepare(Claim claim) {
        var answer = NodePrepareResourceResponse.newBuilder();
        try {
            var prepared = prepared(claim);
            for (var device : prepared.devices())
                answer.addDevices(Device.newBuilder()
                        .addRequestNames(device.allotted().request())
                        .setPoolName(node)
                        .setDeviceName(device.allotted().device())
                        .addAllCdiDeviceIds(prepared.cdi(device)));
            return answer.build();
        } catch (IOException | IllegalArgumentException e) {
            var why = why(claim, e);
            LOG.log(WARNING, "not prepared: {0}", why);
            return NodePrepareResourceResponse.newBuilder().setError(why).build();
        }
    }

    private static String why(Claim claim, Exception e) {
        return "claim %s/%s: %s".formatted(claim.getNamespace(), claim.getName(), e.getMessage());
    }

    private PreparedClaim prepared(Claim claim) throws IOException {
        PreparedClaim.checkUid(claim.getUid());
        var before = files.get(claim.getUid());
        Json.Obj object;
        try {
            object = claims.get(claim.getNamespace(), claim.getName());
        } catch (IOException e) {
            // A pod that runs goes on when the kubelet restarts without a link to the cluster.
            if (before.isPresent() && isAway(e)) return before.get();
            throw e;
        }
        var uid = object.textOrEmpty("metadata", "uid");
        if (!uid.equals(claim.getUid()))
            throw new IllegalArgumentException("uid: must be %s, was '%s'".formatted(claim.getUid(), uid));
        return prepare(uid, PreparedClaim.allotted(object, node), before);
    }

    private static boolean isAway(IOException e) {
        return !(e instanceof ApiException answer)
                || answer.code() >= SERVER_ERROR
                || answer.code() == TOO_MANY_REQUESTS;
    }

    private synchronized PreparedClaim prepare(
            String uid, List<PreparedClaim.Allotted> allotted, Optional<PreparedClaim> before) throws IOException {
        if (before.isPresent() && before.get().has(allotted)) return before.get();
        var now = pool;
        for (var one : allotted) {
            var share = now.get(one.device());
            if (share != null && !share.trouble().isEmpty())
                throw new IllegalArgumentException("device '%s': %s".formatted(one.device(), share.trouble()));
        }
        var claim = PreparedClaim.of(uid, allotted, now);
        checkGroups(claim, now);
        files.write(claim, now);
        LOG.log(INFO, "claim {0} has {1}", uid, allotted);
        return claim;
    }

    private void checkGroups(PreparedClaim claim, Pool now) {
        var wanted = claim.groups(now);
        if (wanted.isEmpty()) return;
        for (var other : files.all()) {
            if (other.uid().equals(claim.uid())) continue;
            other.groups(now).forEach((group, device) -> {
                if (wanted.containsKey(group))
                    throw new IllegalArgumentException("another device of group %s is held: %s, by claim %s"
                            .formatted(group, device, other.uid()));
            });
        }
    }

    NodeUnprepareResourcesResponse unprepare(NodeUnprepareResourcesRequest request) {
        var answer = NodeUnprepareResourcesResponse.newBuilder();
        for (var claim : request.getClaimsList()) answer.putClaims(claim.getUid(), unprepare(claim));
        return answer.build();
    }

    private NodeUnprepareResourceResponse unprepare(Claim claim) {
        try {
            files.delete(claim.getUid());
            return NodeUnprepareResourceResponse.getDefaultInstance();
        } catch (IOException | IllegalArgumentException e) {
            var why = why(claim, e);
            LOG.log(WARNING, "not unprepared: {0}", why);
            return NodeUnprepareResourceResponse.newBuilder().setError(why).build();
        }
    }
}
