// Kernels that move and gather the pixels of images. Where nothing else is said, units are planes of the result.
//
// Roofline: memory binds. Every element is read once and written once, 8 bytes, but for bias_gradient_images, which
// reads 4. On tensors of 8 MB, one thread, AVX-512, where a plain copy reaches 67 GB/s and plain reading 101:
// bias_images 60, bias_gradient_images 97, flatten and unflatten 43 (one side walks in strides of a block); of tensors
// of 4 MB, copy_channels and pad 96.
#pragma once
#include "planes.h"

namespace tombola::TOMBOLA_ISA {

// y[f][n] = x[block][f][lane]; units are features, so that one side is read or written in the order of memory.
TOMBOLA_INLINE void flatten(const calls::flatten& a, int begin, int end) {
  for (int f = begin; f < end; f++)
    for (int lane = 0; lane < a.lanes; lane += width)
      store(a.y + ptrdiff_t(f) * a.lanes + lane, load(a.x + ptrdiff_t(lane) * a.features + f * width));
}

// y[block][f][lane] = x[f][n]; units are features.
TOMBOLA_INLINE void unflatten(const calls::unflatten& a, int begin, int end) {
  for (int f = begin; f < end; f++)
    for (int lane = 0; lane < a.lanes; lane += width)
      store(a.y + ptrdiff_t(lane) * a.features + f * width, load(a.x + ptrdiff_t(f) * a.lanes + lane));
}

// y = x + b[channel].
TOMBOLA_INLINE void bias_images(const calls::bias_images& a, int begin, int end) {
  for (int unit = begin; unit < end; unit++) {
    const f32x16 start = broadcast(a.b[unit % a.channels]);
    const ptrdiff_t from = ptrdiff_t(unit) * a.plane * width;
    each_pixel(a.plane, [&](int place) { store(a.y + from + place, add(load(a.x + from + place), start)); });
  }
}

// db = sum of dy over lanes and pixels; units are channels.
TOMBOLA_INLINE void bias_gradient_images(const calls::bias_gradient_images& a, int begin, int end) {
  for (int c = begin; c < end; c++) {
    Totals totals;
    for (int block = 0; block < a.lanes / width; block++) {
      const float* from = a.dy + (ptrdiff_t(block) * a.channels + c) * a.plane * width;
      add_plane(totals, a.plane, [from](int place, Vectors& sums) { sums.first = add(sums.first, load(from + place)); });
    }
    a.db[c] = float(totals.first);
  }
}

// Channels xFrom .. xFrom + count of x become channels yFrom .. of y; units are the copied planes.
TOMBOLA_INLINE void copy_channels(const calls::copy_channels& a, int begin, int end) {
  for (int unit = begin; unit < end; unit++) {
    const int block = unit / a.count, c = unit % a.count;
    copy_pixels(a.y + (ptrdiff_t(block) * a.y_channels + a.y_from + c) * a.plane * width,
         a.x + (ptrdiff_t(block) * a.x_channels + a.x_from + c) * a.plane * width, a.plane);
  }
}

// y = x, whose first channel, row and column lie at the given ones of y; +0 around it, and what lies outside is cut.
TOMBOLA_INLINE void pad(const calls::pad& a, int begin, int end) {
  const int from = a.first_column < 0 ? 0 : a.first_column;
  const int to = a.first_column + a.width < a.out_width ? a.first_column + a.width : a.out_width;
  for (int unit = begin; unit < end; unit++) {
    const int c = unit % a.out_channels - a.first_channel;
    for (int i = 0; i < a.out_height; i++) {
      const int row = i - a.first_row;
      float* line = a.y + (ptrdiff_t(unit) * a.out_height + i) * a.out_width * width;
      if (c < 0 || c >= a.channels || row < 0 || row >= a.height || from >= to) {
        clear_pixels(line, a.out_width);
        continue;
      }
      const ptrdiff_t plane = ptrdiff_t(unit / a.out_channels) * a.channels + c;
      clear_pixels(line, from);
      copy_pixels(line + from * width, a.x + ((plane * a.height + row) * a.width + from - a.first_column) * width, to - from);
      clear_pixels(line + to * width, a.out_width - to);
    }
  }
}

}  // namespace tombola::TOMBOLA_ISA
