// Batch normalisation of images (Ioffe & Szegedy 2015).
//
// Roofline: memory binds. Bytes per element, and the share that is reached of what a plain loop over as many streams
// reaches (ResNet-20's first stage at batch 128, tensors of 8 MB, one thread, AVX-512):
//   batch_statistics            reads 4                                     94 of 101 GB/s
//   batch_norm                  reads 4, writes 4; a residual reads 4 more   57 of 67; 32 of 25 GB/s
//   batch_norm_sums             reads 8                                     56 of 63, with the ReLU's mask 49 GB/s
//   batch_norm_input_gradient   reads 8, writes 4                           26 of 25 GB/s
// The mask of a ReLU that follows is made anew from x, which saves reading the ReLU's result twice.
#pragma once
#include "planes.h"

namespace tombola::TOMBOLA_ISA {

// The statistics of one channel, of [mean, variance][channels].
struct Channel {
  float mean, variance, epsilon;
  TOMBOLA_MEMBER double inverse_deviation() const { return 1.0 / __builtin_sqrt(double(variance) + double(epsilon)); }
};

// A normalisation as y = (x - mean) * slope + beta. All kernels take it from here, so that those of the gradient find
// the ReLU's mask, y > 0, by the forward kernel's bits. Taking off the mean first loses no digits where it is large
// beside the deviation.
struct Line {
  float mean, slope, beta;
  TOMBOLA_MEMBER f32x16 at(f32x16 x) const { return fma(sub(x, broadcast(mean)), broadcast(slope), broadcast(beta)); }
};
TOMBOLA_INLINE Line line_of(const Channel& channel, float gamma, float beta) {
  return {channel.mean, float(double(gamma) * channel.inverse_deviation()), beta};
}

// Mean and variance of a channel over the first count examples. They are sums over x - pivot, where the pivot is the
// channel's first value: the variance loses no digits to a mean that is large beside the deviation.
TOMBOLA_INLINE void batch_statistics(const calls::batch_statistics& a, int begin, int end) {
  const int count = *a.count;
  const double n = double(count) * a.plane;
  for (int c = begin; c < end; c++) {
    const float* from = a.x + ptrdiff_t(c) * a.plane * width;
    const float first = *from;
    const f32x16 pivot = broadcast(first);
    Totals totals;
    for (int lane = 0; lane < count; lane += width, from += ptrdiff_t(a.channels) * a.plane * width)
      with(lane + width <= count, [&](auto full) {
        const mask16 inside = first_lanes(count - lane);
        add_plane(totals, a.plane, [&](int place, Vectors& sums) {
          f32x16 distance = sub(load(from + place), pivot);
          if (!full.value) distance = select(inside, distance, zero());
          sums = {add(sums.first, distance), fma(distance, distance, sums.second)};
        });
      });
    const double distance = totals.first / n, variance = totals.second / n - distance * distance;
    a.statistics[c] = float(double(first) + distance);
    a.statistics[a.channels + c] = variance < 0 ? 0.0f : float(variance);  // NaN stays NaN
  }
}

// y = gamma (x - mean) / deviation + beta (+ residual) (then ReLU); units are planes.
TOMBOLA_INLINE void batch_norm(const calls::batch_norm& a, int begin, int end) {
  with(a.residual, [&](auto added) {
    with(a.relu, [&](auto positive) {
      for (int unit = begin; unit < end; unit++) {
        const int c = unit % a.channels;
        const Line line = line_of({a.statistics[c], a.statistics[a.channels + c], a.epsilon}, a.gamma[c], a.beta[c]);
        const ptrdiff_t from = ptrdiff_t(unit) * a.plane * width;
        each_pixel(a.plane, [&](int place) {
          f32x16 value = line.at(load(a.x + from + place));
          if (added.value) value = add(value, load(a.residual + from + place));
          store(a.y + from + place, positive.value ? max(zero(), value) : value);  // in this order NaN stays NaN
        });
      }
    });
  });
}

// sums = [sum of dy | sum of dy (x - mean) / deviation][channels]; with gamma and beta, dy counts only where the
// normalised x is positive. Padding lanes add nothing, since dy is +0 there and x finite.
TOMBOLA_INLINE void batch_norm_sums(const calls::batch_norm_sums& a, int begin, int end) {
  with(a.beta, [&](auto masked) {
    for (int c = begin; c < end; c++) {
      const Channel channel{a.statistics[c], a.statistics[a.channels + c], a.epsilon};
      const Line line = masked.value ? line_of(channel, a.gamma[c], a.beta[c]) : Line{};
      const f32x16 mean = broadcast(channel.mean);
      Totals totals;
      for (int lane = 0; lane < a.lanes; lane += width) {
        const ptrdiff_t from = (ptrdiff_t(lane / width) * a.channels + c) * a.plane * width;
        add_plane(totals, a.plane, [&](int place, Vectors& parts) {
          const f32x16 pixel = load(a.x + from + place);
          f32x16 slope = load(a.dy + from + place);
          if (masked.value) slope = select(greater(line.at(pixel), zero()), slope, zero());
          parts = {add(parts.first, slope), fma(slope, sub(pixel, mean), parts.second)};
        });
      }
      a.sums[c] = float(totals.first);
      a.sums[a.channels + c] = float(totals.second * channel.inverse_deviation());
    }
  });
}

// dx = gamma / deviation (dy - mean of dy - (x - mean) / deviation * mean of dy (x - mean) / deviation), +0 on padding
// lanes; with beta, dy counts only where the normalised x is positive. Units are planes.
TOMBOLA_INLINE void batch_norm_input_gradient(const calls::batch_norm_input_gradient& a, int begin, int end) {
  const int count = *a.count;
  const double n = double(count) * a.plane;
  with(a.beta, [&](auto masked) {
    for (int unit = begin; unit < end; unit++) {
      const int c = unit % a.channels, live = count - unit / a.channels * width;
      const Channel channel{a.statistics[c], a.statistics[a.channels + c], a.epsilon};
      const Line line = masked.value ? line_of(channel, a.gamma[c], a.beta[c]) : Line{};
      const double inverse = channel.inverse_deviation(), slope = double(a.gamma[c]) * inverse;
      const f32x16 mean = broadcast(channel.mean), by_dy = broadcast(float(slope));
      const f32x16 by_x = broadcast(float(-slope * inverse * double(a.sums[a.channels + c]) / n));
      const f32x16 start = broadcast(float(-slope * double(a.sums[c]) / n));
      const ptrdiff_t from = ptrdiff_t(unit) * a.plane * width;
      with(live >= width, [&](auto full) {
        const mask16 inside = first_lanes(live);
        each_pixel(a.plane, [&](int place) {
          const f32x16 pixel = load(a.x + from + place);
          f32x16 reaching = load(a.dy + from + place);
          if (masked.value) reaching = select(greater(line.at(pixel), zero()), reaching, zero());
          const f32x16 value = fma(reaching, by_dy, fma(sub(pixel, mean), by_x, start));
          store(a.dx + from + place, full.value ? value : select(inside, value, zero()));
        });
      });
    }
  });
}

// r = (1 - rate) r + rate s, where s is a row of the batch's statistics; the variance, row 1, divided by n - 1 instead
// of n as in PyTorch. A single value has no such variance: PyTorch refuses it, here it stays 0.
TOMBOLA_INLINE void running_update(const calls::running_update& a, int, int) {
  const double n = double(*a.count) * a.plane, correction = a.row == 1 && n > 1 ? n / (n - 1) : 1.0;
  for (int c = 0; c < a.elements; c++) {
    const double value = double(a.statistics[a.row * a.elements + c]) * correction;
    a.r[c] = float((1.0 - double(*a.rate)) * double(a.r[c]) + double(*a.rate) * value);
  }
}

// The rows of y are a and b.
TOMBOLA_INLINE void stack(const calls::stack& a, int, int) {
  for (int i = 0; i < a.elements; i++) a.y[i] = a.a[i];
  for (int i = 0; i < a.elements; i++) a.y[a.elements + i] = a.b[i];
}

// y is a row of x.
TOMBOLA_INLINE void row(const calls::row& a, int, int) {
  for (int i = 0; i < a.elements; i++) a.y[i] = a.x[ptrdiff_t(a.index) * a.elements + i];
}

}  // namespace tombola::TOMBOLA_ISA
