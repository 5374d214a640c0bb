/**
 * Who asks ({@link io.smarter.auth.Authentication}, {@link io.smarter.auth.Impersonation}) and what they may do
 * ({@link io.smarter.auth.Authorization}: nodes what their pods need, everybody what roles allow); tokens of service accounts and
 * certificates on request.
 */
@NullMarked
package io.smarter.auth;

import org.jspecify.annotations.NullMarked;
