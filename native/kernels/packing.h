// The positions of a batch moved together, and back: pair p of (position, example), in the order of positions, goes to lane
// p % lanes of position p / lanes.
// Roofline: memory. Each number is read and written once, one by one, for a vector's lanes come from two vectors.
#pragma once
#include "calls.h"

namespace tombola::TOMBOLA_ISA {

// Where the numbers of a position lie: of images in blocks of 16 examples, of vectors in rows of all.
struct Positions {
  int features, time, lanes;
  bool image;
  TOMBOLA_MEMBER ptrdiff_t place(int feature, int t, int n) const {
    return image ? ((ptrdiff_t(n / width) * features + feature) * time + t) * width + n % width : ptrdiff_t(t) * lanes + n;
  }
};

// A place that walks pair by pair through rows of so many.
struct PairWalk {
  int row, column, columns;
  TOMBOLA_MEMBER PairWalk(int pair, int columns) : row(pair / columns), column(pair % columns), columns(columns) {}
  TOMBOLA_MEMBER void next() {
    if (++column == columns) column = 0, row++;
  }
};

TOMBOLA_INLINE void pack_examples(const calls::pack_examples& a, int begin, int end) {
  const bool image = a.image != 0;
  const int count = *a.count;  // examples of a last batch may be fewer
  const Positions from{a.features, a.time, a.lanes, image}, to{a.features, a.packed, a.lanes, image};
  for (int unit = begin; unit < end; unit++) {
    const int feature = unit % a.features, first = unit / a.features * width;
    for (int t = 0; t < a.packed; t++) {
      float* y = a.y + to.place(feature, t, first);
      PairWalk pair(t * a.lanes + first, a.batch);
      for (int n = 0; n < width; n++, pair.next())
        y[n] = pair.row < a.time && pair.column < count ? a.x[from.place(feature, pair.row, pair.column)] : a.fill;
    }
  }
}

TOMBOLA_INLINE void unpack_examples(const calls::unpack_examples& a, int begin, int end) {
  const bool image = a.image != 0;
  const Positions to{a.features, a.time, a.lanes, image}, from{a.features, a.packed, a.lanes, image};
  for (int unit = begin; unit < end; unit++) {
    const int feature = unit % a.features, first = unit / a.features * width;
    for (int t = 0; t < a.time; t++) {
      float* y = a.y + to.place(feature, t, first);
      PairWalk pair(t * a.batch + first, a.lanes);
      for (int n = 0; n < width; n++, pair.next())
        y[n] = first + n < a.batch ? a.x[from.place(feature, pair.row, pair.column)] : 0.0f;
    }
  }
}

}  // namespace tombola::TOMBOLA_ISA
