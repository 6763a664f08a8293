/** Compiled functions in real programs; the documentation quotes regions of these tests. */
@NullMarked
package org.vbar.examples;

import org.jspecify.annotations.NullMarked;
