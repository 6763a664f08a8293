package org.vbar.compile;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Loads generated classes, which the JVM unloads again when nothing uses them, and writes what such
 * classes have in common.
 */
final class HiddenClasses {
  private static final String SIGNATURE = "()V";

  /** Bytes; the limit is 325 (FreqInlineSize). */
  private static final int NEVER_INLINED = 400;

  private HiddenClasses() {}

  /** Writes a constructor without arguments that calls that of the superclass. */
  static void constructor(ClassWriter writer, String superclass) {
    MethodVisitor m = writer.visitMethod(0, "<init>", SIGNATURE, null, null);
    m.visitCode();
    m.visitVarInsn(Opcodes.ALOAD, 0);
    m.visitMethodInsn(Opcodes.INVOKESPECIAL, superclass, "<init>", SIGNATURE, false);
    m.visitInsn(Opcodes.RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  /** Writes a loop: for counter = 0, 1, … below the local variable {@code limit}. */
  static void loop(MethodVisitor m, int counter, int limit, Runnable body) {
    Label head = new Label();
    Label end = new Label();
    m.visitInsn(Opcodes.ICONST_0);
    m.visitVarInsn(Opcodes.ISTORE, counter);
    m.visitLabel(head);
    m.visitVarInsn(Opcodes.ILOAD, counter);
    m.visitVarInsn(Opcodes.ILOAD, limit);
    m.visitJumpInsn(Opcodes.IF_ICMPGE, end);
    body.run();
    m.visitIincInsn(counter, 1);
    m.visitJumpInsn(Opcodes.GOTO, head);
    m.visitLabel(end);
  }

  /**
   * Ends a method whose last instruction was written, so that HotSpot never inlines it: with code
   * behind its end it is larger than any that HotSpot does. Some loops are not vectorized any more
   * where several are compiled as one method.
   */
  static void endOnItsOwn(MethodVisitor m) {
    for (int k = 0; k < NEVER_INLINED; k++) {
      m.visitInsn(Opcodes.NOP);
    }
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  /** An object of a class with such a constructor. */
  static <T> T instance(Class<T> superclass, byte[] bytes) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return superclass.cast(
          lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class)).invoke());
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(
          "The generated " + superclass.getSimpleName() + " could not be loaded.", e);
    }
  }
}
