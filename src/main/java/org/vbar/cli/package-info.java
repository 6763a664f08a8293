/**
 * The command line: one class per command. Nothing imports this room; it may import every other.
 *
 * <p>Start reading at {@link org.vbar.cli.Vbar}; the tour, which is also a guide through the
 * library, is in {@link org.vbar.cli.TourCommand}.
 */
@NullMarked
package org.vbar.cli;

import org.jspecify.annotations.NullMarked;
