package io.smarter.dns;

/** Answers to questions for names that are none of ours. */
final class OtherNames {
    void answer(Query query, LocalNames.Outcome.Elsewhere elsewhere, Client client, MessageWriter writer) {
        int length = writer.end(Protocol.SERVFAIL);
        client.send(writer.bytes(), length);
    }
}
