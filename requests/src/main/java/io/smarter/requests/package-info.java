/**
 * What a request says: its {@link io.smarter.requests.RequestPath}, its {@link io.smarter.requests.Body}, the
 * {@link io.smarter.requests.Form} that it accepts; and how {@link io.smarter.requests.Answers} answers it.
 */
@NullMarked
package io.smarter.requests;

import org.jspecify.annotations.NullMarked;
