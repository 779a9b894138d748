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
static void batch_statistics(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* statistics = a.floats();
  const float* x = a.floats();
  const int32_t* live = a.indices();
  const int channels = a.number(), plane = a.number(), count = *live;
  const double n = double(count) * plane;
  for (int c = begin; c < end; c++) {
    const float* from = x + ptrdiff_t(c) * plane * width;
    const float first = *from;
    const f32x16 pivot = broadcast(first);
    Totals totals;
    for (int lane = 0; lane < count; lane += width, from += ptrdiff_t(channels) * plane * width)
      with(lane + width <= count, [&](auto full) {
        const mask16 inside = first_lanes(count - lane);
        add_plane(totals, plane, [&](int place, Vectors& sums) {
          f32x16 distance = sub(load(from + place), pivot);
          if (!full.value) distance = select(inside, distance, zero());
          sums = {add(sums.first, distance), fma(distance, distance, sums.second)};
        });
      });
    const double distance = totals.first / n, variance = totals.second / n - distance * distance;
    statistics[c] = float(double(first) + distance);
    statistics[channels + c] = variance < 0 ? 0.0f : float(variance);  // NaN stays NaN
  }
}

// y = gamma (x - mean) / deviation + beta (+ residual) (then ReLU); units are planes.
static void batch_norm(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float *x = a.floats(), *statistics = a.floats(), *gamma = a.floats(), *beta = a.floats(), *residual = a.floats();
  const int channels = a.number(), plane = a.number();
  a.number();
  const bool relu = a.number() != 0;
  const float epsilon = a.real();
  with(residual, [&](auto added) {
    with(relu, [&](auto positive) {
      for (int unit = begin; unit < end; unit++) {
        const int c = unit % channels;
        const Line line = line_of({statistics[c], statistics[channels + c], epsilon}, gamma[c], beta[c]);
        const ptrdiff_t from = ptrdiff_t(unit) * plane * width;
        each_pixel(plane, [&](int place) {
          f32x16 value = line.at(load(x + from + place));
          if (added.value) value = add(value, load(residual + from + place));
          store(y + from + place, positive.value ? max(zero(), value) : value);  // in this order NaN stays NaN
        });
      }
    });
  });
}

// sums = [sum of dy | sum of dy (x - mean) / deviation][channels]; with gamma and beta, dy counts only where the
// normalised x is positive. Padding lanes add nothing, since dy is +0 there and x finite.
static void batch_norm_sums(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* sums = a.floats();
  const float *dy = a.floats(), *x = a.floats(), *statistics = a.floats(), *gamma = a.floats(), *beta = a.floats();
  const int channels = a.number(), plane = a.number(), lanes = a.number();
  const float epsilon = a.real();
  with(beta, [&](auto masked) {
    for (int c = begin; c < end; c++) {
      const Channel channel{statistics[c], statistics[channels + c], epsilon};
      const Line line = masked.value ? line_of(channel, gamma[c], beta[c]) : Line{};
      const f32x16 mean = broadcast(channel.mean);
      Totals totals;
      for (int lane = 0; lane < lanes; lane += width) {
        const ptrdiff_t from = (ptrdiff_t(lane / width) * channels + c) * plane * width;
        add_plane(totals, plane, [&](int place, Vectors& parts) {
          const f32x16 pixel = load(x + from + place);
          f32x16 slope = load(dy + from + place);
          if (masked.value) slope = select(greater(line.at(pixel), zero()), slope, zero());
          parts = {add(parts.first, slope), fma(slope, sub(pixel, mean), parts.second)};
        });
      }
      sums[c] = float(totals.first);
      sums[channels + c] = float(totals.second * channel.inverse_deviation());
    }
  });
}

// dx = gamma / deviation (dy - mean of dy - (x - mean) / deviation * mean of dy (x - mean) / deviation), +0 on padding
// lanes; with beta, dy counts only where the normalised x is positive. Units are planes.
static void batch_norm_input_gradient(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* dx = a.floats();
  const float *dy = a.floats(), *x = a.floats(), *statistics = a.floats(), *gamma = a.floats(), *sums = a.floats();
  const int count = *a.indices();
  const float* beta = a.floats();
  const int channels = a.number(), plane = a.number();
  a.number();
  const float epsilon = a.real();
  const double n = double(count) * plane;
  with(beta, [&](auto masked) {
    for (int unit = begin; unit < end; unit++) {
      const int c = unit % channels, live = count - unit / channels * width;
      const Channel channel{statistics[c], statistics[channels + c], epsilon};
      const Line line = masked.value ? line_of(channel, gamma[c], beta[c]) : Line{};
      const double inverse = channel.inverse_deviation(), slope = double(gamma[c]) * inverse;
      const f32x16 mean = broadcast(channel.mean), by_dy = broadcast(float(slope));
      const f32x16 by_x = broadcast(float(-slope * inverse * double(sums[channels + c]) / n));
      const f32x16 start = broadcast(float(-slope * double(sums[c]) / n));
      const ptrdiff_t from = ptrdiff_t(unit) * plane * width;
      with(live >= width, [&](auto full) {
        const mask16 inside = first_lanes(live);
        each_pixel(plane, [&](int place) {
          const f32x16 pixel = load(x + from + place);
          f32x16 reaching = load(dy + from + place);
          if (masked.value) reaching = select(greater(line.at(pixel), zero()), reaching, zero());
          const f32x16 value = fma(reaching, by_dy, fma(sub(pixel, mean), by_x, start));
          store(dx + from + place, full.value ? value : select(inside, value, zero()));
        });
      });
    }
  });
}

// r = (1 - rate) r + rate s, where s is a row of the batch's statistics; the variance, row 1, divided by n - 1 instead
// of n as in PyTorch. A single value has no such variance: PyTorch refuses it, here it stays 0.
static void running_update(const Context& context, const int32_t* arguments, int, int) {
  Arguments a{context, arguments};
  float* r = a.floats();
  const float *rate = a.floats(), *statistics = a.floats();
  const int count = *a.indices();
  const int elements = a.number(), row = a.number();
  const double n = double(count) * a.number(), correction = row == 1 && n > 1 ? n / (n - 1) : 1.0;
  for (int c = 0; c < elements; c++) {
    const double value = double(statistics[row * elements + c]) * correction;
    r[c] = float((1.0 - double(*rate)) * double(r[c]) + double(*rate) * value);
  }
}

// The rows of y are a and b.
static void stack(const Context& context, const int32_t* arguments, int, int) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float *first = a.floats(), *second = a.floats();
  const int elements = a.number();
  for (int i = 0; i < elements; i++) y[i] = first[i];
  for (int i = 0; i < elements; i++) y[elements + i] = second[i];
}

// y is a row of x.
static void row(const Context& context, const int32_t* arguments, int, int) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float* x = a.floats();
  const int elements = a.number(), index = a.number();
  for (int i = 0; i < elements; i++) y[i] = x[ptrdiff_t(index) * elements + i];
}

}  // namespace tombola::TOMBOLA_ISA
