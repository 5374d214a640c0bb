package io.smarter.gateway;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Whole folders. */
final class Folders {
    private Folders() {}

    /** Deletes a folder if it is there and empty. */
    static void deleteIfEmpty(Path folder) throws IOException {
        try (var entries = Files.newDirectoryStream(folder)) {
            if (entries.iterator().hasNext()) return;
        } catch (NoSuchFileException _) {
            return;
        }
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException _) {
            // Somebody just put something into it.
        }
    }
}
