package io.smarter.store;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.OSInfo;

/**
 * Where SQLite's native library is loaded from. Left alone, the driver unpacks it into the temporary folder at every
 * start and leaves it there when the process is killed; we unpack it once, beside the data. Whoever sets
 * {@code org.sqlite.lib.path}, as a runtime image that carries the library may, decides instead of us.
 */
final class NativeLibrary {
    private static final String PATH = "org.sqlite.lib.path";

    private NativeLibrary() {}

    static void prepare(Path folder) {
        if (System.getProperty(PATH) != null) return;
        var name = System.mapLibraryName("sqlitejdbc");
        var place = folder.resolve("native")
                .resolve("%s-%s"
                        .formatted(
                                SQLiteJDBCLoader.getVersion(),
                                OSInfo.getArchName().toLowerCase(Locale.ROOT)));
        try {
            if (!Files.exists(place.resolve(name))) unpack(name, place);
            System.setProperty(PATH, place.toString());
        } catch (IOException e) {
            System.getLogger(NativeLibrary.class.getPackageName())
                    .log(DEBUG, "the driver unpacks its library itself, " + place + " is not writable", e);
        }
    }

    private static void unpack(String name, Path place) throws IOException {
        var resource = "/org/sqlite/native/%s/%s".formatted(OSInfo.getNativeLibFolderPathForCurrentOS(), name);
        try (var in = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (in == null) throw new IOException("the driver has no " + resource);
            Files.createDirectories(place);
            var draft = Files.createTempFile(place, name, ".part");
            Files.copy(in, draft, StandardCopyOption.REPLACE_EXISTING);
            Files.move(draft, place.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
