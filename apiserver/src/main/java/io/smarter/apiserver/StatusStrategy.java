package io.smarter.apiserver;

/** A type whose {@code status} is written by its subresource only, without other particulars. */
final class StatusStrategy implements Strategy {
    @Override
    public boolean hasStatus() {
        return true;
    }
}
