package org.vbar.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vbar.testing.RandomProgram.Style;

/** What the other tests rely on when they draw programs. */
class RandomProgramTest {
  @Test
  void forSeeds_aSeedThatFails_isNamed() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                RandomProgram.forSeeds(
                    10,
                    seed -> {
                      if (seed == 7) {
                        fail("wrong sign");
                      }
                    }));

    assertEquals("Seed 7 (keep it in RandomProgram.KEPT_SEEDS): wrong sign", error.getMessage());
  }

  @Test
  void randomProgram_sameSeed_isTheSameProgram() {
    RandomProgram.forSeeds(
        100,
        seed -> {
          Fixtures one = RandomProgram.of(seed, Style.ALL_OPS, 3, 30).record();
          Fixtures two = RandomProgram.of(seed, Style.ALL_OPS, 3, 30).record();
          assertEquals(one.graph().toString(), two.graph().toString());
          assertEquals(one.output().value(), two.output().value());
          assertNotEquals(Double.NaN, one.output().value());
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"SMOOTH", "ALL_OPS"})
  void randomProgram_atAnyPointInItsBounds_staysInEveryDomain(Style style) {
    RandomProgram.forSeeds(
        300,
        seed -> {
          RandomProgram program = RandomProgram.of(seed, style, 3, 60);
          for (int p = 0; p < 4; p++) {
            Fixtures drawn = program.record(program.point(p));
            assertTrue(drawn.graph().check().isEmpty(), () -> drawn.graph().check().toString());
          }
        });
  }
}
