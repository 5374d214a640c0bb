/** The {@code smarter} command. */
module io.smarter.cli {
    requires static transitive org.jspecify;
    requires transitive io.smarter.cloud;
    requires transitive io.smarter.gateway;
}
