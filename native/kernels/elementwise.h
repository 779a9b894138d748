// Kernels over every element; units are blocks of 16. The last block may reach into its buffer's padding.
#pragma once
#include "math.h"

namespace tombola::TOMBOLA_ISA {

template <class Function>
TOMBOLA_INLINE void map1(float* y, const float* x, int begin, int end, Function function) {
  for (int i = begin * width; i < end * width; i += width) store(y + i, function(load(x + i)));
}

template <class Function>
TOMBOLA_INLINE void map2(float* z, const float* x, const float* y, int begin, int end, Function function) {
  for (int i = begin * width; i < end * width; i += width) store(z + i, function(load(x + i), load(y + i)));
}

TOMBOLA_INLINE void relu(const calls::relu& a, int begin, int end) {
  map1(a.y, a.x, begin, end, [](f32x16 x) { return max(zero(), x); });  // in this order NaN stays NaN
}
TOMBOLA_INLINE void relu_gradient(const calls::relu_gradient& a, int begin, int end) {
  map2(a.dx, a.dy, a.y, begin, end, [](f32x16 dy, f32x16 y) { return select(greater(y, zero()), dy, zero()); });
}
TOMBOLA_INLINE void tanh(const calls::tanh& a, int begin, int end) {
  map1(a.y, a.x, begin, end, [](f32x16 x) { return tanh(x); });
}
TOMBOLA_INLINE void tanh_gradient(const calls::tanh_gradient& a, int begin, int end) {
  map2(a.dx, a.dy, a.y, begin, end, [](f32x16 dy, f32x16 y) { return mul(dy, fma(neg(y), y, broadcast(1.0f))); });
}
TOMBOLA_INLINE void sigmoid(const calls::sigmoid& a, int begin, int end) {
  map1(a.y, a.x, begin, end, [](f32x16 x) { return sigmoid(x); });
}
TOMBOLA_INLINE void sigmoid_gradient(const calls::sigmoid_gradient& a, int begin, int end) {
  map2(a.dx, a.dy, a.y, begin, end, [](f32x16 dy, f32x16 y) { return mul(dy, mul(y, sub(broadcast(1.0f), y))); });
}
TOMBOLA_INLINE void elu(const calls::elu& a, int begin, int end) {
  map1(a.y, a.x, begin, end, [](f32x16 x) {
    return select(greater(x, zero()), x, sub(exp(min(zero(), x)), broadcast(1.0f)));
  });
}
TOMBOLA_INLINE void elu_gradient(const calls::elu_gradient& a, int begin, int end) {
  map2(a.dx, a.dy, a.y, begin, end, [](f32x16 dy, f32x16 y) {
    return select(greater(y, zero()), dy, mul(dy, add(y, broadcast(1.0f))));
  });
}
TOMBOLA_INLINE void add(const calls::add& a, int begin, int end) {
  map2(a.y, a.a, a.b, begin, end, [](f32x16 x, f32x16 y) { return add(x, y); });
}
TOMBOLA_INLINE void scale(const calls::scale& a, int begin, int end) {
  const f32x16 factor = broadcast(a.factor);
  map1(a.y, a.x, begin, end, [factor](f32x16 x) { return mul(x, factor); });
}

// y[f] = x[f] + b[f]; units are rows.
TOMBOLA_INLINE void bias(const calls::bias& a, int begin, int end) {
  for (int f = begin; f < end; f++)
    for (int n = 0; n < a.lanes; n += width) {
      const ptrdiff_t place = ptrdiff_t(f) * a.lanes + n;
      store(a.y + place, add(load(a.x + place), broadcast(a.b[f])));
    }
}

// db[o] = sum over lanes of dy[o]; units are rows.
TOMBOLA_INLINE void bias_gradient(const calls::bias_gradient& a, int begin, int end) {
  for (int o = begin; o < end; o++) {
    f32x16 total = load(a.dy + ptrdiff_t(o) * a.lanes);
    for (int n = width; n < a.lanes; n += width) total = add(total, load(a.dy + ptrdiff_t(o) * a.lanes + n));
    a.db[o] = sum(total);
  }
}

}  // namespace tombola::TOMBOLA_ISA
