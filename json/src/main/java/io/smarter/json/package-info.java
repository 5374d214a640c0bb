/** JSON and YAML: a sealed tree, a parser, a writer. */
@NullMarked
package io.smarter.json;

import org.jspecify.annotations.NullMarked;
