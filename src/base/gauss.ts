/**
 * The Box-Muller transform from additions, multiplications, divisions and square roots alone: IEEE 754 rounds
 * those exactly, whereas Math.log, Math.sin and Math.cos may differ in the last bit between JavaScript engines.
 * The series are cut where the next term is below 2^-53 of the sum.
 */

/** Writes two independent standard normals made of two unsigned 32-bit words to `out[0]` and `out[1]`. */
export function boxMuller(radiusWord: number, angleWord: number, out: Float64Array): void {
  const radius = Math.sqrt(-2 * logUnit(radiusWord));
  // The nearest quarter turn and what remains of the word, exactly: at most an eighth of a turn either way.
  const quarter = ((angleWord + 2 ** 29) >>> 30) & 3;
  const angle = ((angleWord - quarter * 2 ** 30) | 0) * (Math.PI * 2 ** -31);
  const square = angle * angle;
  const c = radius * cosine(square);
  const s = radius * angle * sineOver(square);
  out[0] = quarter === 0 ? c : quarter === 1 ? -s : quarter === 2 ? -c : s;
  out[1] = quarter === 0 ? s : quarter === 1 ? c : quarter === 2 ? -s : -c;
}

/** ln((word + 1) / 2^32), from ln m = 2 artanh((m - 1) / (m + 1)) with m between sqrt(1/2) and sqrt(2). */
function logUnit(word: number): number {
  if (word === 0xffffffff) return 0;
  const exponent = 31 - Math.clz32(word + 1);
  const mantissa = (word + 1) / ((1 << exponent) >>> 0);
  const upper = mantissa > Math.SQRT2;
  const m = upper ? mantissa / 2 : mantissa;
  const s = (m - 1) / (m + 1);
  return (exponent - 32 + (upper ? 1 : 0)) * Math.LN2 + 2 * s * artanhOver(s * s);
}

/** artanh(s) / s for x = s^2 up to 0.03. */
function artanhOver(x: number): number {
  const tail = 1 / 13 + x * (1 / 15 + x * (1 / 17 + x * (1 / 19 + x * (1 / 21))));
  return 1 + x * (1 / 3 + x * (1 / 5 + x * (1 / 7 + x * (1 / 9 + x * (1 / 11 + x * tail)))));
}

/** sin(a) / a for x = a^2 up to (pi/4)^2. */
function sineOver(x: number): number {
  const tail = -1 / 5040 + x * (1 / 362880 + x * (-1 / 39916800 + x * (1 / 6227020800 - x / 1307674368000)));
  return 1 + x * (-1 / 6 + x * (1 / 120 + x * tail));
}

/** cos(a) for x = a^2 up to (pi/4)^2. */
function cosine(x: number): number {
  const tail = 1 / 40320 + x * (-1 / 3628800 + x * (1 / 479001600 + x * (-1 / 87178291200 + x / 20922789888000)));
  return 1 + x * (-1 / 2 + x * (1 / 24 + x * (-1 / 720 + x * tail)));
}
