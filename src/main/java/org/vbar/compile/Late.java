package org.vbar.compile;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Code that is made once it is worth its cost: after enough work was done without it, at once where
 * bytecode was asked for, never where the interpreter was, and not where a program is unsuitable.
 */
final class Late<T> {
  /** Ops after which bytecode pays: a few milliseconds of interpretation. */
  static final long WORK_BEFORE_BYTECODE = 300_000;

  private final Maker<T> maker;
  private final boolean never;
  private final AtomicLong work;
  private volatile @Nullable T made;
  private volatile boolean settled;

  /** Makes code. */
  interface Maker<T> {
    T make() throws UnsuitableException;
  }

  Late(@Nullable Tier forced, Maker<T> maker) {
    this.maker = maker;
    this.never = forced == Tier.INTERPRETER;
    this.work = new AtomicLong(forced == Tier.BYTECODE ? WORK_BEFORE_BYTECODE + 1 : 0);
  }

  /**
   * The code, or null where the interpreter is to do the work.
   *
   * @param ops work that is about to be done
   */
  @Nullable T forWork(long ops) {
    T known = made;
    if (known != null || settled || never) {
      return known;
    }
    if (work.getAndAdd(ops) <= WORK_BEFORE_BYTECODE) {
      return null;
    }
    synchronized (this) {
      if (!settled) {
        try {
          made = maker.make();
        } catch (UnsuitableException unsuitable) {
          made = null; // The interpreter can run everything.
        }
        settled = true;
      }
      return made;
    }
  }
}
