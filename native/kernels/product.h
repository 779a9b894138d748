// The dense product that every direction of a linear layer is: y[r][v] = start[r] + sum over k of a[r,k] x[k][v], where
// v runs over contiguous lanes. Forward: r outputs, k inputs, v the batch. Input gradient: r inputs, k outputs, v the
// batch. Weight gradient: r outputs, k the batch, v inputs (of the batch-major copy).
//
// Every result is one chain of fused multiply-adds in ascending k, so neither tile nor thread nor width changes a bit,
// and a pruned weight that is skipped gives the bits of one that is +0.
//
// Roofline: 2 R V 16 flops for each V loads of 64 bytes from L1 and R broadcasts; with R = 6, V = 4 on AVX-512 that is
// 24 multiply-adds for 4 + 6 loads, so arithmetic binds. A panel of `panel_depth` rows of x (24 KiB) stays in L1 while
// all rows of `a` pass over it.
#pragma once
#include "calls.h"

namespace tombola::TOMBOLA_ISA {

struct Product {
  float* y;
  ptrdiff_t y_stride;
  const float* x;
  ptrdiff_t x_stride;
  const float* a;
  ptrdiff_t a_row, a_step;
  int depth;             // extent of k
  const float* start;    // [rows], or null for +0
  bool relu;             // y = max(y, 0)
  const float* positive; // y = +0 where this, laid out as y, is not positive; or null
};

constexpr int panel_depth = 96;

TOMBOLA_INLINE f32x16 finish(const Product& p, f32x16 y, ptrdiff_t place) {
  if (p.relu) y = max(zero(), y);  // in this order NaN stays NaN
  if (p.positive) y = select(greater(load(p.positive + place), zero()), y, zero());
  return y;
}

template <int R, int V>
static void product_tile(const Product& p, int row, int lane, int k0, int k1) {
  f32x16 sums[R][V];
  for (int r = 0; r < R; r++)
    for (int v = 0; v < V; v++)
      sums[r][v] = k0 > 0 ? load(p.y + (row + r) * p.y_stride + lane + v * width)
                          : broadcast(p.start ? p.start[row + r] : 0.0f);
  const float* a = p.a + row * p.a_row + k0 * p.a_step;
  const float* x = p.x + k0 * p.x_stride + lane;
  for (int k = k0; k < k1; k++, a += p.a_step, x += p.x_stride) {
    f32x16 xs[V];
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) xs[v] = load(x + v * width);
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) {
      const f32x16 weight = broadcast(a[r * p.a_row]);
#pragma GCC unroll 8
      for (int v = 0; v < V; v++) sums[r][v] = fma(weight, xs[v], sums[r][v]);
    }
  }
  const bool last = k1 == p.depth;
  for (int r = 0; r < R; r++)
    for (int v = 0; v < V; v++) {
      const ptrdiff_t place = (row + r) * p.y_stride + lane + v * width;
      store(p.y + place, last ? finish(p, sums[r][v], place) : sums[r][v]);
    }
}

// The rows [row, end) of one panel, the last tile smaller.
template <int R, int V>
static void product_rows(const Product& p, int row, int end, int lane, int k0, int k1) {
  for (; row + R <= end; row += R) product_tile<R, V>(p, row, lane, k0, k1);
  if constexpr (R > 1)
    if (row < end) product_rows<R - 1, V>(p, row, end, lane, k0, k1);
}

template <int V>
static void product_lanes(const Product& p, int begin, int end, int lane, int lanes) {
  for (; lane + V * width <= lanes; lane += V * width)
    for (int k0 = 0; k0 < p.depth; k0 += panel_depth) {
      const int k1 = k0 + panel_depth < p.depth ? k0 + panel_depth : p.depth;
      product_rows<Tile::rows, V>(p, begin, end, lane, k0, k1);
    }
  if constexpr (V > 1)
    if (lane < lanes) product_lanes<V - 1>(p, begin, end, lane, lanes);
}

// Rows [begin, end) of y over all `lanes` columns.
static void product(const Product& p, int begin, int end, int lanes) {
  product_lanes<Tile::vectors>(p, begin, end, 0, lanes);
}

}  // namespace tombola::TOMBOLA_ISA
