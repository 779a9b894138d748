// Contrastive pre-training: vectors of unit length, their similarities over the batch, and the network and the queue that
// follow the trained one. Products of lanes with lanes are small beside a network's: 256 views of 64 numbers are 4 million
// multiply-adds, of which a step takes three times as many, against thousands of millions in the encoder.
#pragma once
#include "math.h"

namespace tombola::TOMBOLA_ISA {

// The reciprocal of a vector's length, which counts as 1e-12 at least, as in PyTorch.
TOMBOLA_INLINE f32x16 inverse_length(const float* x, int features, int lanes) {
  f32x16 square = zero();
  for (int f = 0; f < features; f++) {
    const f32x16 value = load(x + ptrdiff_t(f) * lanes);
    square = fma(value, value, square);
  }
  return div(broadcast(1.0f), max(sqrt(square), broadcast(1e-12f)));
}

// y = x / |x|. Units are blocks of 16 lanes.
TOMBOLA_INLINE void unit_length(const calls::unit_length& a, int begin, int end) {
  for (int lane = begin * width; lane < end * width; lane += width) {
    const f32x16 by = inverse_length(a.x + lane, a.features, a.lanes);
    for (int f = 0; f < a.features; f++)
      store(a.y + ptrdiff_t(f) * a.lanes + lane, mul(load(a.x + ptrdiff_t(f) * a.lanes + lane), by));
  }
}

// dx = (dy - y (y . dy)) / |x|.
TOMBOLA_INLINE void unit_length_gradient(const calls::unit_length_gradient& a, int begin, int end) {
  for (int lane = begin * width; lane < end * width; lane += width) {
    const f32x16 by = inverse_length(a.x + lane, a.features, a.lanes);
    f32x16 along = zero();
    for (int f = 0; f < a.features; f++) {
      const ptrdiff_t place = ptrdiff_t(f) * a.lanes + lane;
      along = fma(mul(load(a.x + place), by), load(a.dy + place), along);
    }
    for (int f = 0; f < a.features; f++) {
      const ptrdiff_t place = ptrdiff_t(f) * a.lanes + lane;
      const f32x16 y = mul(load(a.x + place), by);
      store(a.dx + place, mul(fma(neg(y), along, load(a.dy + place)), by));
    }
  }
}

// Views come in pairs: of an odd number the last has none, and counts for nothing.
TOMBOLA_INLINE int paired(int count) { return count & ~1; }

// The lanes of one block, beside which others are laid: which lane each is, and which is the other view of its picture.
struct ViewBlock {
  int lane, count;
  f32x16 self, pair;
  TOMBOLA_MEMBER ViewBlock(int lane, int count) : lane(lane), count(count) {
    float own[width], other[width];
    for (int n = 0; n < width; n++) {
      own[n] = float(lane + n);
      other[n] = float(lane + n < count / 2 ? lane + n + count / 2 : lane + n - count / 2);
    }
    self = load(own), pair = load(other);
  }
};

// Similarities of 16 lanes with lane `other`, divided by the temperature.
TOMBOLA_INLINE f32x16 similarity(const float* z, int features, int lanes, int lane, int other, f32x16 by) {
  f32x16 sum = zero();
  for (int f = 0; f < features; f++)
    sum = fma(load(z + ptrdiff_t(f) * lanes + lane), broadcast(z[ptrdiff_t(f) * lanes + other]), sum);
  return mul(sum, by);
}

// Of each lane: the log of the sum of exponentials of its similarities with all others, that with the other view of its
// picture, and how many others are more alike. Lane n and lane n + count / 2 are views of one picture.
TOMBOLA_INLINE void nt_xent_statistics(const calls::nt_xent_statistics& a, int begin, int end) {
  const int count = paired(*a.count);
  const f32x16 by = broadcast(1.0f / a.temperature);
  for (int lane = begin * width; lane < end * width; lane += width) {
    const ViewBlock block(lane, count);
    f32x16 top = broadcast(-1e30f), positive = zero();
    for (int j = 0; j < count; j++) {
      const f32x16 s = similarity(a.z, a.features, a.lanes, lane, j, by), place = broadcast(float(j));
      store(a.context.scratch + j * width, s);
      top = select(equal(place, block.self), top, max(s, top));
      positive = select(equal(place, block.pair), s, positive);
    }
    f32x16 total = zero(), nearer = zero();
    for (int j = 0; j < count; j++) {
      const f32x16 s = load(a.context.scratch + j * width), place = broadcast(float(j));
      const mask16 self = equal(place, block.self);
      total = add(total, select(self, zero(), exp(sub(s, top))));
      nearer = add(nearer, select(self, zero(), select(greater(s, positive), broadcast(1.0f), zero())));
    }
    const mask16 live = first_lanes(count - lane);
    store(a.statistics + lane, select(live, add(top, log(select(live, total, broadcast(1.0f)))), zero()));
    store(a.statistics + a.lanes + lane, select(live, positive, zero()));
    store(a.statistics + 2 * a.lanes + lane, select(live, nearer, zero()));
  }
}

// loss = log of the sum of exponentials - similarity with the other view.
TOMBOLA_INLINE void nt_xent(const calls::nt_xent& a, int begin, int end) {
  for (int lane = begin * width; lane < end * width; lane += width)
    store(a.loss + lane, sub(load(a.statistics + lane), load(a.statistics + a.lanes + lane)));
}

// dz[i] = sum over j of (dy[i] P[i,j] + dy[j] P[j,i] - [j is the other view of i] (dy[i] + dy[j])) z[j] / temperature, where
// P[i,j] is what softmax gives i's similarity with j.
TOMBOLA_INLINE void nt_xent_gradient(const calls::nt_xent_gradient& a, int begin, int end) {
  const int count = paired(*a.count);
  const f32x16 by = broadcast(1.0f / a.temperature);
  for (int lane = begin * width; lane < end * width; lane += width) {
    const ViewBlock block(lane, count);
    const mask16 live = first_lanes(count - lane);
    const f32x16 dy = load(a.dy + lane), own = load(a.statistics + lane);
    for (int f = 0; f < a.features; f++) store(a.dz + ptrdiff_t(f) * a.lanes + lane, zero());
    for (int j = 0; j < count; j++) {
      const f32x16 s = similarity(a.z, a.features, a.lanes, lane, j, by), place = broadcast(float(j));
      const f32x16 other_dy = broadcast(a.dy[j]);
      f32x16 g = fma(dy, exp(sub(s, own)), mul(other_dy, exp(sub(s, broadcast(a.statistics[j])))));
      g = sub(g, select(equal(place, block.pair), add(dy, other_dy), zero()));
      g = mul(select(equal(place, block.self), zero(), select(live, g, zero())), by);
      for (int f = 0; f < a.features; f++) {
        float* to = a.dz + ptrdiff_t(f) * a.lanes + lane;
        store(to, fma(g, broadcast(a.z[ptrdiff_t(f) * a.lanes + j]), load(to)));
      }
    }
  }
}

// w = momentum w + (1 - momentum) x.
TOMBOLA_INLINE void follow(const calls::follow& a, int begin, int end) {
  const f32x16 keep = broadcast(a.momentum), take = broadcast(1.0f - a.momentum);
  for (int unit = begin; unit < end; unit++) {
    const ptrdiff_t place = ptrdiff_t(unit) * width;
    store(a.w + place, fma(take, load(a.x + place), mul(load(a.w + place), keep)));
  }
}

// Row (place + n) % rows of w = what lane n has, of every live lane. Units are rows.
TOMBOLA_INLINE void enqueue(const calls::enqueue& a, int begin, int end) {
  const int place = int(*a.place), count = *a.count;
  for (int row = begin; row < end; row++) {
    const int n = row >= place ? row - place : row - place + a.rows;
    if (n >= count) continue;
    for (int f = 0; f < a.features; f++) a.w[ptrdiff_t(row) * a.stride + f] = a.keys[ptrdiff_t(f) * a.lanes + n];
  }
}

// Batch normalisation of the first and of the second half of the live lanes, each by its own mean and variance. Units are
// channels. Sums are taken lane by lane, then over lanes in their order, so they are the same on every width.
TOMBOLA_INLINE void half_norm(const calls::half_norm& a, int begin, int end) {
  const int count = *a.count, half = (count + 1) / 2;
  const double sizes[2] = {double(half) * a.plane, double(count - half) * a.plane};
  for (int channel = begin; channel < end; channel++) {
    double means[2] = {0, 0}, squares[2] = {0, 0};
    for (int pass = 0; pass < 2; pass++) {
      double totals[2] = {0, 0};
      for (int lane = 0; lane < a.lanes; lane += width) {
        const float* x = a.x + (ptrdiff_t(lane / width) * a.channels + channel) * a.plane * width;
        float centre[width], sums[width];
        for (int n = 0; n < width; n++) centre[n] = pass ? float(means[lane + n >= half]) : 0.0f;
        const f32x16 middle = load(centre);
        f32x16 sum = zero();
        for (int i = 0; i < a.plane; i++) {
          const f32x16 value = sub(load(x + ptrdiff_t(i) * width), middle);
          sum = pass ? fma(value, value, sum) : add(sum, value);
        }
        store(sums, sum);
        for (int n = 0; n < width && lane + n < count; n++) totals[lane + n >= half] += double(sums[n]);
      }
      for (int h = 0; h < 2; h++) (pass ? squares : means)[h] = sizes[h] > 0 ? totals[h] / sizes[h] : 0;
    }
    for (int lane = 0; lane < a.lanes; lane += width) {
      const ptrdiff_t from = (ptrdiff_t(lane / width) * a.channels + channel) * a.plane * width;
      float factor[width], centre[width];
      for (int n = 0; n < width; n++) {
        const int h = lane + n >= half;
        centre[n] = float(means[h]);
        factor[n] = float(squares[h]) + a.epsilon;
      }
      const f32x16 middle = load(centre), by = div(broadcast(a.gamma[channel]), sqrt(load(factor)));
      const f32x16 shift = broadcast(a.beta[channel]);
      for (int i = 0; i < a.plane; i++)
        store(a.y + from + ptrdiff_t(i) * width, fma(sub(load(a.x + from + ptrdiff_t(i) * width), middle), by, shift));
    }
  }
}

}  // namespace tombola::TOMBOLA_ISA
