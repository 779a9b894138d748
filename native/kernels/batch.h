// A batch out of the data set's bytes: gathered, normalised and laid out with the batch last in one pass.
// Roofline: reads features bytes and writes 4 * features bytes an example; 16 x 16 byte transposes keep it near memory speed.
#pragma once
#include "arguments.h"

namespace tombola::TOMBOLA_ISA {

// Sixteen features of sixteen examples; short rows are copied so that no byte beyond the data set is read.
TOMBOLA_INLINE void load_pixels(const uint8_t* const* examples, int feature, int available, uint8_t* pixels) {
  const uint8_t* rows[width];
  uint8_t copies[width][width];
  for (int n = 0; n < width; n++) {
    rows[n] = examples[n] + feature;
    if (available >= width) continue;
    for (int f = 0; f < width; f++) copies[n][f] = f < available ? rows[n][f] : 0;
    rows[n] = copies[n];
  }
  transpose_u8_16(rows, pixels);
}

// x[f][n] = scale[channel] * byte + shift[channel], +0 on padding lanes; units are blocks of 16 lanes.
static void gather_images(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* x = a.floats();
  const int32_t *indices = a.indices(), *live = a.indices();
  const float *scale = a.floats(), *shift = a.floats();
  const int features = a.number(), plane = a.number(), lanes = a.number(), count = *live;
  for (int lane = begin * width; lane < end * width; lane += width) {
    const uint8_t* examples[width];
    for (int n = 0; n < width; n++)
      examples[n] = context.images + ptrdiff_t(lane + n < count ? indices[lane + n] : indices[0]) * features;
    const mask16 inside = first_lanes(count - lane);
    for (int feature = 0; feature < features; feature += width) {
      uint8_t pixels[width * width];
      const int available = features - feature < width ? features - feature : width;
      load_pixels(examples, feature, available, pixels);
      for (int f = 0; f < available; f++) {
        const int channel = (feature + f) / plane;
        const f32x16 value = fma(from_u8(pixels + f * width), broadcast(scale[channel]), broadcast(shift[channel]));
        store(x + ptrdiff_t(feature + f) * lanes + lane, select(inside, value, zero()));
      }
    }
  }
}

// labels[n] = class index as a float, 0 on padding lanes; one unit.
static void gather_labels(const Context& context, const int32_t* arguments, int, int) {
  Arguments a{context, arguments};
  float* labels = a.floats();
  const int32_t *indices = a.indices(), *live = a.indices();
  const int lanes = a.number(), count = *live;
  for (int n = 0; n < lanes; n++) labels[n] = n < count ? float(context.labels[indices[n]]) : 0.0f;
}

}  // namespace tombola::TOMBOLA_ISA
