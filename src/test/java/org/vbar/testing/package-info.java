/** What tests of every room share: fixture graphs, random programs, tolerances and references. */
@NullMarked
package org.vbar.testing;

import org.jspecify.annotations.NullMarked;
