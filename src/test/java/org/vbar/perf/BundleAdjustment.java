package org.vbar.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.vbar.compile.CompiledFunction;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;

/**
 * One observation of a bundle adjustment, recorded, and with its Jacobian written by hand.
 *
 * <p>Inputs: rotation vector r [3], centre C [3], focal length f, principal point o [2] and radial
 * distortion k [2] of a camera, a point X [3] and a weight w; data: where the point was seen, m
 * [2]. With θ = ‖r‖, n = r/θ and the rotation P = R(X − C) by Rodrigues' formula,
 *
 * <pre>
 *   P = D·cos θ + (n × D)·sin θ + n (n·D)(1 − cos θ),   D = X − C
 *   u = P₀/P₂,  v = P₁/P₂,  ρ = u² + v²,  L = 1 + k₀ρ + k₁ρ²
 *   outputs: w(fLu + o₀ − m₀),  w(fLv + o₁ − m₁),  1 − w²
 * </pre>
 *
 * <p>The rotation must not be 0.
 */
final class BundleAdjustment {
  static final int INPUTS = 15;
  static final int OUTPUTS = 3;

  /** Numbers of a point: inputs and data. */
  static final int WIDTH = INPUTS + 2;

  private BundleAdjustment() {}

  /** Observations from a seed, one point a row. */
  static double[][] observations(int count) {
    SplittableRandom random = new SplittableRandom(1);
    double[][] points = new double[count][WIDTH];
    for (double[] p : points) {
      for (int k = 0; k < WIDTH; k++) {
        p[k] = random.nextDouble(-0.5, 0.5);
      }
      p[6] = random.nextDouble(0.8, 1.2);
      p[13] = random.nextDouble(3, 5);
      p[14] = random.nextDouble(0.5, 1.5);
    }
    return points;
  }

  static CompiledFunction compiled() {
    double[] start = observations(1)[0];
    Graph graph = new Graph();
    List<Node> leaves = graph.variables("p", start);
    return CompiledFunction.compile(
        leaves.subList(0, INPUTS), leaves.subList(INPUTS, WIDTH), record(leaves));
  }

  static List<Node> record(List<Node> p) {
    List<Node> d = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      d.add(p.get(11 + i).minus(p.get(3 + i)));
    }
    List<Node> q = rotated(p.subList(0, 3), d);
    Node u = q.get(0).dividedBy(q.get(2));
    Node v = q.get(1).dividedBy(q.get(2));
    Node rho = u.square().plus(v.square());
    Node stretch = p.get(9).times(rho).plus(p.get(10).times(rho.square())).plus(1);
    Node scale = p.get(6).times(stretch);
    Node w = p.get(14);
    return List.of(
        w.times(scale.times(u).plus(p.get(7)).minus(p.get(15))),
        w.times(scale.times(v).plus(p.get(8)).minus(p.get(16))),
        w.square().negated().plus(1));
  }

  private static List<Node> rotated(List<Node> r, List<Node> d) {
    Node theta = r.get(0).square().plus(r.get(1).square()).plus(r.get(2).square()).sqrt();
    Node sin = theta.sin();
    Node cos = theta.cos();
    Node inverse = theta.reciprocal();
    List<Node> n = r.stream().map(component -> component.times(inverse)).toList();
    Node along = n.get(0).times(d.get(0));
    along = along.plus(n.get(1).times(d.get(1))).plus(n.get(2).times(d.get(2)));
    Node rest = along.times(cos.negated().plus(1));
    List<Node> q = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int j = (i + 1) % 3;
      int k = (i + 2) % 3;
      Node cross = n.get(j).times(d.get(k)).minus(n.get(k).times(d.get(j)));
      q.add(d.get(i).times(cos).plus(cross.times(sin)).plus(n.get(i).times(rest)));
    }
    return q;
  }

  /**
   * The outputs and their Jacobian by hand: ∂P/∂X is the rotation matrix, and with N = ∂P/∂n the
   * column of r_j is ∂P/∂θ·n_j + (N_j − N n·n_j)/θ.
   *
   * @param y receives the outputs. Modified.
   * @param jacobian receives [3 × 15]. Modified.
   */
  static void jacobian(double[] p, double[] y, double[][] jacobian) {
    double theta = Math.sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
    double sin = Math.sin(theta);
    double cos = Math.cos(theta);
    double rest = 1 - cos;
    double inverse = 1 / theta;
    double n0 = p[0] * inverse;
    double n1 = p[1] * inverse;
    double n2 = p[2] * inverse;
    double d0 = p[11] - p[3];
    double d1 = p[12] - p[4];
    double d2 = p[13] - p[5];
    double along = n0 * d0 + n1 * d1 + n2 * d2;
    double c0 = n1 * d2 - n2 * d1;
    double c1 = n2 * d0 - n0 * d2;
    double c2 = n0 * d1 - n1 * d0;
    double q0 = d0 * cos + c0 * sin + n0 * along * rest;
    double q1 = d1 * cos + c1 * sin + n1 * along * rest;
    double q2 = d2 * cos + c2 * sin + n2 * along * rest;

    double depth = 1 / q2;
    double u = q0 * depth;
    double v = q1 * depth;
    double rho = u * u + v * v;
    double stretch = 1 + p[9] * rho + p[10] * rho * rho;
    double slope = p[9] + 2 * p[10] * rho;
    double f = p[6];
    double w = p[14];
    double e0 = f * stretch * u + p[7] - p[15];
    double e1 = f * stretch * v + p[8] - p[16];
    y[0] = w * e0;
    y[1] = w * e1;
    y[2] = 1 - w * w;

    double factor = w * f * depth;
    double cross = 2 * u * v * slope;
    double uu = stretch + 2 * u * u * slope;
    double vv = stretch + 2 * v * v * slope;
    for (int k = 0; k < 2; k++) {
      double[] row = jacobian[k];
      double a0 = factor * (k == 0 ? uu : cross);
      double a1 = factor * (k == 0 ? cross : vv);
      double a2 = -(a0 * u + a1 * v);
      double an = a0 * n0 + a1 * n1 + a2 * n2;
      double ad = a0 * d0 + a1 * d1 + a2 * d2;
      double ac = a0 * c0 + a1 * c1 + a2 * c2;
      // aᵀR, with aᵀ(n ×) = (a × n)ᵀ
      row[11] = a0 * cos + (a1 * n2 - a2 * n1) * sin + an * n0 * rest;
      row[12] = a1 * cos + (a2 * n0 - a0 * n2) * sin + an * n1 * rest;
      row[13] = a2 * cos + (a0 * n1 - a1 * n0) * sin + an * n2 * rest;
      row[3] = -row[11];
      row[4] = -row[12];
      row[5] = -row[13];
      // aᵀN, with aᵀ(× D) = (D × a)ᵀ
      double b0 = (d1 * a2 - d2 * a1) * sin + an * d0 * rest + a0 * along * rest;
      double b1 = (d2 * a0 - d0 * a2) * sin + an * d1 * rest + a1 * along * rest;
      double b2 = (d0 * a1 - d1 * a0) * sin + an * d2 * rest + a2 * along * rest;
      double turn = ac * cos + (an * along - ad) * sin;
      double common = turn - (b0 * n0 + b1 * n1 + b2 * n2) * inverse;
      row[0] = common * n0 + b0 * inverse;
      row[1] = common * n1 + b1 * inverse;
      row[2] = common * n2 + b2 * inverse;
      double s = k == 0 ? u : v;
      row[6] = w * stretch * s;
      row[7] = k == 0 ? w : 0;
      row[8] = k == 0 ? 0 : w;
      row[9] = w * f * s * rho;
      row[10] = w * f * s * rho * rho;
      row[14] = k == 0 ? e0 : e1;
    }
    jacobian[2][14] = -2 * w; // The rest of its row stays 0.
  }
}
