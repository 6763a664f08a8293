package org.vbar.perf;

/**
 * The network of {@link HandWrittenMlp} as closures, recorded anew and swept for every gradient as
 * micrograd does.
 */
final class ClosureMlp implements CompiledBenchmark.HandWritten {
  private final int[] sizes;
  private final double[] input;
  private final double[] target;

  ClosureMlp(int[] sizes, double[] input, double[] target) {
    this.sizes = sizes;
    this.input = input;
    this.target = target;
  }

  @Override
  public double gradient(double[] p, double[] g) {
    ClosureNode[] parameters = leaves(p);
    ClosureNode[] z = leaves(input);
    int at = 0;
    for (int l = 1; l < sizes.length; l++) {
      ClosureNode[] next = new ClosureNode[sizes[l]];
      for (int j = 0; j < sizes[l]; j++) {
        ClosureNode sum = z[0].times(parameters[at + j * sizes[l - 1]]);
        for (int i = 1; i < sizes[l - 1]; i++) {
          sum = sum.plus(z[i].times(parameters[at + j * sizes[l - 1] + i]));
        }
        sum = sum.plus(parameters[at + sizes[l - 1] * sizes[l] + j]);
        next[j] = l + 1 < sizes.length ? sum.tanh() : sum;
      }
      at += (sizes[l - 1] + 1) * sizes[l];
      z = next;
    }
    ClosureNode loss = halfSquare(z[0], target[0]);
    for (int j = 1; j < z.length; j++) {
      loss = loss.plus(halfSquare(z[j], target[j]));
    }
    loss.sweep();
    for (int k = 0; k < g.length; k++) {
      g[k] = parameters[k].adjoint;
    }
    return loss.value;
  }

  private static ClosureNode halfSquare(ClosureNode z, double target) {
    ClosureNode e = z.plus(new ClosureNode(-target));
    return e.times(e).times(new ClosureNode(0.5));
  }

  private static ClosureNode[] leaves(double[] values) {
    ClosureNode[] leaves = new ClosureNode[values.length];
    for (int k = 0; k < values.length; k++) {
      leaves[k] = new ClosureNode(values[k]);
    }
    return leaves;
  }
}
