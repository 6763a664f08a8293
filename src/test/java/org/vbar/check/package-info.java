/** Tests that compare the scalar world with the matrix world. */
@NullMarked
package org.vbar.check;

import org.jspecify.annotations.NullMarked;
