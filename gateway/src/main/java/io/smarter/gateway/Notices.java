package io.smarter.gateway;

import io.smarter.files.Disk;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a person at the machine should know and do something about, one file for each subject, so that it can be read without
 * the agent. Written when it changes only.
 */
public final class Notices {
    private static final System.Logger LOG = System.getLogger(Notices.class.getName());

    private final Path folder;

    private Notices(Path folder) {
        this.folder = folder;
    }

    /** The notices of the gateway with a data folder. */
    public static Notices of(Path data) {
        return new Notices(data.resolve("notices"));
    }

    /** All that holds now, by subject. */
    public SortedMap<String, String> all() throws IOException {
        var all = new TreeMap<String, String>();
        for (var file : DataFolder.list(folder)) all.put(String.valueOf(file.getFileName()), Files.readString(file));
        return all;
    }

    /** Tells something of a subject, which is a file's name, unless it was told before. */
    synchronized void tell(String subject, String text) {
        try {
            if (text.equals(all().get(subject))) return;
            LOG.log(Level.ERROR, "{0}: {1}", subject, text);
            DataFolder.write(folder.resolve(subject), text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "notice of {0} not kept: {1}", subject, e.getMessage());
        }
    }

    /** What was told of a subject holds no more. */
    synchronized void end(String subject) {
        try {
            if (Disk.delete(folder.resolve(subject))) LOG.log(Level.INFO, "{0}: well again", subject);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "notice of {0} not removed: {1}", subject, e.getMessage());
        }
    }
}
