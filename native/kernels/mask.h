// Masks that are made of scores. Magnitudes are compared as whole numbers: the bits of a float without its sign.
// Roofline of a threshold: three passes of a load, a shift and an increment a score, and one that ends at the last score cut;
// 16 bytes a score out of L2 are nothing beside the increments. LeNet-300-100's 266,200 scores take 0.4 ms on one core of
// AVX-512, three of the ten parts of its step. The masks are bound by memory, 8 to 12 bytes a score.
#pragma once
#include "elementwise.h"

namespace tombola::TOMBOLA_ISA {

TOMBOLA_INLINE uint32_t magnitude_bits(const float* x) {
  uint32_t bits;
  __builtin_memcpy(&bits, x, sizeof bits);
  return bits & 0x7fffffffu;
}

constexpr int place_part = 4096, digit_values = 2048;

// y[from + entry] = x without the padding of its rows; units are rows.
TOMBOLA_INLINE void pack_rows(const calls::pack_rows& a, int begin, int end) {
  for (int r = begin; r < end; r++)
    for (int c = 0; c < a.columns; c++) a.y[a.from + ptrdiff_t(r) * a.columns + c] = a.x[ptrdiff_t(r) * a.stride + c];
}

// The bits of the entry number `rank` from 1 by magnitude, and its rank among its equals, found eleven or ten bits at a
// time. Neighbours count in four tables, so that equal ones do not wait for each other, and scores of other bits count
// where nobody looks, since a branch on them would be missed too often.
struct Magnitudes {
  const calls::magnitude_threshold& a;
  int32_t* counts;
  uint32_t found;
  int rank;

  TOMBOLA_MEMBER void narrow(int shift, int bits) {
    const uint32_t last = (1u << bits) - 1, above = found >> (shift + bits);
    for (int i = 0; i < 4 * digit_values; i++) counts[i] = 0;
    for (int r = 0; r < a.rows; r++) {
      const float* row = a.x + ptrdiff_t(r) * a.stride;
      for (int c = 0; c < a.columns; c++) {
        const uint32_t key = magnitude_bits(row + c) >> shift;
        const int digit = (c & 3) * digit_values + int(key & last), other = 4 * digit_values + (c & 15);
        counts[key >> bits == above ? digit : other]++;
      }
    }
    uint32_t digit = 0;
    for (;; digit++) {
      const int count = counts[digit] + counts[digit + digit_values] + counts[digit + 2 * digit_values] + counts[digit + 3 * digit_values];
      if (rank <= count || digit == last) break;
      rank -= count;
    }
    found |= digit << shift;
  }

  // The place behind the entry `rank` among those of the magnitude found.
  TOMBOLA_MEMBER int behind() const {
    int left = rank;
    for (int r = 0; r < a.rows; r++)
      for (int c = 0; c < a.columns; c++)
        if (magnitude_bits(a.x + ptrdiff_t(r) * a.stride + c) == found && --left == 0) return r * a.columns + c + 1;
    return 0;
  }
};

// One unit, for counts are a sum of all scores.
TOMBOLA_INLINE void magnitude_threshold(const calls::magnitude_threshold& a, int, int) {
  const int cut = a.rows * a.columns - a.kept;
  Magnitudes magnitudes{a, reinterpret_cast<int32_t*>(a.context.scratch), 0, cut};
  int behind = 0;
  if (cut > 0) {
    magnitudes.narrow(20, 11);
    magnitudes.narrow(10, 10);
    magnitudes.narrow(0, 10);
    behind = magnitudes.behind();
  }
  __builtin_memcpy(a.y, &magnitudes.found, sizeof(float));
  a.y[1] = float(behind / place_part);
  a.y[2] = float(behind % place_part);
}

// y = 1 beyond the threshold, else +0, and +0 in the padding of rows; units are rows. Up to the place of the threshold
// entries of its magnitude are cut, behind it they are kept.
TOMBOLA_INLINE void keep_largest(const calls::keep_largest& a, int begin, int end) {
  const f32x16 limit = broadcast(a.threshold[0]), one = broadcast(1.0f);
  const int behind = int(a.threshold[1]) * place_part + int(a.threshold[2]) - a.from;
  for (int r = begin; r < end; r++) {
    const float* x = a.x + ptrdiff_t(r) * a.stride;
    float* y = a.y + ptrdiff_t(r) * a.stride;
    const int first = behind - r * a.columns;
    for (int c = 0; c < a.columns; c += width) {
      const f32x16 magnitude = abs(load(x + c));
      const f32x16 before = select(greater(magnitude, limit), one, zero());
      const f32x16 after = select(less(magnitude, limit), zero(), one);
      const f32x16 kept = select(first_lanes(first - c), before, after);
      store(y + c, select(first_lanes(a.columns - c), kept, zero()));
    }
  }
}

TOMBOLA_INLINE void magnitude_gradient(const calls::magnitude_gradient& a, int begin, int end) {
  map2(a.dx, a.dy, a.x, begin, end, [](f32x16 dy, f32x16 x) {
    return select(greater(x, zero()), dy, select(less(x, zero()), neg(dy), zero()));
  });
}

TOMBOLA_INLINE void bernoulli_mask(const calls::bernoulli_mask& a, int begin, int end) {
  const f32x16 one = broadcast(1.0f);
  map2(a.y, a.p, a.u, begin, end, [=](f32x16 p, f32x16 u) { return select(less(u, p), one, zero()); });
}

TOMBOLA_INLINE void signed_mask(const calls::signed_mask& a, int begin, int end) {
  const f32x16 high = broadcast(a.limit), low = broadcast(-a.limit), one = broadcast(1.0f);
  map1(a.y, a.x, begin, end, [=](f32x16 x) {
    return select(greater(x, high), one, select(less(x, low), neg(one), zero()));
  });
}

}  // namespace tombola::TOMBOLA_ISA
