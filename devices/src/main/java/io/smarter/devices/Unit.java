package io.smarter.devices;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * One device of an offer.
 *
 * @param identity what stays when it comes back under another number: 1 to 63 of {@code A-Za-z0-9._:-}, the ends alphanumeric
 * @param files the device files that it comes to, by what follows its own path there: empty for the device file itself and for what
 *     a link leads to; such as {@code /controlC0} for what is in a folder. None for a GPU
 * @param with the other files of the same physical device that are handed over together with it
 * @param count to how many containers at once
 */
record Unit(String identity, Found device, Map<String, Found> files, List<Found> with, int count) {
    Unit {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        with = List.copyOf(with);
    }

    /** What the kubelet calls its shares, {@code count} of them. */
    List<String> ids() {
        return IntStream.range(0, count).mapToObj(this::id).toList();
    }

    private String id(int share) {
        return identity + "-" + share;
    }

    /** The identity of the unit that has a share; empty when this is no id of a share. */
    static String identity(String id) {
        int dash = id.lastIndexOf('-');
        return dash < 0 ? "" : id.substring(0, dash);
    }

    boolean has(String id) {
        if (!identity(id).equals(identity)) return false;
        var share = id.substring(identity.length() + 1);
        return share.matches("0|[1-9][0-9]{0,5}") && Integer.parseInt(share) < count;
    }
}
