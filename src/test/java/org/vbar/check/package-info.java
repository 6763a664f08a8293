/** Tests of the checks: right networks and functions pass, and every injected fault is found. */
@NullMarked
package org.vbar.check;

import org.jspecify.annotations.NullMarked;
