// The error function and GELU (Hendrycks & Gimpel 2016), exact and by tanh; units are blocks of 16.
// Roofline: arithmetic, some forty operations an element of 8 bytes.
#pragma once
#include "elementwise.h"

namespace tombola::TOMBOLA_ISA {

// Odd polynomial up to 1, 1 - erfc beyond (Cephes, single precision).
TOMBOLA_INLINE f32x16 erf(f32x16 x) {
  static constexpr float inner[] = {7.853861353153693e-5f, -8.010193625184903e-4f, 5.188327685732524e-3f, -2.685381193529856e-2f,
                                    1.128358514861418e-1f, -3.761262582423300e-1f, 1.128379165726710e+0f};
  static constexpr float middle[] = {2.326819970068386e-2f, -1.387039388740657e-1f, 3.687424674597105e-1f,
                                     -5.824733027278666e-1f, 6.210004621745983e-1f, -4.944515323274145e-1f,
                                     3.404879937665872e-1f, -2.741127028184656e-1f, 5.638259427386472e-1f};
  static constexpr float outer[] = {-1.047766399936249e+1f, 1.297719955372516e+1f, -7.495518717768503e+0f, 2.921019019210786e+0f,
                                    -1.015265279202700e+0f, 4.218463358204948e-1f, -2.820767439740514e-1f, 5.641895067754075e-1f};
  const f32x16 one = broadcast(1.0f), square = mul(x, x), magnitude = abs(x);
  const f32x16 near = mul(x, polynomial(square, inner));
  const f32x16 q = div(one, max(magnitude, one)), y = mul(q, q);  // of NaN and of what is near, anything
  const f32x16 series = select(less(magnitude, broadcast(2.0f)), polynomial(y, middle), polynomial(y, outer));
  const f32x16 far = sub(one, mul(mul(exp(neg(square)), q), series));
  return select(greater(magnitude, one), select(less(x, zero()), neg(far), far), near);
}

// sqrt(2 / pi) (x + .044715 x^3), and its derivative.
TOMBOLA_INLINE f32x16 gelu_argument(f32x16 x) {
  return mul(mul(x, broadcast(0.7978845608f)), fma(mul(x, x), broadcast(0.044715f), broadcast(1.0f)));
}
TOMBOLA_INLINE f32x16 gelu_slope(f32x16 x) {
  return mul(broadcast(0.7978845608f), fma(mul(x, x), broadcast(0.134145f), broadcast(1.0f)));
}

TOMBOLA_INLINE void gelu(const calls::gelu& a, int begin, int end) {
  const f32x16 half = broadcast(0.5f);
  if (a.tanh)
    map1(a.y, a.x, begin, end, [=](f32x16 x) { return mul(x, fma(half, tanh(gelu_argument(x)), half)); });
  else
    map1(a.y, a.x, begin, end, [=](f32x16 x) { return mul(x, fma(half, erf(mul(x, broadcast(0.7071067812f))), half)); });
}

TOMBOLA_INLINE void gelu_gradient(const calls::gelu_gradient& a, int begin, int end) {
  const f32x16 half = broadcast(0.5f), one = broadcast(1.0f);
  if (a.tanh)
    map2(a.dx, a.dy, a.x, begin, end, [=](f32x16 dy, f32x16 x) {
      const f32x16 t = tanh(gelu_argument(x));
      const f32x16 bend = mul(mul(half, x), mul(fma(neg(t), t, one), gelu_slope(x)));
      return mul(dy, add(fma(half, t, half), bend));
    });
  else
    map2(a.dx, a.dy, a.x, begin, end, [=](f32x16 dy, f32x16 x) {
      const f32x16 below = fma(half, erf(mul(x, broadcast(0.7071067812f))), half);
      const f32x16 density = mul(exp(mul(mul(x, x), broadcast(-0.5f))), broadcast(0.3989422804f));
      return mul(dy, fma(x, density, below));
    });
}

}  // namespace tombola::TOMBOLA_ISA
