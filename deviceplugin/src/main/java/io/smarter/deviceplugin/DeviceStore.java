package io.smarter.deviceplugin;

import io.smarter.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where it is kept who holds which devices. */
public interface DeviceStore {
    /** What was written last; null for nothing. */
    Json.@Nullable Obj read() throws IOException;

    /** Replaces the content. When this returns the new one is on disk; if it fails the old one is. */
    void write(Json.Obj content) throws IOException;
}
