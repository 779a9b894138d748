// Optimizer updates, in place; units are blocks of 16 elements. control = [rate, rate / (1 - beta1^t), 1 / sqrt(1 - beta2^t)].
// Roofline: memory. SGD moves 12 bytes a weight (20 with momentum), Adam 28.
#pragma once
#include "calls.h"

namespace tombola::TOMBOLA_ISA {

// The step that momentum makes of one, whose velocity is stored; the same where there is none.
template <class Call>
TOMBOLA_INLINE f32x16 accelerated(const Call& a, int i, f32x16 momentum, f32x16 step) {
  if (!a.m) return step;
  const f32x16 velocity = fma(momentum, load(a.m + i), step);
  store(a.m + i, velocity);
  return a.nesterov ? fma(momentum, velocity, step) : velocity;
}

// SGD whose weights become what `project` makes of them.
template <class Call, class Project>
TOMBOLA_INLINE void descend(const Call& a, int begin, int end, Project project) {
  const f32x16 momentum = broadcast(a.momentum), decay = broadcast(a.weight_decay), rate = broadcast(-a.control[0]);
  for (int i = begin * width; i < end * width; i += width) {
    const f32x16 weight = load(a.w + i);
    const f32x16 step = accelerated(a, i, momentum, fma(decay, weight, load(a.g + i)));
    store(a.w + i, project(fma(rate, step, weight)));
  }
}

TOMBOLA_INLINE void sgd_update(const calls::sgd_update& a, int begin, int end) {
  descend(a, begin, end, [](f32x16 weight) { return weight; });
}

// Projected onto an interval that 0 is in, so that padding stays +0; in this order NaN stays NaN.
TOMBOLA_INLINE void sgdp_update(const calls::sgdp_update& a, int begin, int end) {
  const f32x16 low = broadcast(a.low), high = broadcast(a.high);
  descend(a, begin, end, [=](f32x16 weight) { return max(low, min(high, weight)); });
}

// Decay of the weight itself, by the rate of the step and no momentum.
TOMBOLA_INLINE void sgdw_update(const calls::sgdw_update& a, int begin, int end) {
  const f32x16 momentum = broadcast(a.momentum), rate = broadcast(-a.control[0]);
  const f32x16 shrink = broadcast(1.0f - a.control[0] * a.weight_decay);
  for (int i = begin * width; i < end * width; i += width) {
    const f32x16 step = accelerated(a, i, momentum, load(a.g + i));
    store(a.w + i, fma(rate, step, mul(load(a.w + i), shrink)));
  }
}

TOMBOLA_INLINE void adam_update(const calls::adam_update& a, int begin, int end) {
  const f32x16 beta1 = broadcast(a.beta1), rest1 = broadcast(1.0f - a.beta1);
  const f32x16 beta2 = broadcast(a.beta2), rest2 = broadcast(1.0f - a.beta2);
  const f32x16 epsilon = broadcast(a.epsilon), rate = broadcast(-a.control[1]), root = broadcast(a.control[2]);
  const f32x16 decay = broadcast(a.decoupled ? 0.0f : a.weight_decay);
  const f32x16 shrink = broadcast(a.decoupled ? 1.0f - a.control[0] * a.weight_decay : 1.0f);
  for (int i = begin * width; i < end * width; i += width) {
    const f32x16 weight = load(a.w + i), gradient = fma(decay, weight, load(a.g + i));
    const f32x16 first = fma(beta1, load(a.m + i), mul(rest1, gradient));
    const f32x16 second = fma(beta2, load(a.v + i), mul(rest2, mul(gradient, gradient)));
    store(a.m + i, first);
    store(a.v + i, second);
    const f32x16 step = div(first, fma(sqrt(second), root, epsilon));
    store(a.w + i, fma(rate, step, mul(weight, shrink)));
  }
}

}  // namespace tombola::TOMBOLA_ISA
