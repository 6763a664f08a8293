package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/**
 * The network of "Simple MLP - Forward and Backward Pass (With Einsum) Derivation" in einsum form:
 * one sample, W [Nh × Ni] and V [No × Nh], h = σ(W x + b), y = softmax(V h + c).
 *
 * <p>The layers store both matrices transposed, one input per row.
 */
class EinsumNetworkTest {
  private static final Einsum HIDDEN = Einsum.parse("hi,i->h");
  private static final Einsum OUTPUT = Einsum.parse("oh,h->o");

  @ParameterizedTest
  @CsvSource({"784, 500, 10", "5, 4, 3", "1, 1, 2", "3, 7, 2"})
  void network_inEinsumForm_equalsTheLayers(int ni, int nh, int no) {
    MlpSpec spec =
        MlpSpec.inputs(ni)
            .layer(nh, Activation.SIGMOID)
            .layer(no, Activation.IDENTITY)
            .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
            .build();
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 784);
    Random random = new Random(3);
    for (int l = 0; l < 2; l++) {
      fill(parameters.biases(l), random);
    }
    Matrix x = Expect.gaussian(random, 1, ni);
    Matrix t = Matrix.zeros(1, no);
    t.set(0, no / 3, 1);

    Network network = Network.of(spec, parameters);
    ForwardPass pass = network.forward(x);
    BackwardPass adjoints = network.backward(pass, t);

    // Forward.
    Tensor w = Tensor.of(Matrix.view(ni, nh, parameters.weights(0)).transpose());
    Tensor v = Tensor.of(Matrix.view(nh, no, parameters.weights(1)).transpose());
    Tensor input = Tensor.vector(x.array());
    double[] ha = plus(HIDDEN.contract(w, input), parameters.biases(0));
    Tensor h = Tensor.vector(Matrix.of(1, nh, ha).map(Activations::sigmoid).array());
    double[] ya = plus(OUTPUT.contract(v, h), parameters.biases(1));
    assertArrayEquals(pass.preActivation(0).array(), ha, 1e-13);
    assertArrayEquals(pass.activation(0).array(), h.array(), 1e-13);
    assertArrayEquals(pass.preActivation(1).array(), ya, 1e-13);

    // Backward: every contraction is the gradient of one of the two above.
    Tensor yaBar = Tensor.vector(network.predict(x).minus(t).array());
    Tensor vBar = OUTPUT.adjointOf(0, yaBar, List.of(v, h));
    Tensor hBar = OUTPUT.adjointOf(1, yaBar, List.of(v, h));
    double[] haBar = hBar.array().clone();
    for (int j = 0; j < nh; j++) {
      haBar[j] *= h.at(j) * (1 - h.at(j));
    }
    Tensor wBar = HIDDEN.adjointOf(0, Tensor.vector(haBar), List.of(w, input));
    Tensor xBar = HIDDEN.adjointOf(1, Tensor.vector(haBar), List.of(w, input));

    assertArrayEquals(adjoints.preActivation(1).array(), yaBar.array(), 1e-13);
    assertArrayEquals(adjoints.biases(1).array(), yaBar.array(), 1e-13);
    assertArrayEquals(adjoints.weights(1).transpose().array(), vBar.array(), 1e-13);
    assertArrayEquals(adjoints.activation(0).array(), hBar.array(), 1e-13);
    assertArrayEquals(adjoints.preActivation(0).array(), haBar, 1e-13);
    assertArrayEquals(adjoints.biases(0).array(), haBar, 1e-13);
    assertArrayEquals(adjoints.weights(0).transpose().array(), wBar.array(), 1e-13);
    assertArrayEquals(adjoints.input().array(), xBar.array(), 1e-13);
  }

  private static double[] plus(Tensor product, double[] biases) {
    double[] sum = product.array().clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += biases[i];
    }
    return sum;
  }

  private static void fill(double[] array, Random random) {
    for (int i = 0; i < array.length; i++) {
      array[i] = random.nextGaussian();
    }
  }
}
