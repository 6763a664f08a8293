package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class HiddenClassesTest {
  /** HotSpot's FreqInlineSize. */
  private static final int LARGEST_INLINED = 325;

  @Test
  void endOnItsOwn_methodRuns_andIsTooLargeToBeInlined() {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
    writer.visit(
        Opcodes.V17,
        Opcodes.ACC_FINAL,
        "org/vbar/compile/Seven",
        null,
        "java/lang/Object",
        new String[] {"java/util/function/IntSupplier"});
    HiddenClasses.constructor(writer, "java/lang/Object");
    MethodVisitor m = writer.visitMethod(Opcodes.ACC_PUBLIC, "getAsInt", "()I", null, null);
    m.visitCode();
    m.visitIntInsn(Opcodes.BIPUSH, 7);
    m.visitInsn(Opcodes.IRETURN);
    HiddenClasses.endOnItsOwn(m);
    writer.visitEnd();
    byte[] bytes = writer.toByteArray();
    assertEquals(7, HiddenClasses.instance(IntSupplier.class, bytes).getAsInt());
    int[] instructions = {0};
    new ClassReader(bytes)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String name, String type, String generic, String[] thrown) {
                return new MethodVisitor(Opcodes.ASM9) {
                  @Override
                  public void visitInsn(int opcode) {
                    instructions[0] += name.equals("getAsInt") ? 1 : 0;
                  }
                };
              }
            },
            0);
    assertTrue(instructions[0] > LARGEST_INLINED, instructions[0] + " instructions");
  }
}
