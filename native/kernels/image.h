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
static void flatten(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float* x = a.floats();
  const int features = a.number(), lanes = a.number();
  for (int f = begin; f < end; f++)
    for (int lane = 0; lane < lanes; lane += width)
      store(y + ptrdiff_t(f) * lanes + lane, load(x + ptrdiff_t(lane) * features + f * width));
}

// y[block][f][lane] = x[f][n]; units are features.
static void unflatten(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float* x = a.floats();
  const int features = a.number(), lanes = a.number();
  for (int f = begin; f < end; f++)
    for (int lane = 0; lane < lanes; lane += width)
      store(y + ptrdiff_t(lane) * features + f * width, load(x + ptrdiff_t(f) * lanes + lane));
}

// y = x + b[channel].
static void bias_images(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float *x = a.floats(), *b = a.floats();
  const int channels = a.number(), plane = a.number();
  for (int unit = begin; unit < end; unit++) {
    const f32x16 start = broadcast(b[unit % channels]);
    const ptrdiff_t from = ptrdiff_t(unit) * plane * width;
    each_pixel(plane, [&](int place) { store(y + from + place, add(load(x + from + place), start)); });
  }
}

// db = sum of dy over lanes and pixels; units are channels.
static void bias_gradient_images(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* db = a.floats();
  const float* dy = a.floats();
  const int channels = a.number(), plane = a.number(), lanes = a.number();
  for (int c = begin; c < end; c++) {
    Totals totals;
    for (int block = 0; block < lanes / width; block++) {
      const float* from = dy + (ptrdiff_t(block) * channels + c) * plane * width;
      add_plane(totals, plane, [from](int place, Vectors& sums) { sums.first = add(sums.first, load(from + place)); });
    }
    db[c] = float(totals.first);
  }
}

// Channels xFrom .. xFrom + count of x become channels yFrom .. of y; units are the copied planes.
static void copy_channels(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float* x = a.floats();
  const int count = a.number(), plane = a.number();
  a.number();
  const int y_channels = a.number(), y_from = a.number(), x_channels = a.number(), x_from = a.number();
  for (int unit = begin; unit < end; unit++) {
    const int block = unit / count, c = unit % count;
    copy_pixels(y + (ptrdiff_t(block) * y_channels + y_from + c) * plane * width,
         x + (ptrdiff_t(block) * x_channels + x_from + c) * plane * width, plane);
  }
}

// y = x, whose first channel, row and column lie at the given ones of y; +0 around it, and what lies outside is cut.
static void pad(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float* x = a.floats();
  const int channels = a.number(), rows = a.number(), columns = a.number();
  a.number();
  const int out_channels = a.number(), out_rows = a.number(), out_columns = a.number();
  const int first_channel = a.number(), first_row = a.number(), first_column = a.number();
  const int from = first_column < 0 ? 0 : first_column;
  const int to = first_column + columns < out_columns ? first_column + columns : out_columns;
  for (int unit = begin; unit < end; unit++) {
    const int c = unit % out_channels - first_channel;
    for (int i = 0; i < out_rows; i++) {
      const int row = i - first_row;
      float* line = y + (ptrdiff_t(unit) * out_rows + i) * out_columns * width;
      if (c < 0 || c >= channels || row < 0 || row >= rows || from >= to) {
        clear_pixels(line, out_columns);
        continue;
      }
      const ptrdiff_t plane = ptrdiff_t(unit / out_channels) * channels + c;
      clear_pixels(line, from);
      copy_pixels(line + from * width, x + ((plane * rows + row) * columns + from - first_column) * width, to - from);
      clear_pixels(line + to * width, out_columns - to);
    }
  }
}

}  // namespace tombola::TOMBOLA_ISA
