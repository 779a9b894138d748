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

static void softmax_cross_entropy(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* loss = a.floats();
  const float *logits = a.floats(), *labels = a.floats();
  const int classes = a.number(), lanes = a.number();
  for (int lane = begin * width; lane < end * width; lane += width) {
    const f32x16 top = largest(logits, classes, lanes, lane), label = load(labels + lane);
    f32x16 target = zero();
    for (int c = 0; c < classes; c++)
      target = select(equal(label, broadcast(float(c))), load(logits + ptrdiff_t(c) * lanes + lane), target);
    const f32x16 total = exponential_sum(logits, classes, lanes, lane, top);
    store(loss + lane, sub(log(total), sub(target, top)));
  }
}

static void softmax_cross_entropy_gradient(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* dx = a.floats();
  const float *dy = a.floats(), *logits = a.floats(), *labels = a.floats();
  const int classes = a.number(), lanes = a.number();
  for (int lane = begin * width; lane < end * width; lane += width) {
    const f32x16 top = largest(logits, classes, lanes, lane), label = load(labels + lane), one = broadcast(1.0f);
    const f32x16 share = div(one, exponential_sum(logits, classes, lanes, lane, top)), weight = load(dy + lane);
    for (int c = 0; c < classes; c++) {
      const ptrdiff_t place = ptrdiff_t(c) * lanes + lane;
      const f32x16 probability = mul(exp(sub(load(logits + place), top)), share);
      const f32x16 target = select(equal(label, broadcast(float(c))), one, zero());
      store(dx + place, mul(weight, sub(probability, target)));
    }
  }
}

static void mean_squared_error(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* loss = a.floats();
  const float *x = a.floats(), *target = a.floats();
  const int features = a.number(), lanes = a.number();
  for (int lane = begin * width; lane < end * width; lane += width) {
    f32x16 total = zero();
    for (int f = 0; f < features; f++) {
      const f32x16 error = sub(load(x + ptrdiff_t(f) * lanes + lane), load(target + ptrdiff_t(f) * lanes + lane));
      total = fma(error, error, total);
    }
    store(loss + lane, div(total, broadcast(float(features))));
  }
}

static void mean_squared_error_gradient(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* dx = a.floats();
  const float *dy = a.floats(), *x = a.floats(), *target = a.floats();
  const int features = a.number(), lanes = a.number();
  const f32x16 factor = broadcast(2.0f / float(features));
  for (int lane = begin * width; lane < end * width; lane += width) {
    const f32x16 weight = mul(load(dy + lane), factor);
    for (int f = 0; f < features; f++) {
      const ptrdiff_t place = ptrdiff_t(f) * lanes + lane;
      store(dx + place, mul(weight, sub(load(x + place), load(target + place))));
    }
  }
}

// 1 / count on live lanes, +0 on padding.
static void mean_gradient(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* dy = a.floats();
  const int count = *a.indices();
  const f32x16 share = broadcast(1.0f / float(count));
  for (int lane = begin * width; lane < end * width; lane += width)
    store(dy + lane, select(first_lanes(count - lane), share, zero()));
}

static void one_hot(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float* labels = a.floats();
  const int classes = a.number(), lanes = a.number();
  for (int lane = begin * width; lane < end * width; lane += width)
    for (int c = 0; c < classes; c++)
      store(y + ptrdiff_t(c) * lanes + lane,
            select(equal(load(labels + lane), broadcast(float(c))), broadcast(1.0f), zero()));
}

// 1 where the label's logit is among the `top` largest, of equals the first; never where any logit is NaN.
static void correct(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float *logits = a.floats(), *labels = a.floats();
  const int classes = a.number(), lanes = a.number(), top = a.number();
  const f32x16 one = broadcast(1.0f), all = broadcast(float(classes));
  for (int lane = begin * width; lane < end * width; lane += width) {
    const f32x16 label = load(labels + lane);
    f32x16 own = zero(), before = zero();
    for (int c = 0; c < classes; c++)
      own = select(equal(label, broadcast(float(c))), load(logits + ptrdiff_t(c) * lanes + lane), own);
    for (int c = 0; c < classes; c++) {
      const f32x16 logit = load(logits + ptrdiff_t(c) * lanes + lane);
      const f32x16 first = select(less(broadcast(float(c)), label), select(equal(logit, own), one, zero()), zero());
      before = add(before, select(equal(logit, logit), select(greater(logit, own), one, first), all));
    }
    store(y + lane, select(less(before, broadcast(float(top))), one, zero()));
  }
}

}  // namespace tombola::TOMBOLA_ISA
