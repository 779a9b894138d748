// Products of activations and the softmax between them, every lane an example of its own. Units are heads of blocks of 16
// examples; every sum is one chain in ascending order, whatever the tile.
// Roofline: arithmetic. A tile of 4 x 4 vectors does 16 multiply-adds for 8 loads from L1; the softmax is bound by exp.
#pragma once
#include "math.h"

namespace tombola::TOMBOLA_ISA {

constexpr int lane_tile = Tile::vectors >= 4 ? 4 : Tile::rows >= 5 ? 2 : 1;

// y[r][c] = scale * sum over k of a[r, k] b[k, c]; strides count vectors.
struct LaneProduct {
  float* y;
  const float *a, *b;
  ptrdiff_t a_row, a_step, b_column, b_step;
  int rows, columns, depth;
  f32x16 scale;
};

template <int R, int C>
static void lane_product_tile(const LaneProduct& p, int row, int column) {
  const float *a = p.a + row * p.a_row * width, *b = p.b + column * p.b_column * width;
  f32x16 sums[R][C];
  for (int r = 0; r < R; r++)
    for (int c = 0; c < C; c++) sums[r][c] = zero();
  for (int k = 0; k < p.depth; k++, a += p.a_step * width, b += p.b_step * width) {
    f32x16 bs[C];
#pragma GCC unroll 4
    for (int c = 0; c < C; c++) bs[c] = load(b + c * p.b_column * width);
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) {
      const f32x16 left = load(a + r * p.a_row * width);
#pragma GCC unroll 4
      for (int c = 0; c < C; c++) sums[r][c] = fma(left, bs[c], sums[r][c]);
    }
  }
  for (int r = 0; r < R; r++)
    for (int c = 0; c < C; c++)
      store(p.y + (ptrdiff_t(row + r) * p.columns + column + c) * width, mul(p.scale, sums[r][c]));
}

template <int R>
static void lane_product_rows(const LaneProduct& p, int row) {
  int column = 0;
  for (; column + lane_tile <= p.columns; column += lane_tile) lane_product_tile<R, lane_tile>(p, row, column);
  for (; column < p.columns; column++) lane_product_tile<R, 1>(p, row, column);
}

// Forms: 0, scores of queries and keys; 1, values mixed along keys; 2, along queries.
TOMBOLA_INLINE void lane_product(const calls::lane_product& a, int begin, int end) {
  const ptrdiff_t left = ptrdiff_t(a.rows) * a.depth * width, right = ptrdiff_t(a.columns) * a.depth * width;
  for (int unit = begin; unit < end; unit++) {
    const bool is_scores = a.form == 0, is_mix = a.form == 1;
    const LaneProduct p{a.y + ptrdiff_t(unit) * a.rows * a.columns * width,
                        a.a + unit * left,
                        a.b + unit * right,
                        is_scores ? 1 : a.depth,
                        is_scores ? a.rows : 1,
                        is_mix ? a.depth : 1,
                        is_mix ? 1 : a.columns,
                        a.rows,
                        a.columns,
                        a.depth,
                        broadcast(a.scale)};
    int row = 0;
    for (; row + lane_tile <= p.rows; row += lane_tile) lane_product_rows<lane_tile>(p, row);
    for (; row < p.rows; row++) lane_product_rows<1>(p, row);
  }
}

// Softmax over the keys before each example's length, +0 behind it; all +0 where the length is 0.
TOMBOLA_INLINE void masked_softmax(const calls::masked_softmax& a, int begin, int end) {
  for (int unit = begin; unit < end; unit++) {
    const f32x16 length = a.lengths ? load(a.lengths + unit / a.heads * width) : broadcast(float(a.columns));
    for (int row = 0; row < a.rows; row++) {
      const ptrdiff_t from = (ptrdiff_t(unit) * a.rows + row) * a.columns * width;
      const float* x = a.x + from;
      float* y = a.y + from;
      f32x16 top = broadcast(-3.0e38f), total = zero();
      for (int j = 0; j < a.columns; j++)
        top = select(less(broadcast(float(j)), length), max(load(x + j * width), top), top);
      for (int j = 0; j < a.columns; j++) {
        const f32x16 e = select(less(broadcast(float(j)), length), exp(sub(load(x + j * width), top)), zero());
        store(y + j * width, e);
        total = add(total, e);
      }
      const f32x16 share = select(equal(length, zero()), zero(), div(broadcast(1.0f), total));
      for (int j = 0; j < a.columns; j++) store(y + j * width, mul(load(y + j * width), share));
    }
  }
}

// dx = y (dy - sum over keys of dy y).
TOMBOLA_INLINE void masked_softmax_gradient(const calls::masked_softmax_gradient& a, int begin, int end) {
  for (int row = begin * a.rows; row < end * a.rows; row++) {
    const ptrdiff_t from = ptrdiff_t(row) * a.columns * width;
    f32x16 along = zero();
    for (int j = 0; j < a.columns; j++) along = fma(load(a.dy + from + j * width), load(a.y + from + j * width), along);
    for (int j = 0; j < a.columns; j++) {
      const ptrdiff_t place = from + j * width;
      store(a.dx + place, mul(load(a.y + place), sub(load(a.dy + place), along)));
    }
  }
}

}  // namespace tombola::TOMBOLA_ISA
