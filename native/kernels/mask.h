// Masks that are made of scores. Magnitudes are compared as whole numbers: the bits of a float without its sign.
// Roofline of a threshold: selection passes over the scores twice, where sorting would take as many passes as they have
// digits. One pass counts: a load, a shift and an increment a score, and scores of one digit wait for each other. The other
// keeps the places of those whose digit is found, of uniform scores at most a sixteenth: a load and a store. What is left is
// small, and 8 bytes a score out of L2 are nothing beside the increments. Measured on one core of AVX-512: 1.2 ns a score,
// 0.28 ms for the 235,200 of LeNet's first layer, a quarter of its step, and 2.6 ms for Conv-4's 2.1 million. The masks are
// bound by memory, 8 to 12 bytes a score.
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
// time. Neighbours count in four tables, so that equal ones do not wait for each other.
struct Magnitudes {
  const calls::magnitude_threshold& a;
  int32_t* counts;
  uint32_t found;
  int rank, candidates;

  // Takes the digit of `bits` bits above the lowest `shift` of those scores whose higher ones are found; each(count) calls
  // count(i, key) for the scores left.
  template <class Each>
  TOMBOLA_MEMBER void narrow(int shift, int bits, const Each& each) {
    const uint32_t last = (1u << bits) - 1, above = found >> (shift + bits);
    for (int i = 0; i < 4 * digit_values; i++) counts[i] = 0;
    each([&](int i, uint32_t key) {
      // Others count where nobody looks, since a branch on them would be missed too often.
      const int digit = (i & 3) * digit_values + int(key >> shift & last), other = 4 * digit_values + (i & 15);
      counts[key >> shift >> bits == above ? digit : other]++;
    });
    uint32_t digit = 0;
    for (;; digit++) {
      const int count = counts[digit] + counts[digit + digit_values] + counts[digit + 2 * digit_values] + counts[digit + 3 * digit_values];
      if (rank <= count || digit == last) break;
      rank -= count;
    }
    found |= digit << shift;
  }

  template <class Body>
  TOMBOLA_MEMBER void each_score(const Body& body) const {
    for (int r = 0; r < a.rows; r++)
      for (int c = 0; c < a.columns; c++) body(c, magnitude_bits(a.x + ptrdiff_t(r) * a.stride + c));
  }
  template <class Body>
  TOMBOLA_MEMBER void each_candidate(const Body& body) const {
    for (int i = 0; i < candidates; i++) body(i, magnitude_bits(a.x + a.candidates[i]));
  }

  // Keeps the places of the scores whose first digit is found, in ascending order, without a branch.
  TOMBOLA_MEMBER void collect() {
    int32_t* places = a.candidates;
    const uint32_t digit = found >> 20;
    int next = 0;
    for (int r = 0; r < a.rows; r++)
      for (int c = 0; c < a.columns; c++) {
        const int place = r * a.stride + c;
        places[next] = place;
        next += magnitude_bits(a.x + place) >> 20 == digit;
      }
    candidates = next;
  }

  TOMBOLA_MEMBER void find() {
    narrow(20, 11, [&](const auto& count) { each_score(count); });
    collect();
    narrow(10, 10, [&](const auto& count) { each_candidate(count); });
    narrow(0, 10, [&](const auto& count) { each_candidate(count); });
  }

  // Behind the entry `rank` among those of the magnitude found, counted without the padding of rows.
  TOMBOLA_MEMBER int behind() const {
    int left = rank;
    for (int i = 0; i < candidates; i++) {
      const int place = a.candidates[i];
      if (magnitude_bits(a.x + place) == found && --left == 0) return place / a.stride * a.columns + place % a.stride + 1;
    }
    return 0;
  }
};

// One unit, for counts are a sum of all scores.
TOMBOLA_INLINE void magnitude_threshold(const calls::magnitude_threshold& a, int, int) {
  const int cut = a.rows * a.columns - a.kept;
  Magnitudes magnitudes{a, reinterpret_cast<int32_t*>(a.context.scratch), 0, cut, 0};
  if (cut > 0) magnitudes.find();
  const int behind = cut > 0 ? magnitudes.behind() : 0;
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
