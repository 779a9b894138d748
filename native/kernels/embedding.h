// Rows of a table at every position of a sequence, and where the gradient of every row comes from.
//
// Tokens are whole numbers as floats, [time][lanes]; one that is no row of the table reads +0 and learns nothing. The
// gradient is summed by token, then by position in the order of memory: positions are sorted by token first, and each row
// finds its own. So no sum depends on how rows fall to threads.
// Roofline: memory. Every position moves 8 bytes a feature, and the gradient writes every row of the table.
#pragma once
#include "calls.h"

namespace tombola::TOMBOLA_ISA {

constexpr int digit_bits = 11, digit_count = 1 << digit_bits;

TOMBOLA_INLINE int token_of(const float* ids, ptrdiff_t place, int rows) {
  const float id = ids[place];
  return id >= 0.0f && id < float(rows) ? int(id) : -1;
}

// Calls body(y, token, step) for the lanes of every unit: the first of a position's features, and how far apart they lie.
template <class Call, class Body>
TOMBOLA_INLINE void each_token(const Call& a, int begin, int end, const Body& body) {
  for (int unit = begin; unit < end; unit++) {
    const int block = unit / a.time, t = unit % a.time;
    float* y = a.y + (ptrdiff_t(block) * a.features * a.time + t) * width;
    for (int n = 0; n < width; n++)
      body(y + n, token_of(a.ids, ptrdiff_t(t) * a.lanes + block * width + n, a.rows), ptrdiff_t(a.time) * width);
  }
}

TOMBOLA_INLINE void embedding_dense(const calls::embedding_dense& a, int begin, int end) {
  each_token(a, begin, end, [&](float* y, int token, ptrdiff_t step) {
    const float* row = a.w + ptrdiff_t(token < 0 ? 0 : token) * a.stride;
    for (int f = 0; f < a.features; f++) y[f * step] = token < 0 ? 0.0f : row[f];
  });
}

TOMBOLA_INLINE void embedding_sparse(const calls::embedding_sparse& a, int begin, int end) {
  each_token(a, begin, end, [&](float* y, int token, ptrdiff_t step) {
    for (int f = 0; f < a.features; f++) y[f * step] = 0.0f;
    if (token < 0) return;
    for (int k = a.start[token]; k < a.start[token + 1]; k++) y[a.column[k] * step] = a.values[k];
  });
}

// Positions in the order of their tokens: order = [how many, tokens..., positions...], sorted by digits from the lowest.
TOMBOLA_INLINE void sort_tokens(const calls::sort_tokens& a, int, int) {
  const int size = a.time * a.lanes;
  int32_t* counts = reinterpret_cast<int32_t*>(a.context.scratch);
  int32_t *keys = a.order + 1, *next = a.work;
  int count = 0;
  for (int place = 0; place < size; place++) {
    const int token = token_of(a.ids, place, a.rows);
    if (token < 0 || token == a.padding) continue;
    keys[count] = token;
    keys[size + count++] = place;
  }
  a.order[0] = count;
  for (int shift = 0; shift == 0 || (a.rows - 1) >> shift > 0; shift += digit_bits) {
    for (int i = 0; i < digit_count; i++) counts[i] = 0;
    for (int i = 0; i < count; i++) counts[keys[i] >> shift & (digit_count - 1)]++;
    for (int i = 0, from = 0; i < digit_count; i++) {
      const int own = counts[i];
      counts[i] = from;
      from += own;
    }
    for (int i = 0; i < count; i++) {
      const int to = counts[keys[i] >> shift & (digit_count - 1)]++;
      next[to] = keys[i];
      next[size + to] = keys[size + i];
    }
    int32_t* done = next;
    next = keys;
    keys = done;
  }
  if (keys == a.order + 1) return;
  for (int i = 0; i < count; i++) {
    a.order[1 + i] = keys[i];
    a.order[1 + size + i] = keys[size + i];
  }
}

// Calls body(row, place) for the positions of the rows from `begin` to `end`, place being that of the first feature; and
// open(row) for every row before.
template <class Call, class Open, class Body>
TOMBOLA_INLINE void each_position(const Call& a, int begin, int end, const Open& open, const Body& body) {
  const int count = a.order[0];
  const int32_t *tokens = a.order + 1, *places = a.order + 1 + ptrdiff_t(a.time) * a.lanes;
  int first = 0, last = count;
  while (first < last) {
    const int middle = (first + last) / 2;
    if (tokens[middle] < begin) first = middle + 1;
    else last = middle;
  }
  for (int row = begin; row < end; row++) {
    open(row);
    for (; first < count && tokens[first] == row; first++) {
      const int t = places[first] / a.lanes, n = places[first] % a.lanes;
      body(row, (ptrdiff_t(n / width) * a.features * a.time + t) * width + n % width);
    }
  }
}

TOMBOLA_INLINE void embedding_gradient_dense(const calls::embedding_gradient_dense& a, int begin, int end) {
  const ptrdiff_t step = ptrdiff_t(a.time) * width;
  each_position(
      a, begin, end,
      [&](int row) {
        for (int c = 0; c < a.stride; c += width) store(a.dw + ptrdiff_t(row) * a.stride + c, zero());
      },
      [&](int row, ptrdiff_t place) {
        float* to = a.dw + ptrdiff_t(row) * a.stride;
        for (int f = 0; f < a.features; f++) to[f] += a.dy[place + f * step];
      });
}

TOMBOLA_INLINE void embedding_gradient_sparse(const calls::embedding_gradient_sparse& a, int begin, int end) {
  const ptrdiff_t step = ptrdiff_t(a.time) * width;
  each_position(
      a, begin, end,
      [&](int row) {
        for (int k = a.start[row]; k < a.start[row + 1]; k++) a.dvalues[k] = 0.0f;
      },
      [&](int row, ptrdiff_t place) {
        for (int k = a.start[row]; k < a.start[row + 1]; k++) a.dvalues[k] += a.dy[place + a.column[k] * step];
      });
}

// y[f][t] = x[f][t] + p[t][f]; units are planes.
TOMBOLA_INLINE void add_positions(const calls::add_positions& a, int begin, int end) {
  for (int unit = begin; unit < end; unit++) {
    const ptrdiff_t from = ptrdiff_t(unit) * a.time * width;
    const float* p = a.p + unit % a.features;
    for (int t = 0; t < a.time; t++) {
      const ptrdiff_t place = from + t * width;
      store(a.y + place, add(load(a.x + place), broadcast(p[ptrdiff_t(t) * a.stride])));
    }
  }
}

// dp[t][f] = sum over examples of dy[f][t], +0 in rows behind the sequence; units are rows.
TOMBOLA_INLINE void positions_gradient(const calls::positions_gradient& a, int begin, int end) {
  for (int t = begin; t < end; t++) {
    float* to = a.dp + ptrdiff_t(t) * a.stride;
    for (int f = 0; f < a.stride; f++) {
      f32x16 total = zero();
      if (t < a.time && f < a.features)
        for (int block = 0; block < a.lanes / width; block++)
          total = add(total, load(a.dy + ((ptrdiff_t(block) * a.features + f) * a.time + t) * width));
      to[f] = sum(total);
    }
  }
}

// y[f][i] = x[f][positions[i]] lane by lane, +0 where the position is none; units are planes.
TOMBOLA_INLINE void select_positions(const calls::select_positions& a, int begin, int end) {
  for (int unit = begin; unit < end; unit++) {
    const int first = unit / a.features * width;
    const float* x = a.x + ptrdiff_t(unit) * a.time * width;
    float* y = a.y + ptrdiff_t(unit) * a.picked * width;
    for (int i = 0; i < a.picked; i++)
      for (int n = 0; n < width; n++) {
        const int t = token_of(a.positions, ptrdiff_t(i) * a.lanes + first + n, a.time);
        y[i * width + n] = t < 0 ? 0.0f : x[t * width + n];
      }
  }
}

TOMBOLA_INLINE void select_positions_gradient(const calls::select_positions_gradient& a, int begin, int end) {
  for (int unit = begin; unit < end; unit++) {
    const int first = unit / a.features * width;
    float* dx = a.dx + ptrdiff_t(unit) * a.time * width;
    const float* dy = a.dy + ptrdiff_t(unit) * a.picked * width;
    for (int t = 0; t < a.time; t++) store(dx + t * width, zero());
    for (int i = 0; i < a.picked; i++)
      for (int n = 0; n < width; n++) {
        const int t = token_of(a.positions, ptrdiff_t(i) * a.lanes + first + n, a.time);
        if (t >= 0) dx[t * width + n] += dy[i * width + n];
      }
  }
}

}  // namespace tombola::TOMBOLA_ISA
