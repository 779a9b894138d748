/**
 * exp, log, cos, acos and whole powers of IEEE-exact operations alone (+, -, *, / and the square root), in float64. Numbers
 * that the host brings into a program or an artifact come from here: Math.exp and the like, and `**`, may differ in the
 * last bit between JavaScript engines and their versions. A lint rule (lint/exact.grit) refuses those.
 *
 * exp, log, cos and acos are those of fdlibm, rearranged, whose notice is:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
 */

/** ln 2 in two parts; the product of the first with a whole number below 2^20 is exact. */
const [LN2_HIGH, LN2_LOW] = [0.6931471803691238, 1.9082149292705877e-10];

/** e^x, within 1 ulp; 0 and Infinity beyond what float64 holds, and below 2^-1022 within its spacing. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const k = Math.round(x / Math.LN2);
  const [high, low] = [x - k * LN2_HIGH, k * LN2_LOW];
  const r = high - low;
  const square = r * r;
  const tail = -1.6533902205465252e-6 + square * 4.1381367970572385e-8;
  const even =
    0.16666666666666602 + square * (-2.7777777777015593e-3 + square * (6.613756321437934e-5 + square * tail));
  const c = r - square * even;
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // In two halves, each of which is a normal number.
  const half = k >> 1;
  return y * twoTo(half) * twoTo(k - half);
}

/** ln x, within 1 ulp; -Infinity of 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x < 2.2250738585072014e-308) return log(x * twoTo(54)) - 54 * Math.LN2;
  const exponent = (upperWord(x) >>> 20) - 1023;
  const mantissa = x * twoTo(-exponent >> 1) * twoTo(-exponent - (-exponent >> 1));
  const above = mantissa > Math.SQRT2;
  const k = above ? exponent + 1 : exponent;
  const f = (above ? mantissa / 2 : mantissa) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const tail = 0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586);
  const series = odd + z * (0.6666666666666735 + w * tail);
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + series) + k * LN2_LOW) - f);
}

/** pi / 2 in three parts; products of the first two with 1 and 2 are exact. */
const QUARTER = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21] as const;

/** cos x of an angle from 0 to pi, within 1 ulp. */
export function cos(x: number): number {
  const quarters = Math.round(x / (Math.PI / 2));
  const rest = x - quarters * QUARTER[0];
  const left = rest - quarters * QUARTER[1];
  const low = quarters * QUARTER[2] - (rest - left - quarters * QUARTER[1]);
  const high = left - low;
  const below = left - high - low;
  if (quarters === 1) return -sineOf(high, below);
  return quarters === 0 ? cosineOf(high, below) : -cosineOf(high, below);
}

/** sin (x + y), up to pi / 4 from 0; y is what x leaves over. */
function sineOf(x: number, y: number): number {
  const z = x * x;
  const tail = 2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10);
  const r = 8.33333333332249e-3 + z * (-1.984126982985795e-4 + z * tail);
  const cube = z * x;
  return x - (z * (0.5 * y - cube * r) - y - cube * -0.16666666666666632);
}

/** cos (x + y), in the same way. */
function cosineOf(x: number, y: number): number {
  const z = x * x;
  const tail = -2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11);
  const r = z * (4.16666666666666e-2 + z * (-1.388888888887411e-3 + z * (2.480158728947673e-5 + z * tail)));
  const half = 0.5 * z;
  const rough = 1 - half;
  return rough + (1 - rough - half + (z * r - x * y));
}

/** What pi / 2 exceeds its float64 by. */
const QUARTER_LOW = 6.123233995736766e-17;

/** The angle from 0 to pi of which x is the cosine, within 1 ulp; NaN beyond -1 to 1. */
export function acos(x: number): number {
  if (Math.abs(x) < 0.5) return Math.PI / 2 - (x - (QUARTER_LOW - x * arcOver(x * x)));
  // Of half the angle the sine is known, without the cancellation.
  const z = (1 - Math.abs(x)) / 2;
  const s = Math.sqrt(z);
  if (x < 0) return Math.PI - 2 * (s + (arcOver(z) * s - QUARTER_LOW));
  if (x === 1) return 0;
  const high = withoutLowerWord(s);
  return 2 * (high + (arcOver(z) * s + (z - high * high) / (s + high)));
}

/** asin(s) / s - 1, for z = s^2 up to 1/4. */
function arcOver(z: number): number {
  const top = -4.005553450067941e-2 + z * (7.915349942898145e-4 + z * 3.479331075960212e-5);
  const above = z * (0.16666666666666666 + z * (-0.3255658186224009 + z * (0.20121253213486293 + z * top)));
  const bottom = 2.0209457602335057 + z * (-0.6882839716054533 + z * 7.703815055590194e-2);
  return above / (1 + z * (-2.403394911734414 + z * bottom));
}

/**
 * base^exponent for a whole exponent from 0 to 2^32, by repeated squaring in twice the precision: within 1 ulp, and nearly
 * always the float64 nearest to it. Results and base lie between 2^-960 and 2^960; smaller results lose digits.
 */
export function power(base: number, exponent: number): number {
  let result = 1;
  let resultLow = 0;
  let square = base;
  let squareLow = 0;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      multiply(result, resultLow, square, squareLow);
      result = high;
      resultLow = low;
    }
    if (left > 1) {
      multiply(square, squareLow, square, squareLow);
      square = high;
      squareLow = low;
    }
  }
  return result;
}

/** What {@link multiply} gave last: tuples in its place would be half of a small network's host time. */
let high = 0;
let low = 0;

/** The product of two sums of a float64 and what that leaves over, into `high` and `low` (Dekker 1971, section 5). */
function multiply(a: number, aLow: number, b: number, bLow: number): void {
  const product = a * b;
  const a1 = SPLIT * a - (SPLIT * a - a);
  const b1 = SPLIT * b - (SPLIT * b - b);
  const a2 = a - a1;
  const b2 = b - b1;
  const error = a1 * b1 - product + a1 * b2 + a2 * b1 + a2 * b2;
  const rest = error + (a * bLow + aLow * b);
  const sum = product + rest;
  // Of what is not finite, the float64 alone.
  const hasRest = rest - rest === 0;
  high = hasRest ? sum : product;
  low = hasRest ? rest - (sum - product) : 0;
}

/** Cuts a float64 into its upper 26 bits and the rest (Veltkamp 1968). */
const SPLIT = 134217729;

const view = new DataView(new ArrayBuffer(8));

/** 2^k for k from -1022 to 1023. */
function twoTo(k: number): number {
  view.setUint32(0, (k + 1023) << 20);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}

/** The sign, exponent and first 20 bits of a number's mantissa. */
function upperWord(x: number): number {
  view.setFloat64(0, x);
  return view.getUint32(0);
}

function withoutLowerWord(x: number): number {
  view.setFloat64(0, x);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}
