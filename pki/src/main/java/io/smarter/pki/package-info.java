/**
 * Certificates: {@link io.smarter.pki.Pki} holds the authorities in its folder and issues from them. A file there is old or new,
 * whatever the moment of a crash.
 */
@NullMarked
package io.smarter.pki;

import org.jspecify.annotations.NullMarked;
