// What surrounds the sum of every result of a convolution, dense or sparse.
#pragma once
#include "calls.h"

namespace tombola::TOMBOLA_ISA {

// Where a result starts and what becomes of its sum; `addend` and `positive` are laid out as the result.
struct Ends {
  const float* bias;      // by channel, or null
  const float* addend;    // or null
  bool relu;              // y = max(y, 0)
  const float* positive;  // y = +0 where this is not positive; or null

  TOMBOLA_MEMBER f32x16 start(int channel, ptrdiff_t place) const {
    if (addend) return load(addend + place);
    return bias ? broadcast(bias[channel]) : zero();
  }
  TOMBOLA_MEMBER bool changes() const { return relu || positive; }
  TOMBOLA_MEMBER f32x16 finish(f32x16 y, ptrdiff_t place) const {
    if (relu) y = max(zero(), y);  // in this order NaN stays NaN
    return positive ? select(greater(load(positive + place), zero()), y, zero()) : y;
  }
};

}  // namespace tombola::TOMBOLA_ISA
