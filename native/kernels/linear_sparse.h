// Linear layers with only the kept weights stored: one weight is one scalar times one vector of lanes.
//
// Roofline: a kept weight costs V loads of 64 bytes and V multiply-adds for V * 16 lanes (plus 8 bytes of index and
// value), so the load port binds at one multiply-add a cycle while x is in L1, and L2's bandwidth where it is not.
#pragma once
#include "calls.h"

namespace tombola::TOMBOLA_ISA {

// Vectors of lanes that one pass over a row's weights carries in registers.
constexpr int sparse_vectors = Tile::sparse;

// One row of y over V vectors: start + sum over the row's weights, ascending.
template <int V, class Weight>
TOMBOLA_INLINE void gather_row(f32x16 (&sums)[V], const float* x, int lanes, const int32_t* place, int first, int last,
                               Weight weight) {
  for (int k = first; k < last; k++) {
    const f32x16 w = broadcast(weight(k));
    const float* from = x + ptrdiff_t(place[k]) * lanes;
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) sums[v] = fma(w, load(from + v * width), sums[v]);
  }
}

// Calls body<V>(lane) for lanes in the widest steps that fit.
template <int V, class Body>
TOMBOLA_INLINE void each_vectors(int lane, int lanes, const Body& body) {
  for (; lane + V * width <= lanes; lane += V * width) body.template run<V>(lane);
  if constexpr (V > 1) each_vectors<V / 2>(lane, lanes, body);
}

struct ForwardRow {
  float* y;
  const float *x, *values;
  const int32_t* column;
  int first, last, lanes;
  float bias;
  bool relu;
  template <int V>
  TOMBOLA_MEMBER void run(int lane) const {
    f32x16 sums[V];
    for (int v = 0; v < V; v++) sums[v] = broadcast(bias);
    const float* value = values;
    gather_row<V>(sums, x + lane, lanes, column, first, last, [value](int k) { return value[k]; });
    for (int v = 0; v < V; v++) store(y + lane + v * width, relu ? max(zero(), sums[v]) : sums[v]);
  }
};

TOMBOLA_INLINE void linear_forward_sparse(const calls::linear_forward_sparse& a, int begin, int end) {
  for (int o = begin; o < end; o++)
    each_vectors<sparse_vectors>(0, a.lanes,
                                 ForwardRow{a.y + ptrdiff_t(o) * a.lanes, a.x, a.values, a.column, a.start[o],
                                            a.start[o + 1], a.lanes, a.bias ? a.bias[o] : 0.0f, a.relu != 0});
}

struct InputGradientRow {
  float* dx;
  const float *dy, *values;
  const int32_t *row, *position;
  int first, last, lanes;
  const float* positive;
  template <int V>
  TOMBOLA_MEMBER void run(int lane) const {
    f32x16 sums[V];
    for (int v = 0; v < V; v++) sums[v] = zero();
    const float* value = values;
    const int32_t* at = position;
    gather_row<V>(sums, dy + lane, lanes, row, first, last, [value, at](int k) { return value[at[k]]; });
    for (int v = 0; v < V; v++) {
      const int place = lane + v * width;
      store(dx + place, positive ? select(greater(load(positive + place), zero()), sums[v], zero()) : sums[v]);
    }
  }
};

TOMBOLA_INLINE void linear_input_gradient_sparse(const calls::linear_input_gradient_sparse& a, int begin, int end) {
  for (int i = begin; i < end; i++)
    each_vectors<sparse_vectors>(0, a.lanes,
                                 InputGradientRow{a.dx + ptrdiff_t(i) * a.lanes, a.dy, a.values, a.row, a.position,
                                                  a.start[i], a.start[i + 1], a.lanes,
                                                  a.relu ? a.relu + ptrdiff_t(i) * a.lanes : nullptr});
}

// dy . x over lanes (a constant in the hot instances), before the tree: lane l of the partial sum holds n = l, l + 16, ...
TOMBOLA_INLINE folded partial_dot(const float* dy, const float* x, int lanes) {
  f32x16 part = mul(load(dy), load(x));
  for (int n = width; n < lanes; n += width) part = fma(load(dy + n), load(x + n), part);
  return fold(part);
}

// The weight gradient of one row in groups of 16 weights, whose dot products are summed by one transposing tree.
TOMBOLA_INLINE void weight_gradient_row(float* dvalues, const float* dy, const float* x, const int32_t* column, int count,
                                        int lanes) {
  int k = 0;
  for (; k + width <= count; k += width) {
    folded parts[width];
#pragma GCC unroll Tile::dots
    for (int j = 0; j < width; j++) parts[j] = partial_dot(dy, x + ptrdiff_t(column[k + j]) * lanes, lanes);
    store(dvalues + k, sum16(parts));
  }
  if (k == count) return;
  folded rest[width];
  for (int j = 0; j < width; j++) rest[j] = fold(zero());
  for (int j = 0; k + j < count; j++) rest[j] = partial_dot(dy, x + ptrdiff_t(column[k + j]) * lanes, lanes);
  float sums[width];
  store(sums, sum16(rest));
  for (int j = 0; k + j < count; j++) dvalues[k + j] = sums[j];
}

struct WeightGradient {
  float* dvalues;
  const float *dy, *x;
  const int32_t *start, *column;
  TOMBOLA_MEMBER void rows(int begin, int end, int lanes) const {
    for (int o = begin; o < end; o++)
      weight_gradient_row(dvalues + start[o], dy + ptrdiff_t(o) * lanes, x, column + start[o], start[o + 1] - start[o], lanes);
  }
};

TOMBOLA_INLINE void linear_weight_gradient_sparse(const calls::linear_weight_gradient_sparse& a, int begin, int end) {
  const WeightGradient gradient{a.dvalues, a.dy, a.x, a.start, a.column};
  if (a.lanes == 4 * width) return gradient.rows(begin, end, 4 * width);
  if (a.lanes == 8 * width) return gradient.rows(begin, end, 8 * width);
  gradient.rows(begin, end, a.lanes);
}

}  // namespace tombola::TOMBOLA_ISA
