package io.smarter.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A zone of what a test puts into it; names below {@code cluster.local} are its own. */
final class TableZone implements Zone {
    private final Map<String, List<ResourceRecord>> records = new HashMap<>();

    TableZone with(ResourceRecord... more) {
        for (var record : more)
            records.computeIfAbsent(record.name(), _ -> new ArrayList<>()).add(record);
        return this;
    }

    TableZone withAddress(String name, String address) {
        return with(new ResourceRecord.Address(name, InetAddress.ofLiteral(address)));
    }

    @Override
    public Answer lookup(String name, RecordType type, InetAddress asker) {
        var all = records.get(name);
        if (name.equals("broken.cluster.local")) throw new IllegalStateException("a zone that fails");
        if (all != null)
            return new Answer.Found(
                    all.stream().filter(record -> is(record, type)).toList());
        return name.equals("cluster.local") || name.endsWith(".cluster.local")
                ? new Answer.NoSuchName()
                : new Answer.Elsewhere();
    }

    private static boolean is(ResourceRecord record, RecordType type) {
        return switch (record) {
            case ResourceRecord.Address(var _, var address) ->
                type == (address.getAddress().length == 4 ? RecordType.A : RecordType.AAAA);
            case ResourceRecord.Alias _ -> true;
            case ResourceRecord.Pointer _ -> type == RecordType.PTR;
            case ResourceRecord.Service _ -> type == RecordType.SRV;
        };
    }
}
