/**
 * Record once, run many times: a recorded graph as a function of new points.
 *
 * <p>The way of a function through this room:
 *
 * <pre>
 *   Graph ─ Tape ─ Optimizer ─ Interpreter            any size, ready at once
 *                     └─ LoopFinder ─ Program ─ Generator   bytecode, once the function is used
 * </pre>
 *
 * <p>This room imports {@code graph} and {@code backprop}. Start reading at {@link
 * org.vbar.compile.CompiledFunction}.
 */
@NullMarked
package org.vbar.compile;

import org.jspecify.annotations.NullMarked;
