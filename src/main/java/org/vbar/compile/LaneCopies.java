package org.vbar.compile;

import org.objectweb.asm.ClassWriter;
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
  // Local variables of a loop: the rows, where its first column begins in them, how many there
  // are, the current one and its place; then the columns and their sums.

  private static final int ROWS = 0;
  private static final int AT = 1;
  private static final int N = 2;
  private static final int ROW = 3 + TOGETHER;
  private static final int L = ROW + 1;
  private static final int FIRST_COLUMN = 3;
  private static final int FIRST_SUM = L + 1;

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
    HiddenClasses.constructor(writer, SUPER);
    load(writer, columns);
    store(writer, columns);
    writer.visitEnd();
    return HiddenClasses.instance(LaneCopies.class, writer.toByteArray());
  }

  private static void load(ClassWriter writer, int columns) {
    MethodVisitor m = writer.visitMethod(0, "load", "([[D[DII)V", null, null);
    m.visitCode();
    for (int k = 0; k < columns; k += TOGETHER) {
      call(m, "load", k, Math.min(columns, k + TOGETHER), "V");
    }
    m.visitInsn(Opcodes.RETURN);
    end(m);
    for (int k = 0; k < columns; k += TOGETHER) {
      int count = Math.min(columns, k + TOGETHER) - k;
      m = writer.visitMethod(Opcodes.ACC_STATIC, "load" + k, signature(count, "V"), null, null);
      m.visitCode();
      loop(m, count, columns, true);
      m.visitInsn(Opcodes.RETURN);
      HiddenClasses.endOnItsOwn(m);
    }
  }

  /** With a sum of zeros for each column of a loop, so that no addition waits for another. */
  private static void store(ClassWriter writer, int columns) {
    MethodVisitor m = writer.visitMethod(0, "store", "([[D[DII)D", null, null);
    m.visitCode();
    m.visitInsn(Opcodes.DCONST_0);
    for (int k = 0; k < columns; k += TOGETHER) {
      call(m, "store", k, Math.min(columns, k + TOGETHER), "D");
      m.visitInsn(Opcodes.DADD);
    }
    m.visitInsn(Opcodes.DRETURN);
    end(m);
    for (int k = 0; k < columns; k += TOGETHER) {
      int count = Math.min(columns, k + TOGETHER) - k;
      m = writer.visitMethod(Opcodes.ACC_STATIC, "store" + k, signature(count, "D"), null, null);
      m.visitCode();
      for (int c = 0; c < count; c++) {
        m.visitInsn(Opcodes.DCONST_0);
        m.visitVarInsn(Opcodes.DSTORE, zeros(c));
      }
      loop(m, count, columns, false);
      m.visitInsn(Opcodes.DCONST_0);
      for (int c = 0; c < count; c++) {
        m.visitVarInsn(Opcodes.DLOAD, zeros(c));
        m.visitInsn(Opcodes.DADD);
      }
      m.visitInsn(Opcodes.DRETURN);
      HiddenClasses.endOnItsOwn(m);
    }
  }

  private static void end(MethodVisitor m) {
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  private static String signature(int columns, String result) {
    return "([DII" + "[D".repeat(columns) + ")" + result;
  }

  /** Calls the method for the columns that begin with one, with the arrays as arguments. */
  private static void call(MethodVisitor m, String name, int from, int to, String result) {
    m.visitVarInsn(Opcodes.ALOAD, 2);
    m.visitVarInsn(Opcodes.ILOAD, 3);
    m.visitLdcInsn(from);
    m.visitInsn(Opcodes.IADD);
    m.visitVarInsn(Opcodes.ILOAD, 4);
    for (int k = from; k < to; k++) {
      m.visitVarInsn(Opcodes.ALOAD, 1);
      m.visitLdcInsn(k);
      m.visitInsn(Opcodes.AALOAD);
    }
    m.visitMethodInsn(Opcodes.INVOKESTATIC, NAME, name + from, signature(to - from, result), false);
  }

  /** The local variable with the sum of the zeros of a loop's k-th column. */
  private static int zeros(int k) {
    return FIRST_SUM + 2 * k;
  }

  /** for l in 0..n−1: column[l] = rows[at + l·columns + k] for some columns k, or back. */
  private static void loop(MethodVisitor m, int count, int columns, boolean load) {
    HiddenClasses.loop(m, L, N, () -> copyRow(m, count, columns, load));
  }

  private static void copyRow(MethodVisitor m, int count, int columns, boolean load) {
    m.visitVarInsn(Opcodes.ILOAD, AT);
    m.visitVarInsn(Opcodes.ILOAD, L);
    m.visitLdcInsn(columns);
    m.visitInsn(Opcodes.IMUL);
    m.visitInsn(Opcodes.IADD);
    m.visitVarInsn(Opcodes.ISTORE, ROW);
    for (int k = 0; k < count; k++) {
      if (load) {
        place(m, FIRST_COLUMN + k);
        rowPlace(m, k);
        m.visitInsn(Opcodes.DALOAD);
      } else {
        rowPlace(m, k);
        place(m, FIRST_COLUMN + k);
        m.visitInsn(Opcodes.DALOAD);
        m.visitInsn(Opcodes.DUP2);
        addZero(m, zeros(k));
      }
      m.visitInsn(Opcodes.DASTORE);
    }
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

  private static void rowPlace(MethodVisitor m, int k) {
    m.visitVarInsn(Opcodes.ALOAD, ROWS);
    m.visitVarInsn(Opcodes.ILOAD, ROW);
    m.visitLdcInsn(k);
    m.visitInsn(Opcodes.IADD);
  }
}
