package org.vbar.compile;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Memory that calls borrow and give back, so that a call on a large graph need not ask for fresh
 * memory. As many pieces exist as calls ran at the same time.
 */
final class Pool<T> {
  private final ConcurrentLinkedQueue<T> free = new ConcurrentLinkedQueue<>();
  private final Supplier<T> fresh;

  Pool(Supplier<T> fresh) {
    this.fresh = fresh;
  }

  T borrow() {
    @Nullable T piece = free.poll();
    return piece == null ? fresh.get() : piece;
  }

  void giveBack(T piece) {
    free.offer(piece);
  }
}
