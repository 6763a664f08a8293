/** Tests of derivations: what is written is also evaluated. */
@NullMarked
package org.vbar.derive;

import org.jspecify.annotations.NullMarked;
