// Views of pictures: each lane's picture cropped, resized, mirrored, its colours shaken, greyed, blurred and turned as drawn.
// Roofline: arithmetic binds. A picture is worked on by itself in scratch, plane by plane, so that the compiler has long rows
// to vectorise; hue, with its case for each sixth of the circle, takes most of the time.
#pragma once
#include "calls.h"

namespace tombola::TOMBOLA_ISA {

// What is drawn for a view, in the order of src/pretrain/draws.ts.
struct Draw {
  const float* of;
  int lanes;
  TOMBOLA_MEMBER float real(int row) const { return of[ptrdiff_t(row) * lanes]; }
  TOMBOLA_MEMBER int number(int row) const { return int(real(row)); }
};

TOMBOLA_INLINE int within(int x, int most) { return x < 0 ? 0 : x > most ? most : x; }
TOMBOLA_INLINE float in_range(float x) { return x < 0.0f ? 0.0f : x > 1.0f ? 1.0f : x; }

// A pixel of the result lies between two of a stretch of the picture, so far from the first.
struct Between { int first, second; float part; };
TOMBOLA_INLINE Between between(int i, int from, int extent, int result, int most) {
  const float scale = float(extent) / float(result), place = (float(i) + 0.5f) * scale - 0.5f;
  const float inside = place < 0.0f ? 0.0f : place;
  const int first = within(int(inside), extent - 1), second = within(first + 1, extent - 1);
  return {within(from + first, most), within(from + second, most), inside - float(first)};
}

// A picture in scratch: [channels][rows][columns], from 0 to 1, and room for another.
struct Picture {
  float *at, *other;
  int channels, rows, columns;
  TOMBOLA_MEMBER int plane() const { return rows * columns; }
  TOMBOLA_MEMBER void swap() {
    float* before = at;
    at = other;
    other = before;
  }

  // The box of a picture, brought to this one's size: bilinear, pixel centres, borders repeated.
  template <class Pixel>
  TOMBOLA_MEMBER void crop(const Pixel* from, const Draw& draw, float white) {
    const int top = draw.number(1), left = draw.number(2), height = draw.number(3), breadth = draw.number(4);
    for (int i = 0; i < rows; i++) {
      const Between r = between(i, top, height, rows, rows - 1);
      for (int j = 0; j < columns; j++) {
        const Between c = between(j, left, breadth, columns, columns - 1);
        for (int channel = 0; channel < channels; channel++) {
          const Pixel* p = from + ptrdiff_t(channel) * plane();
          const Pixel *upper = p + r.first * columns, *lower = p + r.second * columns;
          const float above = (1.0f - c.part) * (float(upper[c.first]) / white) + c.part * (float(upper[c.second]) / white);
          const float below = (1.0f - c.part) * (float(lower[c.first]) / white) + c.part * (float(lower[c.second]) / white);
          at[channel * plane() + i * columns + j] = (1.0f - r.part) * above + r.part * below;
        }
      }
    }
  }
  TOMBOLA_MEMBER void mirror() {
    for (int row = 0; row < channels * rows; row++)
      for (int j = 0; j < columns; j++) other[row * columns + j] = at[row * columns + columns - 1 - j];
    swap();
  }
  TOMBOLA_MEMBER float grey(int pixel) const {
    if (channels != 3) return at[pixel];
    return 0.2989f * at[pixel] + 0.587f * at[plane() + pixel] + 0.114f * at[2 * plane() + pixel];
  }
  TOMBOLA_MEMBER void brighten(float factor) {
    for (int i = 0; i < channels * plane(); i++) at[i] = in_range(at[i] * factor);
  }
  TOMBOLA_MEMBER void contrast(float factor) {
    double sum = 0;
    for (int i = 0; i < plane(); i++) sum += double(grey(i));
    const float mean = float(sum / plane());
    for (int i = 0; i < channels * plane(); i++) at[i] = in_range(factor * at[i] + (1.0f - factor) * mean);
  }
  TOMBOLA_MEMBER void saturate(float factor) {
    if (channels != 3) return;
    for (int i = 0; i < plane(); i++) {
      const float own = (1.0f - factor) * grey(i);
      for (int c = 0; c < 3; c++) at[c * plane() + i] = in_range(factor * at[c * plane() + i] + own);
    }
  }
  TOMBOLA_MEMBER void desaturate() {
    if (channels != 3) return;
    for (int i = 0; i < plane(); i++) at[i] = at[plane() + i] = at[2 * plane() + i] = grey(i);
  }
  // Turns the circle of colours by a fraction of it, through hue, saturation and value.
  TOMBOLA_MEMBER void turn_hue(float shift) {
    if (channels != 3) return;
    for (int i = 0; i < plane(); i++) {
      float &red = at[i], &green = at[plane() + i], &blue = at[2 * plane() + i];
      const float r = red, g = green, b = blue;
      const float rg_most = r > g ? r : g, rg_least = r < g ? r : g;
      const float most = rg_most > b ? rg_most : b, least = rg_least < b ? rg_least : b, range = most - least;
      if (!(range > 0.0f)) continue;  // grey stays grey
      const float sixth = most == r ? (g - b) / range : most == g ? 2.0f + (b - r) / range : 4.0f + (r - g) / range;
      float hue = sixth / 6.0f + shift;
      hue -= hue < 0.0f ? float(int(hue) - 1) : float(int(hue));  // to [0, 1]
      const float six = hue * 6.0f;
      const int part = int(six);
      const float f = six - float(part), s = range / most;
      const float p = in_range(most * (1.0f - s)), q = in_range(most * (1.0f - s * f)), t = in_range(most * (1.0f - s * (1.0f - f)));
      switch (part % 6) {
        case 0: red = most, green = t, blue = p; break;
        case 1: red = q, green = most, blue = p; break;
        case 2: red = p, green = most, blue = t; break;
        case 3: red = p, green = q, blue = most; break;
        case 4: red = t, green = p, blue = most; break;
        default: red = most, green = p, blue = q;
      }
    }
  }
  // A third of a separable window of three: `side` is the weight of either neighbour; borders are reflected.
  TOMBOLA_MEMBER void blur_along(float side, int step, int length, int lines, int line) {
    const float middle = 1.0f - 2.0f * side;
    for (int c = 0; c < channels; c++)
      for (int l = 0; l < lines; l++)
        for (int i = 0; i < length; i++) {
          const float* from = at + c * plane() + l * line;
          const int before = i > 0 ? i - 1 : within(1, length - 1), after = i + 1 < length ? i + 1 : within(length - 2, length - 1);
          other[c * plane() + l * line + i * step] = side * (from[before * step] + from[after * step]) + middle * from[i * step];
        }
    swap();
  }
  // Turned left by quarters; pictures that are not square by halves only.
  TOMBOLA_MEMBER void turn(int quarters) {
    for (int quarter = 0; quarter < quarters; quarter++) {
      if (rows != columns) return;
      for (int c = 0; c < channels; c++)
        for (int i = 0; i < rows; i++)
          for (int j = 0; j < columns; j++) other[c * plane() + i * columns + j] = at[c * plane() + j * columns + columns - 1 - i];
      swap();
    }
  }
  TOMBOLA_MEMBER void shake(const Draw& draw) {
    int order = draw.number(6);
    if (order < 0) return;
    for (int step = 0; step < 4; step++, order /= 4) {
      switch (order % 4) {
        case 0: brighten(draw.real(7)); break;
        case 1: contrast(draw.real(8)); break;
        case 2: saturate(draw.real(9)); break;
        default: turn_hue(draw.real(10));
      }
    }
  }
};

template <class Pixel>
TOMBOLA_INLINE void view_pixels(const calls::gather_views& a, int lane, float white) {
  const int plane = a.height * a.width, features = a.channels * plane;
  float* x = a.x + ptrdiff_t(lane / width) * features * width + lane % width;
  if (lane >= *a.count) {
    for (int f = 0; f < features; f++) x[ptrdiff_t(f) * width] = 0.0f;
    return;
  }
  const Draw draw{a.draws + lane, a.lanes};
  const Pixel* images = static_cast<const Pixel*>(a.context.columns[a.column].data);
  const Pixel* own = images + ptrdiff_t(a.indices[within(draw.number(0), *a.count - 1)]) * features;
  Picture picture{a.context.scratch, a.context.scratch + features, a.channels, a.height, a.width};
  picture.crop(own, draw, white);
  if (draw.real(5) > 0.0f) picture.mirror();
  picture.shake(draw);
  if (draw.real(11) > 0.0f) picture.desaturate();
  if (draw.real(12) > 0.0f) {
    picture.blur_along(draw.real(12), 1, a.width, a.height, a.width);
    picture.blur_along(draw.real(12), a.width, a.height, a.width, 1);
  }
  picture.turn(draw.number(13));
  for (int c = 0; c < a.channels; c++) {
    const float scale = a.scale[c] * white, shift = a.shift[c];
    for (int i = 0; i < plane; i++) x[ptrdiff_t(c * plane + i) * width] = picture.at[c * plane + i] * scale + shift;
  }
}

// The batch's views out of a column of bytes or of floats from 0 to 1, normalised. Units are lanes.
TOMBOLA_INLINE void gather_views(const calls::gather_views& a, int begin, int end) {
  const bool bytes = a.context.columns[a.column].type == Column::bytes;
  for (int lane = begin; lane < end; lane++)
    if (bytes) view_pixels<uint8_t>(a, lane, 255.0f);
    else view_pixels<float>(a, lane, 1.0f);
}

}  // namespace tombola::TOMBOLA_ISA
