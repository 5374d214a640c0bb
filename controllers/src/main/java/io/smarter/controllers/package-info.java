/** What turns declared objects into others: DaemonSets into pods, owners into their absence. */
@NullMarked
package io.smarter.controllers;

import org.jspecify.annotations.NullMarked;
