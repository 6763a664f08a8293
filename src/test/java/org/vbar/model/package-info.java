/** Tests of the descriptions and parameters of multilayer perceptrons. */
@NullMarked
package org.vbar.model;

import org.jspecify.annotations.NullMarked;
