// Convolutions with every weight stored, and their input gradients, straight from the images: result pixels that meet the
// same taps make a region (src/program/convolution-regions.ts), so padding costs nothing and needs no copy.
//
// Every result is one chain of fused multiply-adds from its start (bias, addend or +0): over the source's channels, and
// within a channel over the kernel's taps, ascending forward and descending in the input gradient. Neither tile nor
// thread nor width changes a bit.
//
// Roofline: a tile of R result channels x V pixels does R V multiply-adds of 16 lanes for V loads of 64 bytes and R
// broadcasts, so arithmetic binds: with R = 6, V = 4 a step of 24 multiply-adds waits for 6 loads from L1, most of which
// the tap before has brought there. A strip of rows keeps the source in L2 while all channels pass over it.
// Measured, one thread of AVX-512, batch 128, in shares of the multiply-add peak with all taps counted: 3x3 on 16 x 32 x
// 32 to 64 x 8 x 8 88 to 105 %, on 64 x 32 x 32 to 512 x 4 x 4 85 to 125 %, on 512 x 2 x 2 95 to 165 % (taps on padding
// are skipped); stride 2 65 to 83 %; 1x1 on 64 x 16 x 16 60 %, with stride 2 on 16 x 32 x 32 memory binds.
#pragma once
#include "convolution_ends.h"

namespace tombola::TOMBOLA_ISA {

// A tap of a region: where its pixel lies from the region's, and its weight from the channel's first.
struct Tap { int32_t source, weight; };

struct Region {
  int32_t result, rows, row_step, columns, column_step;  // in floats from the channel's first pixel
  int32_t source, source_row, source_column;             // where the first pixel meets offset 0, and steps
  int32_t taps, first_tap;
};

// The table of a call, in the order of its fields, behind it the strips' first regions, the regions and the taps.
struct DenseTable {
  int32_t blocks, strips, groups, channels, depth;        // result and source channels of one group
  int32_t result_block, result_channel, source_block, source_channel;
  int32_t weight_row, weight_step, weight_group;          // from one result channel, source channel and group to the next
  int32_t regions;

  TOMBOLA_MEMBER const int32_t* strip() const { return &regions + 1; }
  TOMBOLA_MEMBER const Region* region() const { return reinterpret_cast<const Region*>(strip() + strips + 1); }
  TOMBOLA_MEMBER const Tap* tap() const { return reinterpret_cast<const Tap*>(region() + regions); }
};

// A tile's place: pointers to its first pixel and weight, and the first of its channels.
struct Spot {
  float* y;
  const float *x, *w;
  ptrdiff_t place;  // of the first pixel, from the result's first
  int channel, depth;  // and how many source channels are added
};

// Source channels that are added at a time where there are more than any image has, as from the words of a vocabulary: their
// weights stay in L2 while all tiles pass over them. Sums wait in the result and go on as they were.
constexpr int deep = 1024, depth_panel = 256;

template <int R, int V>
static void convolve_tile(const DenseTable& t, const Region& region, const Ends& ends, Spot at) {
  f32x16 sums[R][V];
  const ptrdiff_t step = region.column_step, y_row = t.result_channel;
  if (ends.addend) {
    for (int r = 0; r < R; r++)
#pragma GCC unroll 8
      for (int v = 0; v < V; v++) sums[r][v] = load(ends.addend + at.place + r * y_row + v * step);
  } else {
#pragma GCC unroll 8
    for (int r = 0; r < R; r++)
#pragma GCC unroll 8
      for (int v = 0; v < V; v++) sums[r][v] = ends.bias ? broadcast(ends.bias[at.channel + r]) : zero();
  }
  // Results are met for the first time, and so are the pixels that the next tile begins with: both are fetched ahead.
#pragma GCC unroll 8
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) __builtin_prefetch(at.y + r * y_row + v * step, 1);
  const ptrdiff_t x_step = region.source_column, w_row = t.weight_row;
  const Tap *first = t.tap() + region.first_tap, *last = first + region.taps;
  const ptrdiff_t ahead = (first < last ? last[-1].source : 0) + V * x_step;
  for (int c = 0; c < at.depth; c++, at.x += t.source_channel, at.w += t.weight_step) {
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) __builtin_prefetch(at.x + ahead + v * x_step);
    for (const Tap* tap = first; tap < last; tap++) {
      const float *x = at.x + tap->source, *w = at.w + tap->weight;
      f32x16 xs[V];
#pragma GCC unroll 8
      for (int v = 0; v < V; v++) xs[v] = load(x + v * x_step);
#pragma GCC unroll 8
      for (int r = 0; r < R; r++) {
        const f32x16 weight = broadcast(w[r * w_row]);
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) sums[r][v] = fma(weight, xs[v], sums[r][v]);
      }
    }
  }
  for (int r = 0; r < R; r++)
    for (int v = 0; v < V; v++) {
      const ptrdiff_t place = r * y_row + v * step;
      store(at.y + place, ends.finish(sums[r][v], at.place + place));
    }
}

template <int R, int V>
static void convolve_columns(const DenseTable& t, const Region& region, const Ends& ends, Spot at, int columns) {
  for (; columns >= V; columns -= V) {
    convolve_tile<R, V>(t, region, ends, at);
    at.x += V * region.source_column;
    at.y += V * region.column_step;
    at.place += V * region.column_step;
  }
  if constexpr (V > 1)
    if (columns > 0) convolve_columns<R, V - 1>(t, region, ends, at, columns);
}

// The rows of one region for `count` channels, at most R.
template <int R>
static void convolve_region(const DenseTable& t, const Region& region, const Ends& ends, Spot at, int count) {
  if constexpr (R > 1)
    if (count < R) return convolve_region<R - 1>(t, region, ends, at, count);
  for (int row = 0; row < region.rows; row++)
    convolve_columns<R, Tile::vectors>(t, region, ends,
                                       {at.y + ptrdiff_t(row) * region.row_step, at.x + ptrdiff_t(row) * region.source_row,
                                        at.w, at.place + ptrdiff_t(row) * region.row_step, at.channel, at.depth},
                                       region.columns);
}

// One strip of rows of one block: all channels of a group, in even tiles of at most Tile::rows.
static void convolve_strip(const DenseTable& t, const Ends& ends, Spot block, int strip) {
  const int tiles = (t.channels + Tile::rows - 1) / Tile::rows;
  for (int tile = 0; tile < tiles; tile++) {
    const int channel = t.channels * tile / tiles, count = t.channels * (tile + 1) / tiles - channel;
    const ptrdiff_t row = ptrdiff_t(channel) * t.result_channel;
    for (int i = t.strip()[strip]; i < t.strip()[strip + 1]; i++) {
      const Region& region = t.region()[i];
      convolve_region<Tile::rows>(t, region, ends,
                                  {block.y + row + region.result, block.x + region.source,
                                   block.w + ptrdiff_t(channel) * t.weight_row, block.place + row + region.result,
                                   block.channel + channel, block.depth},
                                  count);
    }
  }
}

// Units are the strips of all blocks.
static void convolve(const DenseTable& t, const Ends& ends, Spot first, int begin, int end) {
  for (int unit = begin; unit < end; unit++)
    for (int group = 0; group < t.groups; group++) {
      const ptrdiff_t block = unit / t.strips, place = block * t.result_block + ptrdiff_t(group) * t.channels * t.result_channel;
      const float* x = first.x + block * t.source_block + ptrdiff_t(group) * t.depth * t.source_channel;
      const float* w = first.w + ptrdiff_t(group) * t.weight_group;
      const int panel = t.depth > deep ? depth_panel : t.depth;
      for (int from = 0; from == 0 || from < t.depth; from += panel) {
        const int left = t.depth - from, depth = left < panel ? left : panel;
        const bool opens = from == 0, closes = depth == left;
        const Ends own{opens ? ends.bias : nullptr, opens ? ends.addend : first.y, closes && ends.relu, closes ? ends.positive : nullptr};
        convolve_strip(t, own,
                       {first.y + place, x + ptrdiff_t(from) * t.source_channel, w + ptrdiff_t(from) * t.weight_step, place,
                        group * t.channels, depth},
                       unit % t.strips);
      }
    }
}

TOMBOLA_INLINE void convolution_forward_dense(const calls::convolution_forward_dense& a, int begin, int end) {
  const auto* table = reinterpret_cast<const DenseTable*>(a.table);
  convolve(*table, {a.bias, nullptr, a.relu != 0, nullptr}, {a.y, a.x, a.w, 0, 0, 0}, begin, end);
}

TOMBOLA_INLINE void convolution_input_gradient_dense(const calls::convolution_input_gradient_dense& a, int begin, int end) {
  const auto* table = reinterpret_cast<const DenseTable*>(a.table);
  convolve(*table, {nullptr, a.addend, false, a.relu}, {a.dx, a.dy, a.w, 0, 0, 0}, begin, end);
}

}  // namespace tombola::TOMBOLA_ISA
