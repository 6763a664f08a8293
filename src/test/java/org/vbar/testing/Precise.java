package org.vbar.testing;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A number with as many decimal digits as a test asks for, and the functions of the op table on it:
 * a reference that shares no code and no formula trick with what it checks.
 *
 * <p>Every function is the plainest one: Taylor series after argument reduction, Stirling's series
 * with exact Bernoulli numbers. Digits that cancel are not looked after; instead {@link #settled}
 * repeats a computation with more digits until the digits that a {@code double} can show no longer
 * change (Ziv's strategy).
 */
public final class Precise {
  private static final int[] DIGITS = {50, 110, 400, 1000, 2200};

  private final BigDecimal value;
  private final MathContext context;

  private Precise(BigDecimal value, MathContext context) {
    this.value = value;
    this.context = context;
  }

  /** A {@code double} without any rounding. */
  public static Precise of(double value, int digits) {
    return new Precise(new BigDecimal(value), new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  /**
   * The result of a computation to more than the accuracy of a {@code double}, found by repeating
   * it with more and more digits.
   *
   * @param computation a function of the operands
   * @param operands the exact operands
   */
  public static double settled(Function<Precise[], Precise> computation, double... operands) {
    BigDecimal last = null;
    for (int digits : DIGITS) {
      Precise[] numbers = new Precise[operands.length];
      for (int k = 0; k < operands.length; k++) {
        numbers[k] = of(operands[k], digits);
      }
      BigDecimal now = computation.apply(numbers).value;
      boolean zero = now.signum() == 0;
      if (last != null && !zero && agree(last, now)) {
        return now.doubleValue();
      }
      boolean underflows = last != null && last.doubleValue() == 0 && now.doubleValue() == 0;
      if (underflows && digits == DIGITS[DIGITS.length - 1]) {
        return 0;
      }
      last = now;
    }
    throw new AssertionError("The reference did not settle at " + Arrays.toString(operands));
  }

  private static boolean agree(BigDecimal a, BigDecimal b) {
    BigDecimal gap = a.subtract(b);
    return gap.signum() == 0 || exponent(gap) < exponent(b) - 20;
  }

  /** A number of the same precision. */
  public Precise number(double number) {
    return with(new BigDecimal(number));
  }

  private Precise with(BigDecimal number) {
    return new Precise(number, context);
  }

  /** The same number with more digits for what is computed from it. */
  private Precise guarded(int more) {
    return atPrecision(context.getPrecision() + more);
  }

  private Precise atPrecision(int digits) {
    return new Precise(value, new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  private Precise roundedLike(Precise other) {
    return new Precise(value.round(other.context), other.context);
  }

  /** −1, 0 or 1. */
  public int signum() {
    return value.signum();
  }

  /** Whether this is smaller than another number. */
  public boolean isBelow(Precise other) {
    return value.compareTo(other.value) < 0;
  }

  /** this + other. */
  public Precise plus(Precise other) {
    return with(value.add(other.value, context));
  }

  /** this + other. */
  public Precise plus(double other) {
    return plus(number(other));
  }

  /** this − other. */
  public Precise minus(Precise other) {
    return with(value.subtract(other.value, context));
  }

  /** this − other. */
  public Precise minus(double other) {
    return minus(number(other));
  }

  /** this · other. */
  public Precise times(Precise other) {
    return with(value.multiply(other.value, context));
  }

  /** this · other. */
  public Precise times(double other) {
    return times(number(other));
  }

  /** this / other. */
  public Precise over(Precise other) {
    return with(value.divide(other.value, context));
  }

  /** this / other. */
  public Precise over(double other) {
    return over(number(other));
  }

  /** −this. */
  public Precise negated() {
    return with(value.negate());
  }

  /** |this|. */
  public Precise abs() {
    return with(value.abs());
  }

  /** this². */
  public Precise square() {
    return times(this);
  }

  /** √this. */
  public Precise sqrt() {
    return signum() == 0 ? this : with(value.sqrt(context));
  }

  /** this to a whole power. */
  public Precise pow(int exponent) {
    Precise power = with(value.pow(Math.abs(exponent), guarded(10).context)).roundedLike(this);
    return exponent < 0 ? number(1).over(power) : power;
  }

  /** this to a power: for a negative number only to a whole one. */
  public Precise pow(Precise exponent) {
    if (exponent.signum() == 0) {
      return number(1);
    }
    if (signum() == 0) {
      return this;
    }
    boolean whole = exponent.value.stripTrailingZeros().scale() <= 0;
    return whole && exponent(exponent.value) < 6
        ? pow(exponent.value.intValueExact())
        : log().times(exponent).exp();
  }

  /** The cube root. */
  public Precise cbrt() {
    if (signum() == 0) {
      return this;
    }
    Precise root = abs().log().over(3).exp();
    return signum() < 0 ? root.negated() : root;
  }

  /** eˣ; beyond 10^±100000 the nearer of the two. */
  public Precise exp() {
    BigDecimal bound = BigDecimal.valueOf(230_000);
    if (value.abs().compareTo(bound) > 0) {
      return with(BigDecimal.ONE.scaleByPowerOfTen(100_000 * value.signum()).stripTrailingZeros());
    }
    Precise x = guarded(20);
    Precise ln2 = x.constant("ln2");
    BigInteger k =
        value.divide(ln2.value, context).setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
    Precise r = x.minus(ln2.times(x.with(new BigDecimal(k))));
    int halvings = 12;
    r = r.over(1 << halvings);
    Precise term = r.number(1);
    Precise sum = term;
    for (int n = 1; !term.isNegligibleBeside(sum); n++) {
      term = term.times(r).over(n);
      sum = sum.plus(term);
    }
    for (int i = 0; i < halvings; i++) {
      sum = sum.square();
    }
    return sum.times(x.number(2).pow(k.intValueExact())).roundedLike(this);
  }

  private boolean isNegligibleBeside(Precise sum) {
    return signum() == 0 || exponent(value) < exponent(sum.value) - context.getPrecision() - 2;
  }

  private static int exponent(BigDecimal number) {
    return number.precision() - number.scale();
  }

  /** ln this, for a positive number. */
  public Precise log() {
    if (signum() <= 0) {
      throw new ArithmeticException("log of " + value);
    }
    if (value.compareTo(BigDecimal.ONE) == 0) {
      return number(0);
    }
    int full = context.getPrecision() + 20;
    int e = exponent(value);
    double start = Math.log(value.movePointLeft(e).doubleValue()) + e * Math.log(10);
    Precise y = number(start);
    // y ← y + 2(x − e^y)/(x + e^y) triples the digits, of which only those are computed
    for (int digits = 13; digits < full; digits *= 3) {
      Precise x = atPrecision(Math.min(full, 3 * digits + 10));
      y = new Precise(y.value, x.context);
      Precise power = y.exp();
      y = y.plus(x.minus(power).times(2).over(x.plus(power)));
    }
    return y.roundedLike(this);
  }

  /** sin this. */
  public Precise sin() {
    return sinOfQuadrant(0);
  }

  /** cos this. */
  public Precise cos() {
    return sinOfQuadrant(1);
  }

  /** sin(this + quadrants·π/2). */
  private Precise sinOfQuadrant(int quadrants) {
    Precise x = guarded(20 + Math.max(0, exponent(value)));
    Precise halfPi = x.pi().over(2);
    BigInteger k = x.over(halfPi).value.setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
    Precise r = x.minus(halfPi.times(x.with(new BigDecimal(k)))).roundedLike(guarded(20));
    int quadrant = k.add(BigInteger.valueOf(quadrants)).mod(BigInteger.valueOf(4)).intValue();
    Precise result = quadrant % 2 == 0 ? r.sinSeries() : r.cosSeries();
    return (quadrant < 2 ? result : result.negated()).roundedLike(this);
  }

  /** tan this. */
  public Precise tan() {
    return sin().over(cos());
  }

  private Precise sinSeries() {
    return alternating(this, 1);
  }

  private Precise cosSeries() {
    return alternating(number(1), 0);
  }

  /** first − first·x²/((n+1)(n+2)) + … */
  private Precise alternating(Precise first, int n) {
    Precise square = square();
    Precise term = first;
    Precise sum = first;
    for (int i = n; !term.isNegligibleBeside(sum); i += 2) {
      term = term.times(square).over((double) (i + 1) * (i + 2)).negated();
      sum = sum.plus(term);
    }
    return sum;
  }

  /** arctan this. */
  public Precise atan() {
    if (signum() < 0) {
      return negated().atan().negated();
    }
    Precise x = guarded(20);
    if (x.number(1).isBelow(x)) {
      return x.pi().over(2).minus(x.number(1).over(x).atan()).roundedLike(this);
    }
    int halvings = 8; // atan x = 2 atan(x/(1 + √(1 + x²)))
    for (int i = 0; i < halvings; i++) {
      x = x.over(x.square().plus(1).sqrt().plus(1));
    }
    return x.atanSeries().times(1 << halvings).roundedLike(this);
  }

  private Precise atanSeries() {
    Precise square = square().negated();
    Precise power = this;
    Precise sum = this;
    for (int n = 3; !power.isNegligibleBeside(sum); n += 2) {
      power = power.times(square);
      sum = sum.plus(power.over(n));
    }
    return sum;
  }

  /** arcsin this = arctan(x/√((1 − x)(1 + x))). */
  public Precise asin() {
    Precise rest = number(1).minus(this).times(plus(1));
    return rest.signum() == 0 ? pi().over(2).times(signum()) : over(rest.sqrt()).atan();
  }

  /** The angle of the point (other, this), not both 0. */
  public Precise atan2(Precise other) {
    if (other.signum() > 0) {
      return over(other).atan();
    }
    Precise turn = signum() < 0 ? pi().negated() : pi();
    return other.signum() == 0 ? turn.over(2) : over(other).atan().plus(turn);
  }

  /** π by Machin's formula. */
  public Precise pi() {
    return constant("pi");
  }

  private static final Map<String, Precise> CONSTANTS = new ConcurrentHashMap<>();

  private Precise constant(String name) {
    String key = name + context.getPrecision();
    Precise known = CONSTANTS.get(key);
    if (known == null) {
      Precise one = guarded(10).number(1);
      known =
          switch (name) {
            case "pi" ->
                one.over(5).atanSeries().times(4).minus(one.over(239).atanSeries()).times(4);
            case "ln2" -> one.over(3).atanhSeries().times(2);
            default -> throw new IllegalArgumentException(name);
          };
      known = known.roundedLike(this);
      CONSTANTS.put(key, known);
    }
    return known;
  }

  private Precise atanhSeries() {
    Precise square = square();
    Precise power = this;
    Precise sum = this;
    for (int n = 3; !power.isNegligibleBeside(sum); n += 2) {
      power = power.times(square);
      sum = sum.plus(power.over(n));
    }
    return sum;
  }

  /** The error function: 2/√π·e^(−x²)·Σ 2ⁿx^(2n+1)/(2n+1)!!, whose terms have one sign. */
  public Precise erf() {
    if (number(30).isBelow(abs())) { // 1 − erf 30 is far below the smallest double
      return number(signum());
    }
    Precise square = square();
    Precise term = this;
    Precise sum = this;
    for (int n = 0; !term.isNegligibleBeside(sum); n++) {
      term = term.times(square).times(2).over(2 * n + 3);
      sum = sum.plus(term);
    }
    return sum.times(2).over(pi().sqrt()).times(square.negated().exp());
  }

  /** 1 − erf, with as many more digits as cancel. */
  public Precise erfc() {
    if (signum() <= 0) {
      return number(1).minus(erf());
    }
    if (number(30).isBelow(this)) {
      return number(0);
    }
    double x = value.doubleValue();
    Precise wide = guarded((int) (x * x * 0.44) + 20);
    return wide.number(1).minus(wide.erf()).roundedLike(this);
  }

  /** ln Γ by Stirling's series after a shift to the right. */
  public Precise logGamma() {
    Precise x = guarded(20);
    Precise product = x.number(1);
    Precise z = x;
    Precise far = x.number(x.context.getPrecision());
    for (; z.isBelow(far); z = z.plus(1)) {
      product = product.times(z);
    }
    Precise sum = z.minus(0.5).times(z.log()).minus(z).plus(x.pi().times(2).log().over(2));
    Precise power = z.number(1).over(z);
    Precise step = power.square();
    for (int k = 1; ; k++) {
      Precise term = x.bernoulli(k).times(power).over(2.0 * k * (2 * k - 1));
      sum = sum.plus(term);
      if (term.isNegligibleBeside(sum)) {
        return sum.minus(product.log()).roundedLike(this);
      }
      power = power.times(step);
    }
  }

  /** ψ⁽ⁿ⁾, from the derivatives of Stirling's series after a shift to the right. */
  public Precise polygamma(int n) {
    Precise x = guarded(20 + n);
    Precise far = x.number(x.context.getPrecision() + n);
    Precise factorial = x.number(1); // (n − 1)!, or 1 for n = 0
    for (int i = 2; i < n; i++) {
      factorial = factorial.times(i);
    }
    Precise whole = n == 0 ? factorial : factorial.times(n); // n!
    Precise shifted = x.number(0);
    Precise z = x;
    for (; z.isBelow(far); z = z.plus(1)) {
      shifted = shifted.plus(whole.over(z.pow(n + 1)));
    }
    Precise sum = n == 0 ? z.log().negated() : factorial.over(z.pow(n));
    sum = sum.plus(whole.over(z.pow(n + 1).times(2)));
    // (2k + n − 1)!/(2k)!/z^(2k+n)
    Precise factor = whole.times(n + 1).over(2).over(z.pow(n + 2));
    Precise step = z.pow(-2);
    for (int k = 1; ; k++) {
      Precise term = x.bernoulli(k).times(factor);
      sum = sum.plus(term);
      if (term.isNegligibleBeside(sum)) {
        sum = sum.plus(shifted);
        return (n % 2 == 0 ? sum.negated() : sum).roundedLike(this);
      }
      factor =
          factor
              .times(step)
              .times(2.0 * k + n)
              .times(2.0 * k + n + 1)
              .over(2.0 * k + 1)
              .over(2.0 * k + 2);
    }
  }

  private static final List<BigInteger> TANGENTS = new ArrayList<>();

  /** B₂ₖ from the k-th tangent number: B₂ₖ = (−1)^(k−1)·2k·Tₖ/(4ᵏ(4ᵏ − 1)). */
  private Precise bernoulli(int k) {
    BigInteger four = BigInteger.ONE.shiftLeft(2 * k);
    BigInteger numerator = tangent(k).multiply(BigInteger.valueOf(k % 2 == 0 ? -2L * k : 2L * k));
    BigInteger denominator = four.multiply(four.subtract(BigInteger.ONE));
    return with(new BigDecimal(numerator).divide(new BigDecimal(denominator), context));
  }

  /** The tangent numbers 1, 2, 16, 272, … after Brent and Harvey's triangle. */
  private static synchronized BigInteger tangent(int k) {
    if (k > TANGENTS.size()) {
      int n = Math.max(2 * k, 64);
      BigInteger[] t = new BigInteger[n + 1];
      t[1] = BigInteger.ONE;
      for (int i = 2; i <= n; i++) {
        t[i] = t[i - 1].multiply(BigInteger.valueOf(i - 1));
      }
      for (int i = 2; i <= n; i++) {
        for (int j = i; j <= n; j++) {
          t[j] =
              t[j - 1]
                  .multiply(BigInteger.valueOf(j - i))
                  .add(t[j].multiply(BigInteger.valueOf(j - i + 2)));
        }
      }
      TANGENTS.clear();
      TANGENTS.addAll(Arrays.asList(t).subList(1, n + 1));
    }
    return TANGENTS.get(k - 1);
  }

  /** The nearest {@code double}. */
  public double toDouble() {
    return value.doubleValue();
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
