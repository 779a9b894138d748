// Elementary functions on 16 lanes, built of IEEE-exact operations only, so that every width gives the same bits.
// NaN in, NaN out. Polynomials: Cephes (Moshier), single precision, within 2 ulp on the ranges used.
#pragma once
#include "calls.h"

namespace tombola::TOMBOLA_ISA {

template <int N>
TOMBOLA_INLINE f32x16 polynomial(f32x16 x, const float (&coefficients)[N]) {
  f32x16 y = broadcast(coefficients[0]);
  for (int i = 1; i < N; i++) y = fma(y, x, broadcast(coefficients[i]));
  return y;
}

// e^x, clamped to [e^-87.3, e^88].
TOMBOLA_INLINE f32x16 exp(f32x16 x) {
  static constexpr float terms[] = {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f,
                                    4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f};
  x = max(broadcast(-87.3f), min(broadcast(88.0f), x));  // operand order lets NaN through
  const f32x16 n = round_even(mul(x, broadcast(1.44269504088896341f)));
  f32x16 r = fma(n, broadcast(-0.693359375f), x);
  r = fma(n, broadcast(2.12194440e-4f), r);
  const f32x16 e = add(fma(polynomial(r, terms), mul(r, r), r), broadcast(1.0f));
  return scale2(e, n);
}

// Natural logarithm of a positive normal x.
TOMBOLA_INLINE f32x16 log(f32x16 x) {
  static constexpr float terms[] = {7.0376836292e-2f,  -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f,
                                    -1.6668057665e-1f, 2.0000714765e-1f,  -2.4999993993e-1f, 3.3333331174e-1f};
  const f32x16 m = mantissa_of(x), e = exponent_of(x);
  const mask16 upper = greater(m, broadcast(1.41421356237f));
  const f32x16 n = select(upper, add(e, broadcast(1.0f)), e);
  const f32x16 r = sub(select(upper, mul(m, broadcast(0.5f)), m), broadcast(1.0f));
  const f32x16 r2 = mul(r, r);
  f32x16 y = mul(mul(polynomial(r, terms), r), r2);
  y = fma(n, broadcast(-2.12194440e-4f), y);
  y = fma(r2, broadcast(-0.5f), y);
  y = add(fma(n, broadcast(0.693359375f), r), y);
  return add(y, sub(x, x));  // NaN and infinity stay what they are not: numbers
}

// e^x of any x: infinity where it is beyond float32, 0 where it is nothing.
TOMBOLA_INLINE f32x16 exp_of_all(f32x16 x) {
  static constexpr float step = 60.0f, up = 1.1420073899e26f, down = 8.7565107627e-27f;
  const mask16 high = greater(x, broadcast(80.0f)), low = less(x, broadcast(-80.0f));
  const f32x16 shifted = select(high, sub(x, broadcast(step)), select(low, add(x, broadcast(step)), x));
  const f32x16 y = exp(shifted);
  return select(high, mul(y, broadcast(up)), select(low, mul(y, broadcast(down)), y));
}

// Natural logarithm of any x: NaN below 0, minus infinity at 0.
TOMBOLA_INLINE f32x16 log_of_all(f32x16 x) {
  const mask16 small = less(x, broadcast(1.17549435e-38f));  // not normal: 2^25 times as large it is
  const f32x16 y = log(select(small, mul(x, broadcast(33554432.0f)), x));
  const f32x16 normal = select(small, sub(y, broadcast(17.3286795f)), y);
  const f32x16 infinity = broadcast(__builtin_inff());
  const f32x16 ends = select(equal(x, zero()), neg(infinity), select(equal(x, infinity), infinity, normal));
  return select(less(x, zero()), sub(infinity, infinity), ends);
}

TOMBOLA_INLINE f32x16 sigmoid(f32x16 x) {
  const f32x16 one = broadcast(1.0f);
  return div(one, add(one, exp(neg(x))));
}

// Odd polynomial near 0, 1 - 2 / (e^2|x| + 1) with the sign of x beyond.
TOMBOLA_INLINE f32x16 tanh(f32x16 x) {
  static constexpr float terms[] = {-5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f};
  const f32x16 magnitude = abs(x), square = mul(x, x), one = broadcast(1.0f);
  const f32x16 near = fma(mul(polynomial(square, terms), square), x, x);
  const f32x16 far = sub(one, div(broadcast(2.0f), add(exp(add(magnitude, magnitude)), one)));
  const f32x16 signed_far = select(less(x, zero()), neg(far), far);
  return select(less(magnitude, broadcast(0.625f)), near, signed_far);
}

}  // namespace tombola::TOMBOLA_ISA
