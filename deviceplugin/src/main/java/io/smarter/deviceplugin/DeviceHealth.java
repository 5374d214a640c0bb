package io.smarter.deviceplugin;

/** What a pod's status says of a device. */
public enum DeviceHealth {
    HEALTHY("Healthy"),
    UNHEALTHY("Unhealthy"),
    /** Its plugin is not there. */
    UNKNOWN("Unknown");

    private final String text;

    DeviceHealth(String text) {
        this.text = text;
    }

    /** As the API has it. */
    public String text() {
        return text;
    }
}
