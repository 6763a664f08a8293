/** Tests of the network with matrices, against definitions, differences and reference numbers. */
@NullMarked
package org.vbar.layer;

import org.jspecify.annotations.NullMarked;
