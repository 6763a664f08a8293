/**
 * Computations for people to look at: DOT, SVG, PNG, a text tree and a Guava network.
 *
 * <ul>
 *   <li>{@link org.vbar.export.GraphPicture} draws the graph behind a node.
 *   <li>{@link org.vbar.export.HtmlStepper} writes a page on which one steps through both passes.
 *   <li>{@link org.vbar.export.TextTree} prints it where only text goes.
 *   <li>{@link org.vbar.export.NodeNetwork} hands it to Guava's and other people's algorithms.
 * </ul>
 *
 * <p>How a picture comes about: {@link org.vbar.export.SceneBuilder} decides what is shown (a
 * {@link org.vbar.export.Scene} of boxes and arrows), {@link org.vbar.export.LayoutDot} asks a
 * {@link org.vbar.export.DotEngine} for places, {@link org.vbar.export.SvgWriter} draws, {@link
 * org.vbar.export.PngWriter} turns the SVG into pixels.
 *
 * <p>This room imports {@code graph}, {@code backprop} and {@code derive}. Start reading at {@link
 * org.vbar.export.GraphPicture}.
 */
@NullMarked
package org.vbar.export;

import org.jspecify.annotations.NullMarked;
