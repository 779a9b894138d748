// Arithmetic over every element, and sums and fills of parameters.
// Roofline: memory, 8 to 12 bytes an element; exp and log take some twenty operations and are near balance in L2.
#pragma once
#include "elementwise.h"

namespace tombola::TOMBOLA_ISA {

static void multiply(const Context& context, const int32_t* arguments, int begin, int end) {
  map2(context, arguments, begin, end, [](f32x16 a, f32x16 b) { return mul(a, b); });
}
static void divide(const Context& context, const int32_t* arguments, int begin, int end) {
  map2(context, arguments, begin, end, [](f32x16 a, f32x16 b) { return div(a, b); });
}
static void exp(const Context& context, const int32_t* arguments, int begin, int end) {
  map1(context, arguments, begin, end, [](f32x16 x) { return exp_of_all(x); });
}
static void log(const Context& context, const int32_t* arguments, int begin, int end) {
  map1(context, arguments, begin, end, [](f32x16 x) { return log_of_all(x); });
}
static void square_root(const Context& context, const int32_t* arguments, int begin, int end) {
  map1(context, arguments, begin, end, [](f32x16 x) { return sqrt(x); });
}
static void affine(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments + 3};
  const f32x16 factor = broadcast(a.real()), offset = broadcast(a.real());
  map1(context, arguments, begin, end, [=](f32x16 x) { return fma(factor, x, offset); });
}
static void clip(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments + 3};
  const f32x16 low = broadcast(a.real()), high = broadcast(a.real());
  map1(context, arguments, begin, end, [=](f32x16 x) { return max(low, min(high, x)); });  // in this order NaN stays NaN
}
static void clip_gradient(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments + 4};
  const f32x16 low = broadcast(a.real()), high = broadcast(a.real());
  map2(context, arguments, begin, end, [=](f32x16 dy, f32x16 x) {
    return select(less(x, low), zero(), select(greater(x, high), zero(), dy));
  });
}
static void is_below(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments + 3};
  const f32x16 limit = broadcast(a.real()), one = broadcast(1.0f);
  map1(context, arguments, begin, end, [=](f32x16 x) { return select(less(x, limit), one, zero()); });
}

// y = sum of [rows][columns of stride]: a tree over the lanes of every row, rows in double; one unit.
static void total(const Context& context, const int32_t* arguments, int, int) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float* x = a.floats();
  const int rows = a.number(), columns = a.number(), stride = a.number();
  double all = 0;
  for (int r = 0; r < rows; r++, x += stride) {
    f32x16 part = zero();
    for (int c = 0; c < columns; c += width) part = add(part, select(first_lanes(columns - c), load(x + c), zero()));
    all += double(sum(part));
  }
  *y = float(all);
}

// y[r][c] = value, +0 in the padding of rows; units are rows.
static void fill(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const f32x16 value = broadcast(*a.floats());
  a.number();
  const int columns = a.number(), stride = a.number();
  for (int r = begin; r < end; r++)
    for (int c = 0; c < columns; c += width) store(y + ptrdiff_t(r) * stride + c, select(first_lanes(columns - c), value, zero()));
}

}  // namespace tombola::TOMBOLA_ISA
