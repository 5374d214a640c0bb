/** An application that shares a serial port of a gateway. */
module io.smarter.serial {
    requires static transitive org.jspecify;
    requires io.smarter.linux;

    exports io.smarter.serial;
}
