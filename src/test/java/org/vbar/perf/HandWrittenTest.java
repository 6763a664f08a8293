package org.vbar.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.compile.CompiledFunction;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.layer.BackwardPass;
import org.vbar.model.MlpParameters;

/** What the benchmarks compare computes the same. */
class HandWrittenTest {
  /** Terms are added in another order. */
  private static final double ROUNDING = 1e-11;

  private static void close(String what, double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length, what);
    double scale = 0;
    for (double value : expected) {
      scale = Math.max(scale, Math.abs(value));
    }
    assertTrue(scale > 0, what);
    for (int k = 0; k < expected.length; k++) {
      assertEquals(expected[k], actual[k], ROUNDING * scale, what + " " + k);
    }
  }

  @Test
  void bundleAdjustment_handWrittenJacobian_equalsCompiled() {
    CompiledFunction f = BundleAdjustment.compiled();
    double[] values = new double[BundleAdjustment.OUTPUTS];
    double[] own = new double[BundleAdjustment.OUTPUTS];
    double[][] expected = new double[BundleAdjustment.OUTPUTS][BundleAdjustment.INPUTS];
    for (double[] point : BundleAdjustment.observations(2_000)) {
      double[][] jacobian = new double[BundleAdjustment.OUTPUTS][BundleAdjustment.INPUTS];
      BundleAdjustment.jacobian(point, own, expected);
      f.jacobian(point, values, jacobian);
      close("values", own, values);
      for (int k = 0; k < jacobian.length; k++) {
        close("row " + k, expected[k], jacobian[k]);
      }
    }
  }

  @Test
  void classifier_batchAndSingleCallsAndHandWritten_areEqual() {
    BatchBenchmark classifier = new BatchBenchmark();
    double[] gradients = classifier.handWritten().clone();
    double[] values = classifier.values.clone();
    close("batch", gradients, classifier.batch());
    close("values of the batch", values, classifier.values);
    close("one call each", gradients, classifier.oneCallEach());
    close("values of single calls", values, classifier.values);
  }

  @Test
  void classifierWithData_sumInOneCallAndOfCallsAndByHand_areEqual() {
    DataBatchBenchmark classifier = new DataBatchBenchmark();
    double loss = classifier.sumByHand();
    double[] gradient = classifier.sum.clone();
    assertEquals(loss, classifier.sumInOneCall(), ROUNDING * loss);
    close("one call", gradient, classifier.sum);
    assertEquals(loss, classifier.sumOfCalls(), ROUNDING * loss);
    close("sum of calls", gradient, classifier.sum);
  }

  @Test
  void rosenbrock_handWrittenGradientAndProduct_equalCompiled() {
    CompiledFunction f = HessianVectorBenchmark.compiled();
    int n = HessianVectorBenchmark.N;
    double[] x = new SplittableRandom(1).doubles(n, -2, 2).toArray();
    double[] v = new SplittableRandom(2).doubles(n, -1, 1).toArray();
    double[] expected = new double[n];
    double[] actual = new double[n];
    double value = CompiledBenchmark.rosenbrock(x, expected);
    assertEquals(value, f.gradient(x, actual), ROUNDING * value);
    close("gradient", expected, actual);
    HessianVectorBenchmark.rosenbrockProduct(x, v, expected);
    f.hessianVectorProduct(x, v, actual);
    close("product", expected, actual);
  }

  @Test
  void rungeKutta_handWrittenGradient_equalsCompiled() {
    double[] start = new SplittableRandom(1).doubles(30, 0, 1).toArray();
    NodeArray y = new Graph().variables("y", start);
    CompiledFunction f = CompiledFunction.compile(y, CompiledBenchmark.rungeKutta(y, 20));
    double[] expected = new double[30];
    double[] actual = new double[30];
    double sum = new HandWrittenRungeKutta(30, 20).gradient(start, expected);
    assertEquals(sum, f.gradient(start, actual), ROUNDING * sum);
    close("gradient", expected, actual);
  }

  @Test
  void mixture_handWrittenGradient_equalsCompiled() {
    HandWrittenMixture mixture = new HandWrittenMixture(2, 5, 100);
    List<Node> p = new Graph().variables("p", mixture.start());
    Node output = mixture.record(p.get(0).graph(), p);
    double[] expected = new double[p.size()];
    mixture.gradient(mixture.start(), expected);
    close("gradient", expected, CompiledFunction.compile(p, output).gradient(mixture.start()));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void mlp_handWrittenClosuresAndMatrices_equalCompiled(int count) {
    int[] sizes = count == 3 ? new int[] {20, 7, 4} : new int[] {16, 16, 16, 1};
    MlpBenchmark.Forms forms = new MlpBenchmark.Forms(sizes);
    double[] expected = new double[forms.point.length];
    double[] actual = new double[forms.point.length];
    double loss = forms.handWritten.gradient(forms.point, expected);
    assertEquals(loss, forms.compiled.gradient(forms.point, actual), ROUNDING * loss);
    close("compiled", expected, actual);
    assertEquals(loss, forms.closures.gradient(forms.point, actual), ROUNDING * loss);
    close("closures", expected, actual);
    close("matrices", expected, asRecorded(sizes, forms.matrices.gradient()));
  }

  /** Per layer the weights neuron after neuron, then the biases. */
  private static double[] asRecorded(int[] sizes, BackwardPass pass) {
    MlpParameters gradient = MlpParameters.zeros(CompiledBenchmark.spec(sizes));
    double[] all = new double[gradient.count()];
    int at = 0;
    for (int l = 1; l < sizes.length; l++) {
      for (int j = 0; j < sizes[l]; j++) {
        for (int i = 0; i < sizes[l - 1]; i++) {
          all[at++] = pass.weights(l - 1).at(i, j);
        }
      }
      for (int j = 0; j < sizes[l]; j++) {
        all[at++] = pass.biases(l - 1).at(0, j);
      }
    }
    return all;
  }
}
