package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.api.Resource;
import io.smarter.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the agent asks of the cloud. Every call may block; an {@link IOException} says that it may be tried again. Safe
 * for use by many threads.
 */
interface Cloud {
    /** An object; null when there is none. */
    Json.@Nullable Obj find(Resource resource, String namespace, String name) throws IOException;

    /** A token of the account in whose name a pod runs, for a TokenRequest. */
    String token(Pod pod, Json.Obj request) throws IOException;

    /** Writes a pod's status; false when that pod is not there any more. */
    boolean writeStatus(Pod pod, Json.Obj status) throws IOException;

    /** Removes a pod that has ended; no error if it is gone. */
    void remove(Pod pod) throws IOException;

    /** Creates an object; false, and nothing is done, when there is one of that name. */
    boolean create(Resource resource, String namespace, Json.Obj object) throws IOException;

    /** Changes an object with a merge patch; false when there is none. */
    boolean patch(Resource resource, String namespace, String name, Json.Obj patch, String... subresource)
            throws IOException;
}
