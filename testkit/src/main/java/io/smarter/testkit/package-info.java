/** Fakes that the tests of several modules share: each stands in for an interface of ours where there is no real thing. */
@NullMarked
package io.smarter.testkit;

import org.jspecify.annotations.NullMarked;
