// Images as kernels meet them, [blocks][channels][pixels][16]: a plane for each block of 16 examples and each channel.
// Kernels whose units are channels * lanes/16 take planes in the order of memory.
#pragma once
#include "calls.h"

namespace tombola::TOMBOLA_ISA {

// A condition known when compiling: with(flag, body) calls body(Known<true>{}) or body(Known<false>{}).
template <bool Value>
struct Known { static constexpr bool value = Value; };
template <class Body>
TOMBOLA_INLINE void with(bool flag, Body body) {
  if (flag) body(Known<true>{});
  else body(Known<false>{});
}

// body(place) for every vector of a plane.
template <class Body>
TOMBOLA_INLINE void each_pixel(int plane, Body body) {
  for (int place = 0; place < plane * width; place += width) body(place);
}

TOMBOLA_INLINE void clear_pixels(float* to, int pixels) {
  each_pixel(pixels, [to](int place) { store(to + place, zero()); });
}
TOMBOLA_INLINE void copy_pixels(float* to, const float* from, int pixels) {
  each_pixel(pixels, [to, from](int place) { store(to + place, load(from + place)); });
}

// Two sums that are taken in one pass.
struct Vectors { f32x16 first, second; };
struct Totals { double first = 0, second = 0; };

// Interleaved chains of additions over a plane; as many on every width, since they are part of the order of the sum.
constexpr int chains = 4;

// Adds a plane to totals: step(place, sums) adds one vector of pixels; the tree over lanes ends it.
template <class Step>
TOMBOLA_INLINE void add_plane(Totals& totals, int plane, Step step) {
  Vectors sums[chains];
#pragma GCC unroll 4
  for (int c = 0; c < chains; c++) sums[c] = {zero(), zero()};
  int pixel = 0;
  for (; pixel + chains <= plane; pixel += chains) {
#pragma GCC unroll 4
    for (int c = 0; c < chains; c++) step((pixel + c) * width, sums[c]);
  }
#pragma GCC unroll 4
  for (int c = 0; c < chains; c++)
    if (pixel + c < plane) step((pixel + c) * width, sums[c]);
  totals.first += double(sum(add(add(sums[0].first, sums[1].first), add(sums[2].first, sums[3].first))));
  totals.second += double(sum(add(add(sums[0].second, sums[1].second), add(sums[2].second, sums[3].second))));
}

}  // namespace tombola::TOMBOLA_ISA
