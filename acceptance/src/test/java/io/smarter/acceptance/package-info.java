/** Whole-system tests: the command line, real containerd and kubectl, the README's commands, architecture rules. */
@NullMarked
package io.smarter.acceptance;

import org.jspecify.annotations.NullMarked;
