package io.smarter.deviceplugin;

import io.smarter.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A disk that may be full. */
final class MemoryStore implements DeviceStore {
    volatile Json.@Nullable Obj content;
    volatile boolean full;

    @Override
    public Json.@Nullable Obj read() {
        return content;
    }

    @Override
    public void write(Json.Obj next) throws IOException {
        if (full) throw new IOException("disk is full");
        content = (Json.Obj) Json.parse(next.bytes());
    }
}
