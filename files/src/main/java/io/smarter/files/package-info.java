/**
 * Files that are old or new, whatever the moment of a power cut. Start at {@link Disk}; each of its steps passes {@link
 * PowerCut}, where a test ends the process.
 */
@NullMarked
package io.smarter.files;

import org.jspecify.annotations.NullMarked;
