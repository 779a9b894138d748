// Convolutions with only the kept weights stored, and their input gradients. The source of a tile of result pixels is
// copied into the thread's scratch, padded with zeros, so that a weight is one scalar times neighbouring pixels at a
// constant offset; every result channel has its list of (offset, weight).
//
// Every result is one chain of fused multiply-adds in the order of its list: that of the dense kernel, whose terms it
// keeps. Where channels are split into panels the chain rests in the result, which changes no bit.
//
// Roofline: a kept weight costs U loads of 64 bytes and U multiply-adds for U pixels, and a broadcast. The load port
// binds at one multiply-add a cycle while the panel is in L1 (75 % of the peak is reached), L2's 32 bytes a cycle at half
// of that where it is not, and at low densities the passes over source and result: 64 bytes in, copied once, and 64 out,
// read before they are written, for every pixel of 16 lanes.
// Measured, one thread of AVX-512, batch 128, in GFLOP/s of kept weights (the peak is 117) at densities of 20, 5 and 2 %:
// 3x3 on 64 x 8 x 8 55 to 68, 46 to 50, 38 to 42; on 256 x 8 x 8 55, 45, 26 to 39; on 512 x 4 x 4 55 to 62, 44 to 48, 41.
// On 16 x 32 x 32, whose 8 + 8 MB stream from memory, 42, 19, 10; from the level-3 cache (batch 32) 61, 35.
#pragma once
#include "convolution_ends.h"

namespace tombola::TOMBOLA_ISA {

// A kept weight of a list: where its pixel lies from the result's in the panel, and its value's place.
struct Entry { int32_t offset, position; };

// Result pixels first + step * i along both axes, which meet one list of weights for each channel.
struct PixelPhase { int32_t result, rows, row_step, columns, column_step; };

// The table of a call, in the order of its fields, behind it the phases.
struct SparseTable {
  int32_t strips, tiles, chunks;  // a block's units: bands of rows, of columns and of result channels
  int32_t tile_rows, tile_columns;
  int32_t channels, bias_channels, result_block, result_channel;  // bias_channels results share a bias
  int32_t source_channels, source_block, source_channel, source_row, source_column, source_height, source_width;
  int32_t row_step, column_step, first_row, first_column;  // of the source, from one result pixel to the next
  int32_t panels, panel_channels, panel_channel, panel_row, panel_columns, reach;  // reach: rows beyond a result's own
  int32_t direct;  // no copy is needed: the source itself serves as panel
  int32_t phases;

  TOMBOLA_MEMBER const PixelPhase* phase() const { return reinterpret_cast<const PixelPhase*>(&phases + 1); }
  // From the bounds of one channel's lists to the next: where each panel's begins, and where the last one ends.
  TOMBOLA_MEMBER ptrdiff_t channel_bounds() const { return panels + 1; }
};

// What one panel adds to one phase of a tile.
struct SparseWork {
  const SparseTable& t;
  const PixelPhase& phase;
  const Ends& ends;
  const Entry* entries;
  const float* values;
  const int32_t* bounds;
  int begin, end;  // result channels
  bool is_first, is_last;
};

// S rows of U neighbouring pixels, for all channels; `y` and `place` are those of channel 0. Neighbours in the result are
// `Step` floats apart, or as far as the phase says where Step is 0.
template <int Step, int S, int U>
static void sparse_pixels(const SparseWork& work, const float* panel, float* y, ptrdiff_t place) {
  const ptrdiff_t row = work.phase.row_step, step = Step ? Step : work.phase.column_step;
  const ptrdiff_t panel_row = ptrdiff_t(work.t.row_step) * work.t.panel_row;
  const Ends& ends = work.ends;
  for (int channel = work.begin; channel < work.end; channel++) {
    const int32_t* bounds = work.bounds + channel * work.t.channel_bounds();
    if (bounds[0] == bounds[1] && !work.is_first && !work.is_last) continue;
    const ptrdiff_t from = ptrdiff_t(channel) * work.t.result_channel;
    f32x16 sums[S][U];
    if (work.is_first && !ends.addend) {
      const f32x16 start = ends.bias ? broadcast(ends.bias[channel / work.t.bias_channels]) : zero();
#pragma GCC unroll 16
      for (int s = 0; s < S; s++)
#pragma GCC unroll 16
        for (int u = 0; u < U; u++) sums[s][u] = start;
    } else {
      const float* start = work.is_first ? ends.addend + place + from : y + from;
#pragma GCC unroll 16
      for (int s = 0; s < S; s++, start += row)
#pragma GCC unroll 16
        for (int u = 0; u < U; u++) sums[s][u] = load(start + u * step);
    }
    for (const Entry *entry = work.entries + bounds[0], *last = work.entries + bounds[1]; entry < last; entry++) {
      const f32x16 weight = broadcast(work.values[entry->position]);
      const float* x = panel + entry->offset;
#pragma GCC unroll 16
      for (int s = 0; s < S; s++, x += panel_row)
#pragma GCC unroll 16
        for (int u = 0; u < U; u++) sums[s][u] = fma(weight, load(x + u * width), sums[s][u]);
    }
    if (work.is_last && ends.changes())
#pragma GCC unroll 16
      for (int s = 0; s < S; s++)
#pragma GCC unroll 16
        for (int u = 0; u < U; u++) sums[s][u] = ends.finish(sums[s][u], place + from + s * row + u * step);
    float* to = y + from;
#pragma GCC unroll 16
    for (int s = 0; s < S; s++, to += row)
#pragma GCC unroll 16
      for (int u = 0; u < U; u++) store(to + u * step, sums[s][u]);
  }
}

// Vectors of pixels that a list carries in registers.
constexpr int sparse_pixels_most = Tile::vectors > 1 ? 2 * Tile::sparse : Tile::sparse;

template <int Step, int S, int U>
static void sparse_columns(const SparseWork& work, const float* panel, float* y, ptrdiff_t place, int columns) {
  if constexpr (U > 0) {
    if (columns == U) return sparse_pixels<Step, S, U>(work, panel, y, place);
    sparse_columns<Step, S, U - 1>(work, panel, y, place, columns);
  }
}

// The pixels of a tile: rows in fours or pairs where they are short.
template <int Step>
static void sparse_tile(const SparseWork& work, const float* panel, float* y, ptrdiff_t place, int rows, int columns) {
  constexpr int most = sparse_pixels_most;
  const int parts = (columns + most - 1) / most;
  for (int part = 0; part < parts; part++) {
    const int first = columns * part / parts, count = columns * (part + 1) / parts - first;
    for (int row = 0, S; row < rows; row += S) {
      const ptrdiff_t to = ptrdiff_t(row) * work.phase.row_step + ptrdiff_t(first) * work.phase.column_step;
      const float* from = panel + ptrdiff_t(row) * work.t.row_step * work.t.panel_row + first * width;
      S = rows - row >= 4 && 4 * count <= most ? 4 : rows - row >= 2 && 2 * count <= most ? 2 : 1;
      if (S == 4) sparse_columns<Step, 4, most / 4>(work, from, y + to, place + to, count);
      else if (S == 2) sparse_columns<Step, 2, most / 2>(work, from, y + to, place + to, count);
      else sparse_columns<Step, 1, most>(work, from, y + to, place + to, count);
    }
  }
}

TOMBOLA_INLINE void clear(float* to, int vectors) {
  for (int v = 0; v < vectors; v++) store(to + v * width, zero());
}

// One row of the source from column `first` on, as `column_step` rows of every so many-th pixel, zeros outside.
static void stage_row(const SparseTable& t, const float* x, float* to, int first) {
  for (int part = 0; part < t.column_step; part++, first++, to += t.panel_columns * width) {
    const int step = t.column_step;
    int inside = first < 0 ? (step - 1 - first) / step : 0;
    if (inside > t.panel_columns) inside = t.panel_columns;
    int outside = first < t.source_width ? (t.source_width - 1 - first) / step + 1 : 0;
    if (outside > t.panel_columns) outside = t.panel_columns;
    if (outside < inside) outside = inside;
    clear(to, inside);
    const float* from = x + ptrdiff_t(first + inside * step) * t.source_column;
    const ptrdiff_t from_step = ptrdiff_t(step) * t.source_column;
    for (int v = inside; v < outside; v++, from += from_step) store(to + v * width, load(from));
    clear(to + outside * width, t.panel_columns - outside);
  }
}

// The source of a tile's `rows` rows from source row `row` and column `column` on, of the panel's channels.
static void stage(const SparseTable& t, const float* x, float* panel, int channels, int row, int rows, int column) {
  for (int c = 0; c < channels; c++)
    for (int r = 0; r < rows; r++) {
      float* to = panel + ptrdiff_t(c) * t.panel_channel + ptrdiff_t(r) * t.panel_row;
      if (row + r < 0 || row + r >= t.source_height) clear(to, t.column_step * t.panel_columns);
      else stage_row(t, x + ptrdiff_t(c) * t.source_channel + ptrdiff_t(row + r) * t.source_row, to, column);
    }
}

struct SparseCall {
  const SparseTable& t;
  const Ends& ends;
  const int32_t* bounds;  // [phase][channel][panel + 1]
  const Entry* entries;
  const float *values, *x;
  float *y, *scratch;

  // One tile of one block, from row and column of the phases' pixels on, for the result channels [begin, end).
  TOMBOLA_MEMBER void tile(int block, int row, int column, int begin, int end) const {
    const float* source = x + ptrdiff_t(block) * t.source_block;
    for (int panel = 0; panel < t.panels; panel++) {
      const int channel = panel * t.panel_channels;
      const float* from = source + ptrdiff_t(channel) * t.source_channel;
      const int source_row = row * t.row_step + t.first_row, source_column = column * t.column_step + t.first_column;
      if (t.direct) from += ptrdiff_t(source_row) * t.source_row + source_column * width;
      else {
        const int rows = (least(t.tile_rows, t.phase()[0].rows - row) - 1) * t.row_step + t.reach + 1;
        stage(t, from, scratch, least(t.panel_channels, t.source_channels - channel), source_row, rows, source_column);
        from = scratch;
      }
      for (int p = 0; p < t.phases; p++) add(block, panel, p, row, column, begin, end, from);
    }
  }

  TOMBOLA_MEMBER void add(int block, int panel, int p, int row, int column, int begin, int end, const float* from) const {
    const PixelPhase& phase = t.phase()[p];
    const int rows = least(t.tile_rows, phase.rows - row), columns = least(t.tile_columns, phase.columns - column);
    const ptrdiff_t place = ptrdiff_t(block) * t.result_block + phase.result + ptrdiff_t(row) * phase.row_step +
                            ptrdiff_t(column) * phase.column_step;
    const int32_t* own = bounds + ptrdiff_t(p) * t.channels * t.channel_bounds() + panel;
    const SparseWork work{t, phase, ends, entries, values, own, begin, end, panel == 0, panel == t.panels - 1};
    if (rows <= 0 || columns <= 0) return;
    if (phase.column_step == width) sparse_tile<width>(work, from, y + place, place, rows, columns);
    else sparse_tile<0>(work, from, y + place, place, rows, columns);
  }

  static TOMBOLA_MEMBER int least(int a, int b) { return a < b ? a : b; }

  // Units are the chunks of the tiles of the strips of all blocks.
  TOMBOLA_MEMBER void units(int begin, int end) const {
    for (int unit = begin; unit < end; unit++) {
      const int chunk = unit % t.chunks, column = unit / t.chunks % t.tiles, strip = unit / t.chunks / t.tiles;
      tile(strip / t.strips, strip % t.strips * t.tile_rows, column * t.tile_columns, t.channels * chunk / t.chunks,
           t.channels * (chunk + 1) / t.chunks);
    }
  }
};

// One direction of a call, whose weights are `values`.
template <class Call>
TOMBOLA_INLINE void sparse_units(const Call& a, const Ends& ends, const float* values, const float* x, float* y, int begin,
                                 int end) {
  const auto* table = reinterpret_cast<const SparseTable*>(a.table);
  const auto* entries = reinterpret_cast<const Entry*>(a.entries);
  SparseCall{*table, ends, a.bounds, entries, values, x, y, a.context.scratch}.units(begin, end);
}

TOMBOLA_INLINE void convolution_forward_sparse(const calls::convolution_forward_sparse& a, int begin, int end) {
  sparse_units(a, {a.bias, nullptr, a.relu != 0, nullptr}, a.values, a.x, a.y, begin, end);
}

TOMBOLA_INLINE void convolution_input_gradient_sparse(const calls::convolution_input_gradient_sparse& a, int begin, int end) {
  sparse_units(a, {nullptr, a.addend, false, a.relu}, a.values, a.dy, a.dx, begin, end);
}

// The same of a weight that is stored in rows, whose lists list_kept made.
TOMBOLA_INLINE void convolution_forward_kept(const calls::convolution_forward_kept& a, int begin, int end) {
  sparse_units(a, {a.bias, nullptr, a.relu != 0, nullptr}, a.w, a.x, a.y, begin, end);
}

TOMBOLA_INLINE void convolution_input_gradient_kept(const calls::convolution_input_gradient_kept& a, int begin, int end) {
  sparse_units(a, {nullptr, a.addend, false, a.relu}, a.w, a.dy, a.dx, begin, end);
}

}  // namespace tombola::TOMBOLA_ISA
