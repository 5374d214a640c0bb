package io.smarter.storage;

/** How the events of a watch are put on its connection by who does not wait. */
public interface WatchFrames {
    /** As they are: what an answer's body takes. */
    WatchFrames PLAIN = new WatchFrames() {
        @Override
        public byte[] event(byte[] event) {
            return event;
        }

        @Override
        public byte[] end() {
            return new byte[0];
        }
    };

    byte[] event(byte[] event);

    /** What is sent after the last event. */
    byte[] end();
}
