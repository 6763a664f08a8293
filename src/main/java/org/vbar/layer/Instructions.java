package org.vbar.layer;

import java.lang.reflect.Constructor;

/** What a {@link TrainingNetwork} computes with: plain loops, or vectors where the JVM has them. */
public enum Instructions {
  /** Java loops, which HotSpot turns into vector instructions as far as it can. */
  PLAIN,

  /**
   * The Vector API. Needs the module {@code jdk.incubator.vector}, which a JVM has if it is started
   * with {@code --add-modules jdk.incubator.vector}.
   */
  VECTOR;

  /**
   * The best this JVM has, chosen once: VECTOR if it is available, otherwise PLAIN.
   *
   * @return the same at every call
   */
  public static Instructions best() {
    return Available.VECTOR_MODULE ? VECTOR : PLAIN;
  }

  /**
   * Whether this JVM can compute with them.
   *
   * @return true for PLAIN; for VECTOR true if the module is there
   */
  public boolean isAvailable() {
    return this == PLAIN || Available.VECTOR_MODULE;
  }

  /** Arithmetic with these instructions, for one thread. */
  Arithmetic arithmetic(Precision precision) {
    if (!isAvailable()) {
      throw new IllegalStateException(
          "Expected a JVM with the module jdk.incubator.vector but it is not there: start java with"
              + " --add-modules jdk.incubator.vector, or choose PLAIN.");
    }
    return switch (this) {
      case PLAIN -> precision == Precision.FLOAT ? new PlainFloats() : new PlainDoubles();
      case VECTOR -> vector(precision == Precision.FLOAT ? "VectorFloats" : "VectorDoubles");
    };
  }

  /**
   * An instance of a class that is named here and nowhere else, so that nothing tries to load it,
   * or to compile it, where the module is missing.
   */
  private static Arithmetic vector(String name) {
    try {
      Constructor<?> constructor =
          Class.forName(Instructions.class.getPackageName() + "." + name).getDeclaredConstructor();
      return (Arithmetic) constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("The class %s of this library is missing.".formatted(name), e);
    }
  }

  private static final class Available {
    static final boolean VECTOR_MODULE =
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }
}
