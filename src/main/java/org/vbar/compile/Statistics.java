package org.vbar.compile;

import java.time.Duration;

/**
 * What compiling a function did.
 *
 * @param recorded op nodes that the outputs and guards need, before any optimisation
 * @param folded op nodes whose value is a constant
 * @param simplified op nodes replaced by an operand or by cheaper ops, as x·1 and x² by {@code pow}
 * @param shared op nodes that another node computes already
 * @param optimized op nodes after all optimisations, with n-ary sums counted addition by addition
 * @param items instructions and loops at the top of the recovered program; 0 if loops were not
 *     looked for yet
 * @param methods generated methods; 0 in the interpreter
 * @param bytes bytes of bytecode of the largest generated method; 0 in the interpreter
 * @param classBytes bytes of the generated class; 0 in the interpreter
 * @param compileTime time spent on loop recovery and generation
 * @param remark why the function stays in the interpreter, or an empty text
 */
public record Statistics(
    int recorded,
    int folded,
    int simplified,
    int shared,
    int optimized,
    int items,
    int methods,
    int bytes,
    int classBytes,
    Duration compileTime,
    String remark) {}
