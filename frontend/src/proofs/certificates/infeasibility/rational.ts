/**
 * Exact fractions. A float is a whole number over a power of two, and almost all sums here are of such, so that
 * the power is kept apart: value = numerator / (2^shift · odd).
 */
export class Rational {
  static readonly ZERO = new Rational(0n, 0n, 1n);
  static readonly ONE = new Rational(1n, 0n, 1n);

  private constructor(
    private readonly numerator: bigint,
    private readonly shift: bigint,
    private readonly odd: bigint,
  ) {}

  /** Exactly what a finite float is. */
  static of(value: number): Rational {
    if (value === 0) return Rational.ZERO;
    if (Number.isInteger(value)) return new Rational(BigInt(value), 0n, 1n);
    BITS.setFloat64(0, value);
    const bits = BITS.getBigUint64(0);
    const exponent = (bits >> 52n) & 0x7ffn;
    const fraction = bits & 0xf_ffff_ffff_ffffn;
    const mantissa = exponent === 0n ? fraction : fraction | (1n << 52n);
    const shift = 1075n - (exponent === 0n ? 1n : exponent);
    const twos = trailing(mantissa);
    return new Rational((value < 0 ? -mantissa : mantissa) >> twos, shift - twos, 1n);
  }

  get sign(): number {
    return this.numerator > 0n ? 1 : this.numerator < 0n ? -1 : 0;
  }

  get negative(): Rational {
    return new Rational(-this.numerator, this.shift, this.odd);
  }

  get absolute(): Rational {
    return this.numerator < 0n ? this.negative : this;
  }

  plus(other: Rational): Rational {
    if (other.numerator === 0n) return this;
    if (this.numerator === 0n) return other;
    const [mine, theirs] = this.odd === other.odd ? [1n, 1n] : [other.odd, this.odd];
    const odd = this.odd === other.odd ? this.odd : this.odd * other.odd;
    if (this.shift >= other.shift) {
      return new Rational(this.numerator * mine + ((other.numerator * theirs) << (this.shift - other.shift)), this.shift, odd);
    }
    return new Rational(((this.numerator * mine) << (other.shift - this.shift)) + other.numerator * theirs, other.shift, odd);
  }

  minus(other: Rational): Rational {
    return this.plus(other.negative);
  }

  times(other: Rational): Rational {
    if (this.numerator === 0n || other.numerator === 0n) return Rational.ZERO;
    return new Rational(this.numerator * other.numerator, this.shift + other.shift, this.odd * other.odd);
  }

  /** In lowest terms: quotients stay in many sums. The divisor is not zero. */
  over(other: Rational): Rational {
    const size = other.absolute;
    const twos = trailing(size.numerator);
    const numerator = this.numerator * size.odd * BigInt(other.sign);
    const odd = this.odd * (size.numerator >> twos);
    const common = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, odd);
    const shift = this.shift - size.shift + twos;
    const reduced = numerator / common;
    return shift >= 0n ? new Rational(reduced, shift, odd / common) : new Rational(reduced << -shift, 0n, odd / common);
  }

  square(): Rational {
    return this.times(this);
  }

  isBelow(other: Rational): boolean {
    return this.minus(other).sign < 0;
  }

  isAbove(other: Rational): boolean {
    return this.minus(other).sign > 0;
  }

  least(other: Rational): Rational {
    return other.isBelow(this) ? other : this;
  }

  most(other: Rational): Rational {
    return other.isAbove(this) ? other : this;
  }

  /** About this much, for people. */
  get rounded(): number {
    const scaled = (this.numerator << 64n) / ((1n << this.shift) * this.odd);
    return Number(scaled) / 2 ** 64;
  }
}

const BITS = new DataView(new ArrayBuffer(8));

function trailing(value: bigint): bigint {
  if (value === 0n) return 0n;
  return BigInt((value & -value).toString(2).length - 1);
}

function greatestCommonDivisor(one: bigint, other: bigint): bigint {
  let [a, b] = [one, other];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
