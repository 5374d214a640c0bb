package io.smarter.dns;

import io.smarter.dns.MessageWriter.Section;
import java.util.List;

/**
 * A client whose question other servers are asked.
 *
 * @param aliases records of ours that lead from its question to theirs
 */
record Waiter(Query query, List<ResourceRecord> aliases, Client client) {
    /** The same for later, when the query's buffer is in use again. */
    Waiter kept() {
        return new Waiter(query.kept(), aliases, client);
    }

    /**
     * Answers with what another server said.
     *
     * @param age how many seconds ago
     */
    void send(Reply reply, long age, MessageWriter writer) {
        writer.begin(query, client.limit(query));
        if (aliases.isEmpty()) writer.addAll(reply, age);
        else append(reply, age, writer);
        int length = writer.end(reply.rcode());
        client.send(writer.bytes(), length);
    }

    private void append(Reply reply, long age, MessageWriter writer) {
        for (var alias : aliases) writer.add(Section.ANSWER, alias, LocalNames.TTL);
        try {
            writer.append(reply, age);
        } catch (MalformedException e) {
            throw new IllegalStateException("what was read well is malformed: " + e.getMessage(), e);
        }
    }

    /** Answers that there is no answer. */
    void fail(int rcode, MessageWriter writer) {
        writer.begin(query, client.limit(query));
        int length = writer.end(rcode);
        client.send(writer.bytes(), length);
    }
}
