package org.vbar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PermutationTest {
  @Test
  void shuffled_sameSeed_isTheSameOnEveryJdk() {
    assertArrayEquals(new int[] {1, 6, 3, 0, 7, 4, 2, 5, 8, 9}, Permutation.shuffled(10, 42));
  }

  @Test
  void shuffled_neighbouringSeeds_giveOtherOrders() {
    assertFalse(Arrays.equals(Permutation.shuffled(100, 7), Permutation.shuffled(100, 8)));
  }

  @Test
  void shuffled_anySize_hasEveryIndexOnce() {
    for (int size : new int[] {0, 1, 2, 3, 1000}) {
      int[] order = Permutation.shuffled(size, 5);
      Arrays.sort(order);
      assertArrayEquals(Permutation.identity(size), order);
    }
  }

  @Test
  void shuffled_threeIndices_givesAllOrdersEquallyOften() {
    int[] counts = new int[27];
    for (int seed = 0; seed < 6000; seed++) {
      int[] order = Permutation.shuffled(3, seed);
      counts[9 * order[0] + 3 * order[1] + order[2]]++;
    }

    assertEquals(6, Arrays.stream(counts).filter(count -> count > 900 && count < 1100).count());
  }

  @Test
  void shuffled_negativeSize_isRefused() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Permutation.shuffled(-1, 0));
    assertEquals("Expected a permutation of 0 or more indices but got -1.", refused.getMessage());
  }
}
