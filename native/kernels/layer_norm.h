// Layer normalisation (Ba et al. 2016) over the features of every position. Units are positions of blocks of 16 examples.
// Roofline: memory. Three passes over a position's features, of which all but the first hit the second cache.
#pragma once
#include "planes.h"

namespace tombola::TOMBOLA_ISA {

// A position of a block: where its first feature lies, how far apart features lie, and where its statistics are.
struct Position {
  ptrdiff_t place, step, mean, inverse;
};
TOMBOLA_INLINE Position position(int unit, int features, int time) {
  const ptrdiff_t block = unit / time, t = unit % time, step = ptrdiff_t(time) * width;
  return {(block * features * time + t) * width, step, (block * 2 * time + t) * width, ((block * 2 + 1) * time + t) * width};
}

// Mean, and 1 / sqrt(variance + epsilon).
TOMBOLA_INLINE void layer_statistics(const calls::layer_statistics& a, int begin, int end) {
  const f32x16 count = broadcast(float(a.features)), one = broadcast(1.0f);
  for (int unit = begin; unit < end; unit++) {
    const Position at = position(unit, a.features, a.time);
    const float* x = a.x + at.place;
    f32x16 total = zero(), squares = zero();
    for (int f = 0; f < a.features; f++) total = add(total, load(x + f * at.step));
    const f32x16 mean = div(total, count);
    for (int f = 0; f < a.features; f++) {
      const f32x16 offset = sub(load(x + f * at.step), mean);
      squares = fma(offset, offset, squares);
    }
    store(a.statistics + at.mean, mean);
    store(a.statistics + at.inverse, div(one, sqrt(add(div(squares, count), broadcast(a.epsilon)))));
  }
}

TOMBOLA_INLINE void layer_norm(const calls::layer_norm& a, int begin, int end) {
  for (int unit = begin; unit < end; unit++) {
    const Position at = position(unit, a.features, a.time);
    const f32x16 mean = load(a.statistics + at.mean), inverse = load(a.statistics + at.inverse);
    for (int f = 0; f < a.features; f++) {
      const ptrdiff_t place = at.place + f * at.step;
      const f32x16 normal = mul(sub(load(a.x + place), mean), inverse);
      store(a.y + place, fma(normal, broadcast(a.gamma[f]), broadcast(a.beta[f])));
    }
  }
}

// dx = inverse (g - mean of g - normal mean of (g normal)), g = gamma dy.
TOMBOLA_INLINE void layer_norm_input_gradient(const calls::layer_norm_input_gradient& a, int begin, int end) {
  const f32x16 share = broadcast(1.0f / float(a.features));
  for (int unit = begin; unit < end; unit++) {
    const Position at = position(unit, a.features, a.time);
    const f32x16 mean = load(a.statistics + at.mean), inverse = load(a.statistics + at.inverse);
    f32x16 total = zero(), along = zero();
    for (int f = 0; f < a.features; f++) {
      const ptrdiff_t place = at.place + f * at.step;
      const f32x16 g = mul(load(a.dy + place), broadcast(a.gamma[f]));
      total = add(total, g);
      along = fma(g, mul(sub(load(a.x + place), mean), inverse), along);
    }
    const f32x16 level = mul(total, share), slope = mul(along, share);
    for (int f = 0; f < a.features; f++) {
      const ptrdiff_t place = at.place + f * at.step;
      const f32x16 normal = mul(sub(load(a.x + place), mean), inverse);
      const f32x16 g = mul(load(a.dy + place), broadcast(a.gamma[f]));
      store(a.dx + place, mul(inverse, sub(sub(g, level), mul(normal, slope))));
    }
  }
}

// dgamma = sum over positions and examples of dy normal; units are features.
TOMBOLA_INLINE void layer_norm_scale_gradient(const calls::layer_norm_scale_gradient& a, int begin, int end) {
  for (int f = begin; f < end; f++) {
    Totals totals;
    for (ptrdiff_t block = 0; block < a.lanes / width; block++) {
      const ptrdiff_t from = (block * a.features + f) * a.time * width;
      const float *mean = a.statistics + block * 2 * a.time * width, *inverse = mean + ptrdiff_t(a.time) * width;
      add_plane(totals, a.time, [&](int place, Vectors& sums) {
        const f32x16 normal = mul(sub(load(a.x + from + place), load(mean + place)), load(inverse + place));
        sums.first = fma(load(a.dy + from + place), normal, sums.first);
      });
    }
    a.dgamma[f] = float(totals.first);
  }
}

}  // namespace tombola::TOMBOLA_ISA
