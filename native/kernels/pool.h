// Pooling of images; units are planes.
//
// Roofline, on tensors of 8 MB, one thread, AVX-512: windows of four pixels read each pixel once, so memory binds;
// max_pool and average_pool move 5 bytes for 4 of x at 79 and 56 GB/s where a plain copy reaches 67; max_pool_gradient,
// of four streams, 10 at 20 GB/s where adding two tensors reaches 25. The window of a global mean is read at 92 of 101
// GB/s. Overlapping windows read a pixel up to nine times out of L1: their loops bind, at 13 to 20 GB/s.
#pragma once
#include "planes.h"

namespace tombola::TOMBOLA_ISA {

struct Span { int first, end; };

// The windows of a pooling along one axis.
struct Axis {
  int extent, kernel, stride, padding;
  TOMBOLA_MEMBER int windows() const { return (extent + 2 * padding - kernel) / stride + 1; }
  // The pixels of a window that are no padding.
  TOMBOLA_MEMBER Span pixels(int window) const {
    const int first = window * stride - padding, end = first + kernel;
    return {first < 0 ? 0 : first, end > extent ? extent : end};
  }
  // Turns the windows around the pixel before into those around `pixel`.
  TOMBOLA_MEMBER void advance(Span& around, int pixel) const {
    while (around.first * stride - padding + kernel <= pixel) around.first++;
    while (around.end < windows() && around.end * stride - padding <= pixel) around.end++;
  }
};

struct Pooling {
  Axis rows, columns;
  TOMBOLA_MEMBER ptrdiff_t pixels() const { return ptrdiff_t(rows.extent) * columns.extent * width; }
  TOMBOLA_MEMBER ptrdiff_t results() const { return ptrdiff_t(rows.windows()) * columns.windows() * width; }
  TOMBOLA_MEMBER ptrdiff_t pixel(int i, int j) const { return (ptrdiff_t(i) * columns.extent + j) * width; }
  TOMBOLA_MEMBER ptrdiff_t result(int i, int j) const { return (ptrdiff_t(i) * columns.windows() + j) * width; }
  // Windows of four pixels side by side, as in VGG: the case with a loop of its own.
  TOMBOLA_MEMBER bool is_quarters() const {
    const auto halves = [](const Axis& axis) { return axis.kernel == 2 && axis.stride == 2 && axis.padding == 0; };
    return halves(rows) && halves(columns);
  }
};

template <class Call>
TOMBOLA_INLINE Pooling pooling_of(const Call& a) {
  return {{a.height, a.kernel_height, a.stride_height, a.pad_height}, {a.width, a.kernel_width, a.stride_width, a.pad_width}};
}

// body(i, j) for every window.
template <class Body>
TOMBOLA_INLINE void each_window(const Pooling& p, Body body) {
  const int rows = p.rows.windows(), columns = p.columns.windows();
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++) body(i, j);
}

// body(place) for every pixel of the window that is no padding, by rows.
template <class Body>
TOMBOLA_INLINE void each_in(const Pooling& p, int i, int j, Body body) {
  const Span rows = p.rows.pixels(i), columns = p.columns.pixels(j);
  for (int row = rows.first; row < rows.end; row++)
    for (int column = columns.first; column < columns.end; column++) body(p.pixel(row, column));
}

// The larger; NaN where either is NaN, the first of equals.
TOMBOLA_INLINE f32x16 larger(f32x16 best, f32x16 x) { return select(equal(x, x), max(x, best), x); }

// y = the largest x of every window.
TOMBOLA_INLINE void max_pool(const calls::max_pool& a, int begin, int end) {
  const Pooling p = pooling_of(a);
  with(p.is_quarters(), [&](auto quarters) {
    for (int unit = begin; unit < end; unit++) {
      const float* from = a.x + unit * p.pixels();
      float* to = a.y + unit * p.results();
      each_window(p, [&](int i, int j) {
        const float* corner = from + p.pixel(2 * i, 2 * j);
        const float* below = corner + p.pixel(1, 0);
        f32x16 best;
        if (quarters.value) {
          best = larger(larger(larger(load(corner), load(corner + width)), load(below)), load(below + width));
        } else {
          best = load(from + p.pixel(p.rows.pixels(i).first, p.columns.pixels(j).first));
          each_in(p, i, j, [&](ptrdiff_t place) { best = larger(best, load(from + place)); });
        }
        store(to + p.result(i, j), best);
      });
    }
  });
}

// What of a window's dy is not yet given away goes to x where it is not less than the largest; NaN is not less either.
TOMBOLA_INLINE f32x16 claim(f32x16& rest, f32x16 x, f32x16 largest) {
  const mask16 passed = less(x, largest);
  const f32x16 claimed = select(passed, zero(), rest);
  rest = select(passed, rest, zero());
  return claimed;
}

// The plane of dx under windows of four pixels, every element written once; a last odd row or column is in no window.
TOMBOLA_INLINE void max_pool_gradient_quarters(const Pooling& p, float* dx, const float* dy, const float* x,
                                               const float* y) {
  const int rows = p.rows.extent, columns = p.columns.extent;
  each_window(p, [&](int i, int j) {
    const ptrdiff_t corner = p.pixel(2 * i, 2 * j), below = corner + p.pixel(1, 0);
    const f32x16 largest = load(y + p.result(i, j));
    f32x16 rest = load(dy + p.result(i, j));
    store(dx + corner, claim(rest, load(x + corner), largest));
    store(dx + corner + width, claim(rest, load(x + corner + width), largest));
    store(dx + below, claim(rest, load(x + below), largest));
    store(dx + below + width, claim(rest, load(x + below + width), largest));
  });
  if (rows % 2) clear_pixels(dx + p.pixel(rows - 1, 0), columns);
  if (columns % 2)
    for (int i = 0; i < rows; i++) clear_pixels(dx + p.pixel(i, columns - 1), 1);
}

// dx = sum of the dy of the windows in which x is the first largest, by rows.
TOMBOLA_INLINE void max_pool_gradient(const calls::max_pool_gradient& a, int begin, int end) {
  const Pooling p = pooling_of(a);
  for (int unit = begin; unit < end; unit++) {
    float* to = a.dx + unit * p.pixels();
    const float* from = a.x + unit * p.pixels();
    const ptrdiff_t results = unit * p.results();
    if (p.is_quarters()) {
      max_pool_gradient_quarters(p, to, a.dy + results, from, a.y + results);
      continue;
    }
    clear_pixels(to, p.rows.extent * p.columns.extent);
    each_window(p, [&](int i, int j) {
      const f32x16 largest = load(a.y + results + p.result(i, j));
      f32x16 rest = load(a.dy + results + p.result(i, j));
      each_in(p, i, j, [&](ptrdiff_t place) {
        store(to + place, add(load(to + place), claim(rest, load(from + place), largest)));
      });
    });
  }
}

// y = the mean of every window, in which padding counts as zeros.
TOMBOLA_INLINE void average_pool(const calls::average_pool& a, int begin, int end) {
  const Pooling p = pooling_of(a);
  const f32x16 share = broadcast(1.0f / float(p.rows.kernel * p.columns.kernel));
  for (int unit = begin; unit < end; unit++) {
    const float* from = a.x + unit * p.pixels();
    float* to = a.y + unit * p.results();
    each_window(p, [&](int i, int j) {
      f32x16 total = zero();
      each_in(p, i, j, [&](ptrdiff_t place) { total = add(total, load(from + place)); });
      store(to + p.result(i, j), mul(total, share));
    });
  }
}

// dx = sum of the dy of the windows around it, divided by the window's size.
TOMBOLA_INLINE void average_pool_gradient(const calls::average_pool_gradient& a, int begin, int end) {
  const Pooling p = pooling_of(a);
  const f32x16 share = broadcast(1.0f / float(p.rows.kernel * p.columns.kernel));
  for (int unit = begin; unit < end; unit++) {
    const float* from = a.dy + unit * p.results();
    float* to = a.dx + unit * p.pixels();
    Span above{0, 0};
    for (int row = 0; row < p.rows.extent; row++) {
      Span beside{0, 0};
      p.rows.advance(above, row);
      for (int column = 0; column < p.columns.extent; column++) {
        p.columns.advance(beside, column);
        f32x16 total = zero();
        for (int i = above.first; i < above.end; i++)
          for (int j = beside.first; j < beside.end; j++) total = add(total, load(from + p.result(i, j)));
        store(to + p.pixel(row, column), mul(total, share));
      }
    }
  }
}

}  // namespace tombola::TOMBOLA_ISA
