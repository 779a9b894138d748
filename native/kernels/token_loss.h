// Cross-entropy at every position of a sequence. Logits are [blocks][classes][time][16]: classes are walked for several
// positions at a time, so that what is read lies together. Units are positions of blocks of 16 examples, each by itself.
// Roofline: memory. The statistics read the logits twice, the gradient reads them and writes as much.
#pragma once
#include "math.h"

namespace tombola::TOMBOLA_ISA {

constexpr int token_tile = 4;

// Calls body.run<N>(block, t) for N positions from t on, of the units from `begin` to `end`.
template <class Body>
TOMBOLA_INLINE void each_positions(int begin, int end, int time, const Body& body) {
  for (int unit = begin; unit < end;) {
    const int block = unit / time, t = unit % time;
    const int left = time - t < end - unit ? time - t : end - unit;
    if (left >= token_tile) {
      body.template run<token_tile>(block, t);
      unit += token_tile;
    } else {
      body.template run<1>(block, t);
      unit++;
    }
  }
}

// Logits of a position of a block, and the place of its numbers in [time][lanes].
struct Labelled {
  int classes, time, lanes;
  TOMBOLA_MEMBER ptrdiff_t logits(int block, int t) const { return (ptrdiff_t(block) * classes * time + t) * width; }
  TOMBOLA_MEMBER ptrdiff_t place(int block, int t) const { return ptrdiff_t(t) * lanes + block * width; }
  TOMBOLA_MEMBER ptrdiff_t step() const { return ptrdiff_t(time) * width; }
};

// The largest logit of each position, and the sum of exponentials of what others are below it.
struct TokenStatistics {
  const calls::token_statistics& a;
  Labelled l;
  template <int N>
  TOMBOLA_MEMBER void run(int block, int t) const {
    const float* x = a.logits + l.logits(block, t);
    f32x16 top[N], total[N];
    for (int i = 0; i < N; i++) top[i] = load(x + i * width), total[i] = zero();
    for (int c = 1; c < a.classes; c++)
#pragma GCC unroll 4
      for (int i = 0; i < N; i++) top[i] = max(load(x + c * l.step() + i * width), top[i]);
    for (int c = 0; c < a.classes; c++)
#pragma GCC unroll 4
      for (int i = 0; i < N; i++) total[i] = add(total[i], exp(sub(load(x + c * l.step() + i * width), top[i])));
    for (int i = 0; i < N; i++) {
      store(a.statistics + l.place(block, t + i), top[i]);
      store(a.statistics + l.place(block, a.time + t + i), total[i]);
    }
  }
};

TOMBOLA_INLINE void token_statistics(const calls::token_statistics& a, int begin, int end) {
  each_positions(begin, end, a.time, TokenStatistics{a, {a.classes, a.time, a.lanes}});
}

// weights = examples / labels of the batch where there is a label of 0 or above, else +0; one unit.
TOMBOLA_INLINE void token_weights(const calls::token_weights& a, int, int) {
  const int count = *a.count;
  int labelled = 0;
  for (int t = 0; t < a.time; t++)
    for (int n = 0; n < count; n++) labelled += a.labels[ptrdiff_t(t) * a.lanes + n] >= 0.0f;
  const float weight = labelled > 0 ? float(count) / float(labelled) : 0.0f;
  for (int t = 0; t < a.time; t++)
    for (int n = 0; n < a.lanes; n++) {
      const ptrdiff_t place = ptrdiff_t(t) * a.lanes + n;
      a.w[place] = n < count && a.labels[place] >= 0.0f ? weight : 0.0f;
    }
}

// weight (log total + top - logit of the label), +0 where there is none.
TOMBOLA_INLINE void token_cross_entropy(const calls::token_cross_entropy& a, int begin, int end) {
  const Labelled l{a.classes, a.time, a.lanes};
  for (int unit = begin; unit < end; unit++) {
    const int block = unit / a.time, t = unit % a.time;
    const float* x = a.logits + l.logits(block, t);
    const ptrdiff_t place = l.place(block, t);
    float target[width];
    for (int n = 0; n < width; n++) {
      const float label = a.labels[place + n];
      target[n] = label >= 0.0f && label < float(a.classes) ? x[int(label) * l.step() + n] : 0.0f;
    }
    const f32x16 top = load(a.statistics + place), total = load(a.statistics + l.place(block, a.time + t));
    const f32x16 loss = mul(load(a.weights + place), sub(log(total), sub(load(target), top)));
    store(a.loss + place, select(less(load(a.labels + place), zero()), zero(), loss));
  }
}

// dx[c] = dy weight (softmax[c] - [c is the label]), +0 where there is no label.
struct TokenGradient {
  const calls::token_cross_entropy_gradient& a;
  Labelled l;
  template <int N>
  TOMBOLA_MEMBER void run(int block, int t) const {
    const ptrdiff_t from = l.logits(block, t);
    f32x16 top[N], share[N], weight[N], label[N];
    for (int i = 0; i < N; i++) {
      const ptrdiff_t place = l.place(block, t + i);
      label[i] = load(a.labels + place);
      weight[i] = select(less(label[i], zero()), zero(), mul(load(a.dy + place), load(a.weights + place)));
      top[i] = load(a.statistics + place);
      share[i] = div(broadcast(1.0f), load(a.statistics + l.place(block, a.time + t + i)));
    }
    const f32x16 one = broadcast(1.0f);
    for (int c = 0; c < a.classes; c++) {
      const f32x16 own = broadcast(float(c));
#pragma GCC unroll 4
      for (int i = 0; i < N; i++) {
        const ptrdiff_t place = from + c * l.step() + i * width;
        const f32x16 probability = mul(exp(sub(load(a.logits + place), top[i])), share[i]);
        store(a.dx + place, mul(weight[i], sub(probability, select(equal(label[i], own), one, zero()))));
      }
    }
  }
};

TOMBOLA_INLINE void token_cross_entropy_gradient(const calls::token_cross_entropy_gradient& a, int begin, int end) {
  each_positions(begin, end, a.time, TokenGradient{a, {a.classes, a.time, a.lanes}});
}

// 1 where the label's logit is the largest, of equals the first, else +0.
TOMBOLA_INLINE void token_correct(const calls::token_correct& a, int begin, int end) {
  const Labelled l{a.classes, a.time, a.lanes};
  for (int unit = begin; unit < end; unit++) {
    const int block = unit / a.time, t = unit % a.time;
    const float* x = a.logits + l.logits(block, t);
    f32x16 best = load(x), index = zero();
    for (int c = 1; c < a.classes; c++) {
      const f32x16 logit = load(x + c * l.step());
      const mask16 better = greater(logit, best);
      best = select(better, logit, best);
      index = select(better, broadcast(float(c)), index);
    }
    const ptrdiff_t place = l.place(block, t);
    store(a.y + place, select(equal(index, load(a.labels + place)), broadcast(1.0f), zero()));
  }
}

// y[n] = sum over rows of x[row][n]; units are blocks of 16 lanes.
TOMBOLA_INLINE void sum_rows(const calls::sum_rows& a, int begin, int end) {
  for (int lane = begin * width; lane < end * width; lane += width) {
    f32x16 total = zero();
    for (int r = 0; r < a.rows; r++) total = add(total, load(a.x + ptrdiff_t(r) * a.lanes + lane));
    store(a.y + lane, total);
  }
}

// y[row][n] = x[n]; units are rows.
TOMBOLA_INLINE void spread_rows(const calls::spread_rows& a, int begin, int end) {
  for (int r = begin; r < end; r++)
    for (int lane = 0; lane < a.lanes; lane += width) store(a.y + ptrdiff_t(r) * a.lanes + lane, load(a.x + lane));
}

}  // namespace tombola::TOMBOLA_ISA
