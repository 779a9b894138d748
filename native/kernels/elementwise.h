// Kernels over every element; units are blocks of 16. The last block may reach into its buffer's padding.
#pragma once
#include "math.h"

namespace tombola::TOMBOLA_ISA {

template <class Function>
TOMBOLA_INLINE void map1(const Context& context, const int32_t* arguments, int begin, int end, Function function) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float* x = a.floats();
  for (int i = begin * width; i < end * width; i += width) store(y + i, function(load(x + i)));
}

template <class Function>
TOMBOLA_INLINE void map2(const Context& context, const int32_t* arguments, int begin, int end, Function function) {
  Arguments a{context, arguments};
  float* z = a.floats();
  const float *x = a.floats(), *y = a.floats();
  for (int i = begin * width; i < end * width; i += width) store(z + i, function(load(x + i), load(y + i)));
}

static void relu(const Context& context, const int32_t* arguments, int begin, int end) {
  map1(context, arguments, begin, end, [](f32x16 x) { return max(zero(), x); });  // in this order NaN stays NaN
}
static void relu_gradient(const Context& context, const int32_t* arguments, int begin, int end) {
  map2(context, arguments, begin, end, [](f32x16 dy, f32x16 y) { return select(greater(y, zero()), dy, zero()); });
}
static void tanh(const Context& context, const int32_t* arguments, int begin, int end) {
  map1(context, arguments, begin, end, [](f32x16 x) { return tanh(x); });
}
static void tanh_gradient(const Context& context, const int32_t* arguments, int begin, int end) {
  map2(context, arguments, begin, end, [](f32x16 dy, f32x16 y) { return mul(dy, fma(neg(y), y, broadcast(1.0f))); });
}
static void sigmoid(const Context& context, const int32_t* arguments, int begin, int end) {
  map1(context, arguments, begin, end, [](f32x16 x) { return sigmoid(x); });
}
static void sigmoid_gradient(const Context& context, const int32_t* arguments, int begin, int end) {
  map2(context, arguments, begin, end, [](f32x16 dy, f32x16 y) { return mul(dy, mul(y, sub(broadcast(1.0f), y))); });
}
static void add(const Context& context, const int32_t* arguments, int begin, int end) {
  map2(context, arguments, begin, end, [](f32x16 x, f32x16 y) { return add(x, y); });
}
static void scale(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments + 3};
  const f32x16 factor = broadcast(a.real());
  map1(context, arguments, begin, end, [factor](f32x16 x) { return mul(x, factor); });
}

// y[f] = x[f] + b[f]; units are rows.
static void bias(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float *x = a.floats(), *b = a.floats();
  a.number();
  const int lanes = a.number();
  for (int f = begin; f < end; f++)
    for (int n = 0; n < lanes; n += width) {
      const ptrdiff_t place = ptrdiff_t(f) * lanes + n;
      store(y + place, add(load(x + place), broadcast(b[f])));
    }
}

// db[o] = sum over lanes of dy[o]; units are rows.
static void bias_gradient(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* db = a.floats();
  const float* dy = a.floats();
  a.number();
  const int lanes = a.number();
  for (int o = begin; o < end; o++) {
    f32x16 total = load(dy + ptrdiff_t(o) * lanes);
    for (int n = width; n < lanes; n += width) total = add(total, load(dy + ptrdiff_t(o) * lanes + n));
    db[o] = sum(total);
  }
}

}  // namespace tombola::TOMBOLA_ISA
