package io.smarter.gateway;

/** A container can't be made from its pod as long as pod, ConfigMaps and Secrets are as they are. */
final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }
}
