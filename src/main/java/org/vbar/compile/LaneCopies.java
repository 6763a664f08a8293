package org.vbar.compile;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Copies rows of points into columns, one per input, and columns back into rows.
 *
 * <p>The loops are generated for the number of columns, because HotSpot takes the checks of the
 * bounds out of a loop only where the distance between its accesses is a constant: 3.2 instead of
 * 7.0 ns for a row of eight inputs and eight adjoints, timed alone.
 */
abstract class LaneCopies {
  /** Columns that one loop copies. */
  private static final int TOGETHER = 8;

  /** Beyond this, most of the time goes elsewhere. */
  private static final int MOST_COLUMNS = 64;

  private static final String NAME = "org/vbar/compile/GeneratedCopies";
  private static final String SUPER = "org/vbar/compile/LaneCopies";
  private static final int COLUMNS = 1;
  private static final int ROWS = 2;
  private static final int AT = 3;
  private static final int N = 4;
  private static final int L = 5;
  private static final int FIRST_COLUMN = 6;

  /** Fills {@code n} places of every column from rows that begin at {@code at}. */
  abstract void load(double[][] columns, double[] rows, int at, int n);

  /**
   * Fills {@code n} rows that begin at {@code at} from every column.
   *
   * @return 0 if all numbers are finite, NaN otherwise; finding this out here is nearly free,
   *     because the loop waits for its stores
   */
  abstract double store(double[][] columns, double[] rows, int at, int n);

  /** Copies for rows of a given number of columns. */
  static LaneCopies of(int columns) {
    return columns > MOST_COLUMNS ? new AnyNumber(columns) : generated(columns);
  }

  /** Loops in which the number of columns is a variable. */
  private static final class AnyNumber extends LaneCopies {
    private final int count;

    AnyNumber(int count) {
      this.count = count;
    }

    @Override
    void load(double[][] columns, double[] rows, int at, int n) {
      for (int k = 0; k < count; k++) {
        double[] column = columns[k];
        for (int l = 0; l < n; l++) {
          column[l] = rows[at + k + l * count];
        }
      }
    }

    @Override
    double store(double[][] columns, double[] rows, int at, int n) {
      double zero = 0;
      for (int k = 0; k < count; k++) {
        double[] column = columns[k];
        for (int l = 0; l < n; l++) {
          rows[at + k + l * count] = column[l];
          zero += column[l] * 0;
        }
      }
      return zero;
    }
  }

  private static LaneCopies generated(int columns) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
    writer.visit(Opcodes.V17, Opcodes.ACC_FINAL, NAME, null, SUPER, null);
    MethodVisitor m = writer.visitMethod(0, "<init>", "()V", null, null);
    m.visitCode();
    m.visitVarInsn(Opcodes.ALOAD, 0);
    m.visitMethodInsn(Opcodes.INVOKESPECIAL, SUPER, "<init>", "()V", false);
    m.visitInsn(Opcodes.RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
    load(writer, columns);
    store(writer, columns);
    writer.visitEnd();
    try {
      MethodHandles.Lookup lookup =
          MethodHandles.lookup().defineHiddenClass(writer.toByteArray(), true);
      return (LaneCopies)
          lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class)).invoke();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("The generated copies could not be loaded.", e);
    }
  }

  private static void load(ClassWriter writer, int columns) {
    MethodVisitor m = writer.visitMethod(0, "load", "([[D[DII)V", null, null);
    m.visitCode();
    for (int k = 0; k < columns; k += TOGETHER) {
      loop(m, k, Math.min(columns, k + TOGETHER), columns, true);
    }
    m.visitInsn(Opcodes.RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  /** With a sum of zeros for each column of a loop, so that no addition waits for another. */
  private static void store(ClassWriter writer, int columns) {
    MethodVisitor m = writer.visitMethod(0, "store", "([[D[DII)D", null, null);
    m.visitCode();
    int sums = Math.min(columns, TOGETHER);
    for (int k = 0; k < sums; k++) {
      m.visitInsn(Opcodes.DCONST_0);
      m.visitVarInsn(Opcodes.DSTORE, zeros(k));
    }
    for (int k = 0; k < columns; k += TOGETHER) {
      loop(m, k, Math.min(columns, k + TOGETHER), columns, false);
    }
    m.visitInsn(Opcodes.DCONST_0);
    for (int k = 0; k < sums; k++) {
      m.visitVarInsn(Opcodes.DLOAD, zeros(k));
      m.visitInsn(Opcodes.DADD);
    }
    m.visitInsn(Opcodes.DRETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  /** The local variable with the sum of the zeros of a loop's k-th column. */
  private static int zeros(int k) {
    return FIRST_COLUMN + TOGETHER + 2 * k;
  }

  /** for l in 0..n−1: column[l] = rows[at + l·columns + k] for some columns k, or back. */
  private static void loop(MethodVisitor m, int from, int to, int columns, boolean load) {
    for (int k = from; k < to; k++) {
      m.visitVarInsn(Opcodes.ALOAD, COLUMNS);
      m.visitLdcInsn(k);
      m.visitInsn(Opcodes.AALOAD);
      m.visitVarInsn(Opcodes.ASTORE, FIRST_COLUMN + k - from);
    }
    Label head = new Label();
    Label end = new Label();
    m.visitInsn(Opcodes.ICONST_0);
    m.visitVarInsn(Opcodes.ISTORE, L);
    m.visitLabel(head);
    m.visitVarInsn(Opcodes.ILOAD, L);
    m.visitVarInsn(Opcodes.ILOAD, N);
    m.visitJumpInsn(Opcodes.IF_ICMPGE, end);
    for (int k = from; k < to; k++) {
      if (load) {
        place(m, FIRST_COLUMN + k - from);
        rowPlace(m, k, columns);
        m.visitInsn(Opcodes.DALOAD);
      } else {
        rowPlace(m, k, columns);
        place(m, FIRST_COLUMN + k - from);
        m.visitInsn(Opcodes.DALOAD);
        m.visitInsn(Opcodes.DUP2);
        addZero(m, zeros(k - from));
      }
      m.visitInsn(Opcodes.DASTORE);
    }
    m.visitIincInsn(L, 1);
    m.visitJumpInsn(Opcodes.GOTO, head);
    m.visitLabel(end);
  }

  /** Adds 0 times the number on the stack to a local variable. */
  private static void addZero(MethodVisitor m, int local) {
    m.visitInsn(Opcodes.DCONST_0);
    m.visitInsn(Opcodes.DMUL);
    m.visitVarInsn(Opcodes.DLOAD, local);
    m.visitInsn(Opcodes.DADD);
    m.visitVarInsn(Opcodes.DSTORE, local);
  }

  private static void place(MethodVisitor m, int column) {
    m.visitVarInsn(Opcodes.ALOAD, column);
    m.visitVarInsn(Opcodes.ILOAD, L);
  }

  private static void rowPlace(MethodVisitor m, int k, int columns) {
    m.visitVarInsn(Opcodes.ALOAD, ROWS);
    m.visitVarInsn(Opcodes.ILOAD, AT);
    m.visitVarInsn(Opcodes.ILOAD, L);
    m.visitLdcInsn(columns);
    m.visitInsn(Opcodes.IMUL);
    m.visitInsn(Opcodes.IADD);
    m.visitLdcInsn(k);
    m.visitInsn(Opcodes.IADD);
  }
}
