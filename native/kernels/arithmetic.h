// Arithmetic over every element, and sums and fills of parameters.
// Roofline: memory, 8 to 12 bytes an element; exp and log take some twenty operations and are near balance in L2.
#pragma once
#include "elementwise.h"

namespace tombola::TOMBOLA_ISA {

TOMBOLA_INLINE void multiply(const calls::multiply& a, int begin, int end) {
  map2(a.y, a.a, a.b, begin, end, [](f32x16 a, f32x16 b) { return mul(a, b); });
}
TOMBOLA_INLINE void divide(const calls::divide& a, int begin, int end) {
  map2(a.y, a.a, a.b, begin, end, [](f32x16 a, f32x16 b) { return div(a, b); });
}
TOMBOLA_INLINE void exp(const calls::exp& a, int begin, int end) {
  map1(a.y, a.x, begin, end, [](f32x16 x) { return exp_of_all(x); });
}
TOMBOLA_INLINE void log(const calls::log& a, int begin, int end) {
  map1(a.y, a.x, begin, end, [](f32x16 x) { return log_of_all(x); });
}
TOMBOLA_INLINE void square_root(const calls::square_root& a, int begin, int end) {
  map1(a.y, a.x, begin, end, [](f32x16 x) { return sqrt(x); });
}
TOMBOLA_INLINE void affine(const calls::affine& a, int begin, int end) {
  const f32x16 factor = broadcast(a.factor), offset = broadcast(a.offset);
  map1(a.y, a.x, begin, end, [=](f32x16 x) { return fma(factor, x, offset); });
}
TOMBOLA_INLINE void clip(const calls::clip& a, int begin, int end) {
  const f32x16 low = broadcast(a.low), high = broadcast(a.high);
  map1(a.y, a.x, begin, end, [=](f32x16 x) { return max(low, min(high, x)); });  // in this order NaN stays NaN
}
TOMBOLA_INLINE void clip_gradient(const calls::clip_gradient& a, int begin, int end) {
  const f32x16 low = broadcast(a.low), high = broadcast(a.high);
  map2(a.dx, a.dy, a.x, begin, end, [=](f32x16 dy, f32x16 x) {
    return select(less(x, low), zero(), select(greater(x, high), zero(), dy));
  });
}
TOMBOLA_INLINE void is_below(const calls::is_below& a, int begin, int end) {
  const f32x16 limit = broadcast(a.limit), one = broadcast(1.0f);
  map1(a.y, a.x, begin, end, [=](f32x16 x) { return select(less(x, limit), one, zero()); });
}

// y = sum of [rows][columns of stride]: a tree over the lanes of every row, rows in double; one unit.
TOMBOLA_INLINE void total(const calls::total& a, int, int) {
  const float* x = a.x;
  double all = 0;
  for (int r = 0; r < a.rows; r++, x += a.stride) {
    f32x16 part = zero();
    for (int c = 0; c < a.columns; c += width) part = add(part, select(first_lanes(a.columns - c), load(x + c), zero()));
    all += double(sum(part));
  }
  *a.y = float(all);
}

// y[r][c] = value, +0 in the padding of rows; units are rows.
TOMBOLA_INLINE void fill(const calls::fill& a, int begin, int end) {
  const f32x16 value = broadcast(*a.value);
  for (int r = begin; r < end; r++)
    for (int c = 0; c < a.columns; c += width)
      store(a.y + ptrdiff_t(r) * a.stride + c, select(first_lanes(a.columns - c), value, zero()));
}

}  // namespace tombola::TOMBOLA_ISA
