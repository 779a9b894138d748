// Gradients brought to at most a length together, and states that are kept for the next run.
// Roofline: memory. The sum of squares reads 4 bytes an entry, scaling moves 8.
#pragma once
#include "elementwise.h"

namespace tombola::TOMBOLA_ISA {

// Entries of one partial sum: part of the order of the sum, so alike for all threads.
constexpr int clip_chunk = 4096;

// partials[from + chunk] = sum of g^2 over the chunk; padding behind the last entry does not count. Units are chunks.
TOMBOLA_INLINE void square_sums(const calls::square_sums& a, int begin, int end) {
  for (int chunk = begin; chunk < end; chunk++) {
    const int first = chunk * clip_chunk, left = a.elements - first, size = left < clip_chunk ? left : clip_chunk;
    f32x16 sums[4] = {zero(), zero(), zero(), zero()};
    for (int i = 0; i < size; i += width) {
      const f32x16 g = select(first_lanes(size - i), load(a.g + first + i), zero());
      f32x16& own = sums[i / width & 3];
      own = fma(g, g, own);
    }
    a.partials[a.from + chunk] = sum(add(add(sums[0], sums[1]), add(sums[2], sums[3])));
  }
}

// y = [min(1, limit / (length + 1e-6)), length], as PyTorch's clip_grad_norm_; one unit.
TOMBOLA_INLINE void clip_factor(const calls::clip_factor& a, int, int) {
  double total = 0;
  for (int i = 0; i < a.elements; i++) total += double(a.partials[i]);
  const double length = __builtin_sqrt(total), factor = double(a.limit) / (length + 1e-6);
  a.y[0] = factor < 1.0 ? float(factor) : 1.0f;
  a.y[1] = float(length);
}

TOMBOLA_INLINE void scale_by(const calls::scale_by& a, int begin, int end) {
  const f32x16 factor = broadcast(*a.factor);
  map1(a.y, a.x, begin, end, [factor](f32x16 x) { return mul(x, factor); });
}

TOMBOLA_INLINE void carry(const calls::carry& a, int begin, int end) {
  map1(a.state, a.x, begin, end, [](f32x16 x) { return x; });
}

}  // namespace tombola::TOMBOLA_ISA
