package org.vbar.compare;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hipparchus.analysis.differentiation.DSFactory;
import org.hipparchus.analysis.differentiation.DerivativeStructure;
import org.hipparchus.analysis.differentiation.FieldGradient;
import org.hipparchus.analysis.differentiation.Gradient;
import org.hipparchus.analysis.differentiation.UnivariateDerivative1;
import org.hipparchus.exception.MathIllegalArgumentException;
import org.vbar.Autodiff;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.compile.CompiledFunction;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

/**
 * One piece of work with one system of the JVM: {@code main} takes the work ({@code mlp}, {@code
 * rosenbrock-10}, {@code hessian-100}, {@code product-100}) and the system ({@code by-hand}, {@code
 * vbar-recorded}, {@code vbar-compiled}, {@code hipparchus}, {@code hipparchus-general}), and
 * {@code once} to compute it only once. A JVM does one of them, so that none profits from what
 * another one left behind.
 */
public final class Derivatives {
  private final String system;

  private Derivatives(String system) {
    this.system = system;
  }

  /** Computes, and writes the result and the time. */
  public static void main(String[] args) throws IOException {
    Supplier<double[]> call = new Derivatives(args[1]).call(args[0]);
    if (args.length > 2) {
      System.out.println(call.get()[0]);
      return;
    }
    double[] result = call.get().clone();
    double microseconds = Measured.microseconds(call);
    System.out.printf("%s %s %.3f µs%n", args[0], args[1], microseconds);
    Measured.write(args[0], args[1], microseconds, result);
  }

  private Supplier<double[]> call(String work) {
    int n = work.equals("mlp") ? 0 : Integer.parseInt(work.substring(work.indexOf('-') + 1));
    if (work.startsWith("hessian")) {
      return hessian(Rosenbrock.point(n));
    }
    if (work.startsWith("product")) {
      return product(Rosenbrock.point(n), Rosenbrock.direction(n));
    }
    return n == 0 ? ofNetwork() : ofRosenbrock(Rosenbrock.point(n));
  }

  private Supplier<double[]> ofNetwork() {
    SmallNetwork.ByHand byHand = new SmallNetwork.ByHand();
    return gradient(SmallNetwork.point(), byHand::gradient, SmallNetwork::loss, SmallNetwork::loss);
  }

  private Supplier<double[]> ofRosenbrock(double[] point) {
    return gradient(point, Rosenbrock::gradient, Rosenbrock::value, Rosenbrock::value);
  }

  /** What writes a gradient and returns the value. */
  private interface ByHand {
    double gradient(double[] point, double[] gradient);
  }

  /** A call that returns the value, then the gradient. */
  private Supplier<double[]> gradient(
      double[] point,
      ByHand byHand,
      Function<List<Node>, Node> vbar,
      Function<Gradient[], Gradient> hipparchus) {
    int n = point.length;
    double[] gradient = new double[n];
    double[] result = new double[n + 1];
    return switch (system) {
      case "by-hand" -> () -> joined(byHand.gradient(point, gradient), gradient, result);
      case "vbar-recorded" ->
          () -> {
            NodeArray inputs = new Graph().variables("x", point);
            Node output = vbar.apply(inputs);
            Adjoints adjoints = Backprop.sweep(output);
            return joined(output.value(), adjoints.gradient(inputs), result);
          };
      case "vbar-compiled" -> {
        CompiledFunction compiled = Autodiff.compile(n, vbar);
        yield () -> joined(compiled.gradient(point, gradient), gradient, result);
      }
      case "hipparchus" ->
          () -> {
            Gradient[] x = new Gradient[n];
            for (int i = 0; i < n; i++) {
              x[i] = Gradient.variable(n, i, point[i]);
            }
            Gradient value = hipparchus.apply(x);
            return joined(value.getValue(), value.getGradient(), result);
          };
      default ->
          throw new IllegalArgumentException("Nobody computes gradients with " + system + ".");
    };
  }

  private static double[] joined(double value, double[] gradient, double[] result) {
    result[0] = value;
    System.arraycopy(gradient, 0, result, 1, gradient.length);
    return result;
  }

  private Supplier<double[]> hessian(double[] point) {
    int n = point.length;
    return switch (system) {
      case "by-hand" -> () -> flat(Rosenbrock.hessian(point));
      case "vbar-recorded" -> () -> flat(Autodiff.hessian(Rosenbrock::value, point));
      case "vbar-compiled" -> {
        CompiledFunction compiled = Autodiff.compile(n, Rosenbrock::value);
        yield () -> flat(compiled.hessian(point));
      }
      case "hipparchus" ->
          () -> {
            Gradient[] inner = gradients(point);
            FieldGradient<Gradient> value = Rosenbrock.value(outer(inner));
            return flat(value.getGradient(), Gradient::getGradient);
          };
      case "hipparchus-general" -> withStructures(point);
      default ->
          throw new IllegalArgumentException("Nobody computes Hessians with " + system + ".");
    };
  }

  private static Gradient[] gradients(double[] point) {
    Gradient[] x = new Gradient[point.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = Gradient.variable(x.length, i, point[i]);
    }
    return x;
  }

  private static FieldGradient<Gradient>[] outer(Gradient[] inner) {
    @SuppressWarnings({"unchecked", "rawtypes"})
    FieldGradient<Gradient>[] x = new FieldGradient[inner.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = FieldGradient.variable(x.length, i, inner[i]);
    }
    return x;
  }

  /** All derivatives up to the second; where each one lies is looked up beforehand. */
  private static Supplier<double[]> withStructures(double[] point) {
    int n = point.length;
    try {
      DSFactory factory = new DSFactory(n, 2);
      int[] places = new int[n * n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          int[] orders = new int[n];
          orders[i]++;
          orders[j]++;
          places[i * n + j] = factory.getCompiler().getPartialDerivativeIndex(orders);
        }
      }
      return () -> {
        DerivativeStructure[] x = new DerivativeStructure[n];
        for (int i = 0; i < n; i++) {
          x[i] = factory.variable(i, point[i]);
        }
        double[] all = Rosenbrock.value(x).getAllDerivatives();
        double[] result = new double[n * n];
        for (int i = 0; i < result.length; i++) {
          result[i] = all[places[i]];
        }
        return result;
      };
    } catch (MathIllegalArgumentException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The Hessian times a vector. */
  private Supplier<double[]> product(double[] point, double[] direction) {
    int n = point.length;
    double[] product = new double[n];
    return switch (system) {
      case "by-hand" ->
          () -> {
            Rosenbrock.hessianTimes(point, direction, product);
            return product;
          };
      case "vbar-compiled" -> {
        CompiledFunction compiled = Autodiff.compile(n, Rosenbrock::value);
        yield () -> {
          compiled.hessianVectorProduct(point, direction, product);
          return product;
        };
      }
      case "hipparchus" ->
          () -> {
            @SuppressWarnings({"unchecked", "rawtypes"})
            FieldGradient<UnivariateDerivative1>[] x = new FieldGradient[n];
            for (int i = 0; i < n; i++) {
              x[i] =
                  FieldGradient.variable(n, i, new UnivariateDerivative1(point[i], direction[i]));
            }
            UnivariateDerivative1[] gradient = Rosenbrock.value(x).getGradient();
            for (int i = 0; i < n; i++) {
              product[i] = gradient[i].getFirstDerivative();
            }
            return product;
          };
      default ->
          throw new IllegalArgumentException("Nobody computes products with " + system + ".");
    };
  }

  private static double[] flat(double[][] rows) {
    return flat(rows, row -> row);
  }

  private static <T> double[] flat(T[] rows, Function<T, double[]> numbers) {
    double[] result = new double[rows.length * rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(numbers.apply(rows[i]), 0, result, i * rows.length, rows.length);
    }
    return result;
  }
}
