/**
 * JMH benchmarks, run by hand and never by the tests: {@code docs/performance.md} says how, and
 * keeps results. Each compares with a baseline in the same run, because only ratios survive a
 * change of machine.
 */
package org.vbar.perf;
