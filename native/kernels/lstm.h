// An LSTM over the time of a block of 16 examples, and back-propagation through it. Units are blocks: a block runs through
// all time by itself, so threads never wait for each other, and the recurrent weight streams out of L2 once a step.
//
// What a layer leaves are six parts of H features: gates i, f, g, o, cell and output. Sums ascend, so a pruned weight that is
// skipped gives the bits of one that is +0.
// Roofline: a step does one multiply-add of 16 lanes a weight and reads 4 bytes of it (8 of a sparse one): arithmetic binds
// while the weight stays in L2.
#pragma once
#include "math.h"

namespace tombola::TOMBOLA_ISA {

constexpr int lstm_units = Tile::vectors >= 4 ? 2 : 1, lstm_columns = Tile::vectors >= 4 ? 16 : 4;

// A block's values: part p of feature u at time t is at place (p * units + u) * time + t.
struct Recurrence {
  int units, time;
  TOMBOLA_MEMBER ptrdiff_t place(int part, int unit, int t) const {
    return ((ptrdiff_t(part) * units + unit) * time + t) * width;
  }
};

// From four gates before their activation to the next cell and output.
struct Cell {
  const Recurrence& r;
  float* y;
  const float* c;  // before the first step
  float* next;     // outputs of this step
  TOMBOLA_MEMBER void step(int unit, int t, f32x16 a, f32x16 b, f32x16 g, f32x16 o) const {
    const f32x16 in = sigmoid(a), keep = sigmoid(b), content = tanh(g), out = sigmoid(o);
    const f32x16 before = load(t > 0 ? y + r.place(4, unit, t - 1) : c + unit * width);
    const f32x16 cell = fma(keep, before, mul(in, content)), h = mul(out, tanh(cell));
    store(y + r.place(0, unit, t), in);
    store(y + r.place(1, unit, t), keep);
    store(y + r.place(2, unit, t), content);
    store(y + r.place(3, unit, t), out);
    store(y + r.place(4, unit, t), cell);
    store(y + r.place(5, unit, t), h);
    store(next + unit * width, h);
  }
};

// `product(sums, unit, h)` adds the recurrent product to the gates of U units from `unit` on.
template <int U, class Product>
TOMBOLA_INLINE void lstm_tile(const Cell& cell, const float* x, const float* h, int unit, int t, const Product& product) {
  f32x16 sums[4 * U];
#pragma GCC unroll 8
  for (int i = 0; i < 4 * U; i++) sums[i] = load(x + cell.r.place(i / U, unit + i % U, t));
  product(sums, unit, h);
#pragma GCC unroll 2
  for (int u = 0; u < U; u++) cell.step(unit + u, t, sums[u], sums[U + u], sums[2 * U + u], sums[3 * U + u]);
}

// Runs one block through time; `many` takes lstm_units units at once, `one` a single one.
template <class Call, class Many, class One>
TOMBOLA_INLINE void lstm_block(const Call& a, int block, const Many& many, const One& one) {
  const Recurrence r{a.features, a.time};
  const ptrdiff_t size = ptrdiff_t(a.features) * width;
  const float *x = a.x + block * 4 * size * a.time, *h = a.h + block * size;
  float* next = a.context.scratch;
  for (int t = 0; t < a.time; t++) {
    const Cell cell{r, a.y + block * 6 * size * a.time, a.c + block * size, next};
    int unit = 0;
    for (; unit + lstm_units <= a.features; unit += lstm_units) lstm_tile<lstm_units>(cell, x, h, unit, t, many);
    for (; unit < a.features; unit++) lstm_tile<1>(cell, x, h, unit, t, one);
    h = next;
    next = next == a.context.scratch ? a.context.scratch + size : a.context.scratch;
  }
}

TOMBOLA_INLINE void lstm_dense(const calls::lstm_dense& a, int begin, int end) {
  const auto product = [&](auto& sums, int unit, const float* h) {
    constexpr int rows = sizeof(sums) / sizeof(f32x16);
    constexpr int units = rows / 4;
    const float* w[rows];
    for (int i = 0; i < rows; i++) w[i] = a.w + ptrdiff_t(i / units * a.features + unit + i % units) * a.stride;
    for (int k = 0; k < a.features; k++) {
      const f32x16 value = load(h + k * width);
#pragma GCC unroll 8
      for (int i = 0; i < rows; i++) sums[i] = fma(broadcast(w[i][k]), value, sums[i]);
    }
  };
  for (int block = begin; block < end; block++) lstm_block(a, block, product, product);
}

TOMBOLA_INLINE void lstm_sparse(const calls::lstm_sparse& a, int begin, int end) {
  const auto product = [&](auto& sums, int unit, const float* h) {
    constexpr int rows = sizeof(sums) / sizeof(f32x16);
    constexpr int units = rows / 4;
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
      const int row = i / units * a.features + unit + i % units;
      for (int k = a.start[row]; k < a.start[row + 1]; k++)
        sums[i] = fma(broadcast(a.values[k]), load(h + a.column[k] * width), sums[i]);
    }
  };
  for (int block = begin; block < end; block++) lstm_block(a, block, product, product);
}

// Back through one block; `recurrent(below, gates)` makes what the gates' gradients of a step send to the output before.
// Gradients reach what a layer leaves by its cell and its output alone.
template <class Call, class Recurrent>
TOMBOLA_INLINE void lstm_block_gradient(const Call& a, int block, const Recurrent& recurrent) {
  const Recurrence r{a.features, a.time};
  const ptrdiff_t size = ptrdiff_t(a.features) * width;
  const ptrdiff_t from = block * 6 * size * a.time;
  const float *dy = a.dy + from, *y = a.y + from, *c = a.c + block * size;
  float *dx = a.dx + block * 4 * size * a.time, *below = a.context.scratch, *carried = below + size, *gates = carried + size;
  const f32x16 one = broadcast(1.0f);
  for (ptrdiff_t i = 0; i < 2 * size; i += width) store(below + i, zero());
  for (int t = a.time - 1; t >= 0; t--) {
    for (int unit = 0; unit < a.features; unit++) {
      const auto part = [&](int which) { return load(y + r.place(which, unit, t)); };
      const f32x16 in = part(0), keep = part(1), content = part(2), out = part(3), bent = tanh(part(4));
      const f32x16 before = load(t > 0 ? y + r.place(4, unit, t - 1) : c + unit * width);
      const f32x16 dh = add(load(dy + r.place(5, unit, t)), load(below + unit * width));
      const f32x16 held = add(load(dy + r.place(4, unit, t)), load(carried + unit * width));
      const f32x16 dc = fma(mul(dh, out), fma(neg(bent), bent, one), held);
      const f32x16 all[4] = {mul(mul(dc, content), mul(in, sub(one, in))), mul(mul(dc, before), mul(keep, sub(one, keep))),
                             mul(mul(dc, in), fma(neg(content), content, one)), mul(mul(dh, bent), mul(out, sub(one, out)))};
      store(carried + unit * width, mul(dc, keep));
      for (int gate = 0; gate < 4; gate++) {
        store(dx + r.place(gate, unit, t), all[gate]);
        store(gates + (ptrdiff_t(gate) * a.features + unit) * width, all[gate]);
      }
    }
    if (t > 0) recurrent(below, gates);
  }
}

template <int N>
TOMBOLA_INLINE void lstm_columns_gradient(const float* w, int stride, int rows, const float* gates, float* below) {
  f32x16 sums[N];
  for (int j = 0; j < N; j++) sums[j] = zero();
  for (int o = 0; o < rows; o++, w += stride) {
    const f32x16 value = load(gates + ptrdiff_t(o) * width);
#pragma GCC unroll 16
    for (int j = 0; j < N; j++) sums[j] = fma(broadcast(w[j]), value, sums[j]);
  }
  for (int j = 0; j < N; j++) store(below + j * width, sums[j]);
}

TOMBOLA_INLINE void lstm_gradient_dense(const calls::lstm_gradient_dense& a, int begin, int end) {
  const auto recurrent = [&](float* below, const float* gates) {
    int j = 0;
    for (; j + lstm_columns <= a.features; j += lstm_columns)
      lstm_columns_gradient<lstm_columns>(a.w + j, a.stride, 4 * a.features, gates, below + j * width);
    for (; j < a.features; j++) lstm_columns_gradient<1>(a.w + j, a.stride, 4 * a.features, gates, below + j * width);
  };
  for (int block = begin; block < end; block++) lstm_block_gradient(a, block, recurrent);
}

TOMBOLA_INLINE void lstm_gradient_sparse(const calls::lstm_gradient_sparse& a, int begin, int end) {
  const auto recurrent = [&](float* below, const float* gates) {
    for (int j = 0; j < a.features; j++) {
      f32x16 total = zero();
      for (int k = a.start[j]; k < a.start[j + 1]; k++)
        total = fma(broadcast(a.values[a.position[k]]), load(gates + ptrdiff_t(a.row[k]) * width), total);
      store(below + j * width, total);
    }
  };
  for (int block = begin; block < end; block++) lstm_block_gradient(a, block, recurrent);
}

// y[u][t] = output at t - 1, h at the start: what the recurrent weight met. Units are planes.
TOMBOLA_INLINE void lstm_previous(const calls::lstm_previous& a, int begin, int end) {
  for (int unit = begin; unit < end; unit++) {
    const int block = unit / a.features, u = unit % a.features;
    const float* from = a.trace + ((ptrdiff_t(block) * 6 + 5) * a.features + u) * a.time * width;
    float* y = a.y + ptrdiff_t(unit) * a.time * width;
    store(y, load(a.h + ptrdiff_t(unit) * width));
    for (int t = 1; t < a.time; t++) store(y + t * width, load(from + (t - 1) * width));
  }
}

}  // namespace tombola::TOMBOLA_ISA
