package io.smarter.gateway;

import io.smarter.deviceplugin.DeviceStore;
import io.smarter.files.Disk;
import io.smarter.json.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Who holds which devices, in a file. One that can't be read is put aside, so that the node's other pods run. */
record DeviceFile(Path file) implements DeviceStore {
    private static final System.Logger LOG = System.getLogger(DeviceFile.class.getName());

    @Override
    public Json.@Nullable Obj read() throws IOException {
        var content = DataFolder.read(file);
        if (content == null && Files.exists(file)) {
            var aside = file.resolveSibling(file.getFileName() + ".broken");
            Disk.rename(file, aside);
            LOG.log(
                    Level.ERROR,
                    "{0} can''t be read and is now {1}: which pod holds which device is lost",
                    file,
                    aside);
        }
        return content;
    }

    @Override
    public void write(Json.Obj content) throws IOException {
        DataFolder.write(file, content.bytes());
    }
}
