// Losses and scores per example; every lane is one example, classes run down the rows; units are blocks of 16 lanes.
#pragma once
#include "math.h"

namespace tombola::TOMBOLA_ISA {

// The largest of [classes][lanes] at `lane`.
TOMBOLA_INLINE f32x16 largest(const float* logits, int classes, int lanes, int lane) {
  f32x16 top = load(logits + lane);
  for (int c = 1; c < classes; c++) top = max(load(logits + ptrdiff_t(c) * lanes + lane), top);
  return top;
}
TOMBOLA_INLINE f32x16 exponential_sum(const float* logits, int classes, int lanes, int lane, f32x16 top) {
  f32x16 total = zero();
  for (int c = 0; c < classes; c++) total = add(total, exp(sub(load(logits + ptrdiff_t(c) * lanes + lane), top)));
  return total;
}

TOMBOLA_INLINE void softmax_cross_entropy(const calls::softmax_cross_entropy& a, int begin, int end) {
  for (int lane = begin * width; lane < end * width; lane += width) {
    const f32x16 top = largest(a.logits, a.classes, a.lanes, lane), label = load(a.labels + lane);
    f32x16 target = zero();
    for (int c = 0; c < a.classes; c++)
      target = select(equal(label, broadcast(float(c))), load(a.logits + ptrdiff_t(c) * a.lanes + lane), target);
    const f32x16 total = exponential_sum(a.logits, a.classes, a.lanes, lane, top);
    store(a.loss + lane, sub(log(total), sub(target, top)));
  }
}

TOMBOLA_INLINE void softmax_cross_entropy_gradient(const calls::softmax_cross_entropy_gradient& a, int begin, int end) {
  for (int lane = begin * width; lane < end * width; lane += width) {
    const f32x16 top = largest(a.logits, a.classes, a.lanes, lane), label = load(a.labels + lane);
    const f32x16 one = broadcast(1.0f), weight = load(a.dy + lane);
    const f32x16 share = div(one, exponential_sum(a.logits, a.classes, a.lanes, lane, top));
    for (int c = 0; c < a.classes; c++) {
      const ptrdiff_t place = ptrdiff_t(c) * a.lanes + lane;
      const f32x16 probability = mul(exp(sub(load(a.logits + place), top)), share);
      const f32x16 target = select(equal(label, broadcast(float(c))), one, zero());
      store(a.dx + place, mul(weight, sub(probability, target)));
    }
  }
}

// log(1 + e^x) - x target, which no x overflows: max(x, 0) + log(1 + e^-|x|) - x target.
TOMBOLA_INLINE void binary_cross_entropy(const calls::binary_cross_entropy& a, int begin, int end) {
  for (int lane = begin * width; lane < end * width; lane += width) {
    f32x16 total = zero();
    for (int f = 0; f < a.features; f++) {
      const ptrdiff_t place = ptrdiff_t(f) * a.lanes + lane;
      const f32x16 x = load(a.x + place), tail = log(add(broadcast(1.0f), exp(neg(abs(x)))));
      total = add(total, add(fma(neg(x), load(a.target + place), max(zero(), x)), tail));
    }
    store(a.loss + lane, div(total, broadcast(float(a.features))));
  }
}

TOMBOLA_INLINE void binary_cross_entropy_gradient(const calls::binary_cross_entropy_gradient& a, int begin, int end) {
  const f32x16 factor = broadcast(1.0f / float(a.features));
  for (int lane = begin * width; lane < end * width; lane += width) {
    const f32x16 weight = mul(load(a.dy + lane), factor);
    for (int f = 0; f < a.features; f++) {
      const ptrdiff_t place = ptrdiff_t(f) * a.lanes + lane;
      store(a.dx + place, mul(weight, sub(sigmoid(load(a.x + place)), load(a.target + place))));
    }
  }
}

TOMBOLA_INLINE void mean_squared_error(const calls::mean_squared_error& a, int begin, int end) {
  for (int lane = begin * width; lane < end * width; lane += width) {
    f32x16 total = zero();
    for (int f = 0; f < a.features; f++) {
      const ptrdiff_t place = ptrdiff_t(f) * a.lanes + lane;
      const f32x16 error = sub(load(a.x + place), load(a.target + place));
      total = fma(error, error, total);
    }
    store(a.loss + lane, div(total, broadcast(float(a.features))));
  }
}

TOMBOLA_INLINE void mean_squared_error_gradient(const calls::mean_squared_error_gradient& a, int begin, int end) {
  const f32x16 factor = broadcast(2.0f / float(a.features));
  for (int lane = begin * width; lane < end * width; lane += width) {
    const f32x16 weight = mul(load(a.dy + lane), factor);
    for (int f = 0; f < a.features; f++) {
      const ptrdiff_t place = ptrdiff_t(f) * a.lanes + lane;
      store(a.dx + place, mul(weight, sub(load(a.x + place), load(a.target + place))));
    }
  }
}

// 1 / count on live lanes, +0 on padding.
TOMBOLA_INLINE void mean_gradient(const calls::mean_gradient& a, int begin, int end) {
  const int count = *a.count;
  const f32x16 share = broadcast(1.0f / float(count));
  for (int lane = begin * width; lane < end * width; lane += width)
    store(a.dy + lane, select(first_lanes(count - lane), share, zero()));
}

TOMBOLA_INLINE void one_hot(const calls::one_hot& a, int begin, int end) {
  for (int lane = begin * width; lane < end * width; lane += width)
    for (int c = 0; c < a.classes; c++)
      store(a.y + ptrdiff_t(c) * a.lanes + lane,
            select(equal(load(a.labels + lane), broadcast(float(c))), broadcast(1.0f), zero()));
}

// 1 where the label's logit is among the `top` largest, of equals the first; never where any logit is NaN.
TOMBOLA_INLINE void correct(const calls::correct& a, int begin, int end) {
  for (int lane = begin * width; lane < end * width; lane += width) {
    const f32x16 label = load(a.labels + lane), one = broadcast(1.0f), all = broadcast(float(a.classes));
    f32x16 own = zero(), before = zero();
    for (int c = 0; c < a.classes; c++)
      own = select(equal(label, broadcast(float(c))), load(a.logits + ptrdiff_t(c) * a.lanes + lane), own);
    for (int c = 0; c < a.classes; c++) {
      const f32x16 logit = load(a.logits + ptrdiff_t(c) * a.lanes + lane);
      const f32x16 first = select(less(broadcast(float(c)), label), select(equal(logit, own), one, zero()), zero());
      before = add(before, select(equal(logit, logit), select(greater(logit, own), one, first), all));
    }
    store(a.y + lane, select(less(before, broadcast(float(a.top))), one, zero()));
  }
}

}  // namespace tombola::TOMBOLA_ISA
