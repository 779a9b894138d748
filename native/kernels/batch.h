// A batch out of the data set's images: gathered, normalised and laid out with the batch last in one pass.
// Roofline: reads features bytes and writes 4 * features bytes an example; 16 x 16 byte transposes keep it near memory
// speed: 0.045 ms for 128 images of 3 x 32 x 32, 46 GB/s where a plain copy reaches 67. Cropping and mirroring make up,
// byte by byte, the lines that leave the image or run backwards: 0.2 ms (one thread, AVX-512).
#pragma once
#include "philox.h"

namespace tombola::TOMBOLA_ISA {

// One example and what augmentation drew for it: pixel (0, 0) of the result is pixel (row, column) of the image, whose
// surroundings are black; then rows are mirrored.
template <class Pixel>
struct Example {
  const Pixel* pixels;
  int row, column;
  bool mirrored;
};

// Sixteen lines of pixels, and room for those that have to be made up.
template <class Pixel>
struct Lines {
  const Pixel* of[width];
  Pixel made[width][width];
};

// Images as they come: every channel is one row of pixels.
struct Plain {
  int rows, columns;
  // Sixteen pixels of every example; copied where the row ends before, so that no byte beyond the data set is read.
  template <class Pixel>
  TOMBOLA_MEMBER void find(Lines<Pixel>& lines, const Example<Pixel>* examples, int channel, int, int from) const {
    const ptrdiff_t place = ptrdiff_t(channel) * columns + from;
    const int available = columns - from;
    for (int n = 0; n < width; n++) lines.of[n] = examples[n].pixels + place;
    if (available >= width) return;
    for (int n = 0; n < width; n++) {
      for (int j = 0; j < width; j++) lines.made[n][j] = j < available ? lines.of[n][j] : 0;
      lines.of[n] = lines.made[n];
    }
  }
};

// Images cropped out of a black border, and mirrored.
struct Augmented {
  int rows, columns;
  template <class Pixel>
  TOMBOLA_MEMBER void find(Lines<Pixel>& lines, const Example<Pixel>* examples, int channel, int row, int from) const {
    for (int n = 0; n < width; n++) lines.of[n] = line(examples[n], channel, row, from, lines.made[n]);
  }
  template <class Pixel>
  TOMBOLA_MEMBER const Pixel* line(const Example<Pixel>& example, int channel, int row, int from, Pixel* made) const {
    const int i = row + example.row, step = example.mirrored ? -1 : 1;
    const int first = (example.mirrored ? columns - 1 - from : from) + example.column;
    const int last = first + step * (width - 1);
    const bool is_black = i < 0 || i >= rows;
    const Pixel* source = example.pixels + (ptrdiff_t(channel) * rows + (is_black ? 0 : i)) * columns;
    if (is_black || first < 0 || last < 0 || first >= columns || last >= columns) {
      for (int k = 0, j = first; k < width; k++, j += step)
        made[k] = !is_black && j >= 0 && j < columns ? source[j] : 0;
      return made;
    }
    if (!example.mirrored) return source + first;
    for (int k = 0; k < width; k++) made[k] = source[last + width - 1 - k];
    return made;
  }
};

// Sixteen pixels of sixteen lines: the vectors over the lines, one for each pixel.
struct LaidBytes {
  uint8_t pixels[width * width];
  TOMBOLA_MEMBER explicit LaidBytes(const Lines<uint8_t>& lines) { transpose_u8_16(lines.of, pixels); }
  TOMBOLA_MEMBER f32x16 at(int j) const { return from_u8(pixels + j * width); }
};
struct LaidFloats {
  const Lines<float>& lines;
  TOMBOLA_MEMBER explicit LaidFloats(const Lines<float>& lines) : lines(lines) {}
  TOMBOLA_MEMBER f32x16 at(int j) const {
    float pixels[width];
    for (int n = 0; n < width; n++) pixels[n] = lines.of[n][j];
    return load(pixels);
  }
};
TOMBOLA_INLINE LaidBytes laid(const Lines<uint8_t>& lines) { return LaidBytes(lines); }
TOMBOLA_INLINE LaidFloats laid(const Lines<float>& lines) { return LaidFloats(lines); }

// Where the channels of 16 examples go, and how pixels become floats there.
struct Target {
  float* x;
  ptrdiff_t step;  // from one feature's vector to the next
  const float *scale, *shift;
  mask16 inside;
};

// Sixteen examples, sixteen pixels at a time.
template <class Images, class Pixel>
TOMBOLA_INLINE void gather_block(const Images& images, const Example<Pixel>* examples, const Target& to, int channels) {
  float* x = to.x;
  for (int channel = 0; channel < channels; channel++) {
    const f32x16 scale = broadcast(to.scale[channel]), shift = broadcast(to.shift[channel]);
    for (int row = 0; row < images.rows; row++)
      for (int from = 0; from < images.columns; from += width) {
        Lines<Pixel> lines;
        images.find(lines, examples, channel, row, from);
        const auto pixels = laid(lines);
        for (int j = 0; j < width && from + j < images.columns; j++, x += to.step)
          store(x, select(to.inside, fma(pixels.at(j), scale, shift), zero()));
      }
  }
}

// Example n's crop and mirroring: block 0 of item n of the `augment` stream, counter = [seed, replicate, step].
template <class Pixel>
TOMBOLA_INLINE void augment(Example<Pixel>& example, const int32_t* counter, int n, int crop, bool flip) {
  const Words words = philox({{0, 0, uint32_t(counter[2]), uint32_t(counter[1])}}, uint32_t(counter[0]),
                             augment_stream | (uint32_t(n) << 8));
  const auto offset = [crop](uint32_t word) { return int((uint64_t(word) * uint64_t(2 * crop + 1)) >> 32) - crop; };
  example.row = offset(words.v[0]);
  example.column = offset(words.v[1]);
  example.mirrored = flip && words.v[2] >> 31;
}

// x = scale[channel] * pixel + shift[channel], +0 on padding lanes, as vectors if `flat`, else as images; with a counter
// cropped and mirrored before.
template <class Pixel>
TOMBOLA_INLINE void gather_pixels(const calls::gather_images& a, int begin, int end) {
  const int count = *a.count;
  const Pixel* images = static_cast<const Pixel*>(a.context.columns[a.column].data);
  const ptrdiff_t features = ptrdiff_t(a.channels) * a.height * a.width;
  for (int lane = begin * width; lane < end * width; lane += width) {
    Example<Pixel> examples[width];
    for (int n = 0; n < width; n++) {
      examples[n] = {images + a.indices[lane + n < count ? lane + n : 0] * features, 0, 0, false};
      if (a.counter) augment(examples[n], a.counter, lane + n, a.crop, a.flip != 0);
    }
    float* first = a.flat ? a.x + lane : a.x + lane * features;
    const Target to{first, a.flat ? a.lanes : width, a.scale, a.shift, first_lanes(count - lane)};
    if (a.counter) gather_block(Augmented{a.height, a.width}, examples, to, a.channels);
    else gather_block(Plain{1, a.height * a.width}, examples, to, a.channels);
  }
}

// The batch's images out of a column of bytes or floats. Units are blocks of 16 lanes.
TOMBOLA_INLINE void gather_images(const calls::gather_images& a, int begin, int end) {
  if (a.context.columns[a.column].type == Column::bytes) gather_pixels<uint8_t>(a, begin, end);
  else gather_pixels<float>(a, begin, end);
}

// Sixteen rows of a column from `lane` on: x[f][n] = (value + shift[f]) * scale[f], +0 behind a row's last item and on padding
// lanes.
template <class T>
TOMBOLA_INLINE void gather_rows(const calls::gather_column& a, const Column& column, int lane) {
  for (int n = lane; n < lane + width; n++) {
    const T* row = static_cast<const T*>(column.data);
    int available = 0;
    if (n < *a.count) {
      const ptrdiff_t from = column.starts ? column.starts[a.indices[n]] : a.indices[n];
      const ptrdiff_t items = column.starts ? column.starts[a.indices[n] + 1] - from : 1;
      row += from * column.size;
      available = items * column.size < a.features ? int(items * column.size) : a.features;
    }
    for (int f = 0; f < available; f++) {
      const float value = float(row[f]);
      a.x[ptrdiff_t(f) * a.lanes + n] = a.scale ? (value + a.shift[f]) * a.scale[f] : value;
    }
    for (int f = available; f < a.features; f++) a.x[ptrdiff_t(f) * a.lanes + n] = 0.0f;
  }
}

// The batch's rows of a column of any type. Units are blocks of 16 lanes.
TOMBOLA_INLINE void gather_column(const calls::gather_column& a, int begin, int end) {
  const Column& column = a.context.columns[a.column];
  for (int lane = begin * width; lane < end * width; lane += width) {
    if (column.type == Column::bytes) gather_rows<uint8_t>(a, column, lane);
    else if (column.type == Column::integers) gather_rows<int32_t>(a, column, lane);
    else gather_rows<float>(a, column, lane);
  }
}

// y[n] = items of the batch's rows of a ragged column, at most `most`, 0 on padding lanes; one unit.
TOMBOLA_INLINE void gather_lengths(const calls::gather_lengths& a, int, int) {
  const int32_t* starts = a.context.columns[a.column].starts;
  for (int n = 0; n < a.lanes; n++) {
    const int length = n < *a.count ? starts[a.indices[n] + 1] - starts[a.indices[n]] : 0;
    a.y[n] = float(length < a.most ? length : a.most);
  }
}

}  // namespace tombola::TOMBOLA_ISA
