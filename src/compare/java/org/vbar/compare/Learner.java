package org.vbar.compare;

/** The network 784-256-10 in one system, with its own copy of the data. */
interface Learner {
  int BATCH = 64;
  int HIDDEN = 256;
  double LEARNING_RATE = 0.64;

  /** Takes a step for every 64 images, in an order; a system may choose another random order. */
  void epoch(int[] order) throws Exception;

  /** The share of test images that it recognises. */
  double accuracy() throws Exception;
}
