package io.smarter.gateway;

import java.time.InstantSource;

/**
 * Keeps what came of trying to start what one pod consists of. While a ConfigMap or Secret is missing it is watched, so that
 * it need not be asked for. Safe for use by many threads.
 */
record Outcomes(WantedPod target, Attempts attempts, PodOwner owner, InstantSource clock) {
    void succeeded(String name) {
        noted(() -> attempts.succeeded(name));
    }

    void failed(String name, ContainerStarts.FailedException e) {
        var message = String.valueOf(e.getMessage());
        if (e.reason().equals(PodDevices.REFUSED)) target.refuse(GivenUp.refused(e.reason(), message));
        else if (e.reason().equals("ErrImagePull")) {
            attempts.failedPull(name, message, clock.instant());
            target.fetchAgain(); // by the next try there may be credentials
        } else failed(name, e.reason(), message);
    }

    void failed(String name, String reason, String message) {
        noted(() -> attempts.failed(name, reason, message, clock.instant()));
    }

    private void noted(Runnable outcome) {
        boolean lacked = attempts.lackConfig();
        outcome.run();
        if (lacked != attempts.lackConfig()) owner.referencesChanged();
    }
}
