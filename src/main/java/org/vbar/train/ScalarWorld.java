package org.vbar.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.vbar.data.Batch;
import org.vbar.model.MlpParameters;

/**
 * The network with one node per scalar.
 *
 * <p>In {@link Mode#EAGER} every thread has a graph of its own in which the parameters are recorded
 * once per minibatch and each sample after them, swept and dropped: what happens can be read, drawn
 * and stepped through. In {@link Mode#COMPILED} one sample is recorded once, scalar by scalar, and
 * its {@link org.vbar.compile.CompiledFunction} runs for all others: the same ops in the same
 * order, many times faster. The two agree up to rounding in the last digits.
 *
 * <p>A minibatch is cut into blocks whose size does not depend on the number of threads; gradients
 * are added sample by sample within a block, then block by block. So the result is the same to the
 * bit for any number of threads.
 *
 * <p>Not safe for use by several threads at once. Close it to end its threads.
 */
public final class ScalarWorld implements World {
  /*
   * A block is what a thread takes at a time. More blocks share the work more evenly, fewer need
   * less memory: each has an array of sums.
   */
  private static final int LEAST_BLOCK_SIZE = 4;
  private static final int MOST_BLOCKS = 16;

  private final MlpParameters parameters;
  private final Mode mode;
  private final List<ScalarWorker> workers = new ArrayList<>();
  private final List<double[]> sums = new ArrayList<>();
  private final BlockThreads<ScalarWorker> threads;

  /** How samples are computed. */
  public enum Mode {
    /** Records every sample as a graph of its own. */
    EAGER,

    /** Records one sample and runs the compiled recording for all. */
    COMPILED
  }

  /** Compiled, on one thread. Reads the parameters anew in every evaluation. */
  public ScalarWorld(MlpParameters parameters) {
    this(parameters, 1);
  }

  /**
   * Compiled. Reads the parameters anew in every evaluation.
   *
   * @param threads at least 1
   */
  public ScalarWorld(MlpParameters parameters, int threads) {
    this(parameters, threads, Mode.COMPILED);
  }

  /**
   * Reads the parameters anew in every evaluation. Compiling records one sample here and now, in
   * time and memory linear in the number of parameters.
   *
   * @param threads at least 1
   */
  public ScalarWorld(MlpParameters parameters, int threads, Mode mode) {
    Settings.checkAtLeast(1, "a number of threads", threads);
    this.parameters = parameters;
    this.mode = mode;
    if (mode == Mode.COMPILED) {
      ScalarProgram program = ScalarProgram.of(parameters);
      for (int t = 0; t < threads; t++) {
        workers.add(new CompiledScalarWorker(parameters, program));
      }
    } else {
      for (int t = 0; t < threads; t++) {
        workers.add(new EagerScalarWorker(parameters));
      }
    }
    this.threads = new BlockThreads<>(workers);
  }

  @Override
  public String name() {
    return "scalar";
  }

  /** How samples are computed. */
  public Mode mode() {
    return mode;
  }

  @Override
  public String description() {
    return "scalar, " + mode.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public MlpParameters parameters() {
    return parameters;
  }

  @Override
  public double evaluate(Batch batch, double[] gradient) {
    Settings.checkFits(batch, parameters.spec());
    Settings.checkGradient(gradient, parameters.count());
    int rows = batch.rows();
    int blockSize = blockSize(rows);
    int blocks = (rows + blockSize - 1) / blockSize;
    while (sums.size() < blocks) {
      sums.add(new double[gradient.length]);
    }
    double[] losses = new double[rows];
    inBlocks(
        blocks,
        (worker, block) -> {
          double[] sum = sums.get(block);
          Arrays.fill(sum, 0);
          for (int row = block * blockSize; row < Math.min(rows, (block + 1) * blockSize); row++) {
            losses[row] = worker.addGradient(batch, row, sum);
          }
        });
    double[] total = sums.get(0);
    for (int block = 1; block < blocks; block++) {
      double[] sum = sums.get(block);
      for (int k = 0; k < total.length; k++) {
        total[k] += sum[k];
      }
    }
    workers.get(0).writeInFlatOrder(total, rows, gradient);
    return mean(losses);
  }

  @Override
  public Prediction predict(Batch batch) {
    Settings.checkFits(batch, parameters.spec());
    int rows = batch.rows();
    int blockSize = blockSize(rows);
    double[] outputs = new double[rows * batch.targetColumns()];
    double[] losses = new double[rows];
    inBlocks(
        (rows + blockSize - 1) / blockSize,
        (worker, block) -> {
          for (int row = block * blockSize; row < Math.min(rows, (block + 1) * blockSize); row++) {
            losses[row] = worker.predict(batch, row, outputs);
          }
        });
    return new Prediction(parameters.spec(), outputs, mean(losses));
  }

  private static int blockSize(int rows) {
    return Math.max(LEAST_BLOCK_SIZE, (rows + MOST_BLOCKS - 1) / MOST_BLOCKS);
  }

  private static double mean(double[] losses) {
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }

  /** Runs all blocks, each on the first thread that is free. */
  private void inBlocks(int blocks, BlockThreads.Task<ScalarWorker> task) {
    threads.run(blocks, ScalarWorker::readParameters, task);
  }

  @Override
  public void close() {
    threads.close();
  }
}
