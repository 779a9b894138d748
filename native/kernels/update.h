// Optimizer updates, in place; units are blocks of 16 elements. control = [rate, rate / (1 - beta1^t), 1 / sqrt(1 - beta2^t)].
// Roofline: memory. SGD moves 12 bytes a weight (20 with momentum), Adam 28.
#pragma once
#include "arguments.h"

namespace tombola::TOMBOLA_ISA {

static void sgd_update(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* w = a.floats();
  const float *control = a.floats(), *g = a.floats();
  float* m = a.floats();
  a.number();
  const bool nesterov = a.number() != 0;
  const f32x16 momentum = broadcast(a.real()), decay = broadcast(a.real()), rate = broadcast(-control[0]);
  for (int i = begin * width; i < end * width; i += width) {
    const f32x16 weight = load(w + i);
    f32x16 step = fma(decay, weight, load(g + i));
    if (m) {
      const f32x16 velocity = fma(momentum, load(m + i), step);
      store(m + i, velocity);
      step = nesterov ? fma(momentum, velocity, step) : velocity;
    }
    store(w + i, fma(rate, step, weight));
  }
}

static void adam_update(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* w = a.floats();
  const float *control = a.floats(), *g = a.floats();
  float *m = a.floats(), *v = a.floats();
  a.number();
  const bool decoupled = a.number() != 0;
  const float b1 = a.real(), b2 = a.real(), small = a.real(), weight_decay = a.real();
  const f32x16 beta1 = broadcast(b1), rest1 = broadcast(1.0f - b1), beta2 = broadcast(b2), rest2 = broadcast(1.0f - b2);
  const f32x16 epsilon = broadcast(small), rate = broadcast(-control[1]), root = broadcast(control[2]);
  const f32x16 decay = broadcast(decoupled ? 0.0f : weight_decay);
  const f32x16 shrink = broadcast(decoupled ? 1.0f - control[0] * weight_decay : 1.0f);
  for (int i = begin * width; i < end * width; i += width) {
    const f32x16 weight = load(w + i), gradient = fma(decay, weight, load(g + i));
    const f32x16 first = fma(beta1, load(m + i), mul(rest1, gradient));
    const f32x16 second = fma(beta2, load(v + i), mul(rest2, mul(gradient, gradient)));
    store(m + i, first);
    store(v + i, second);
    const f32x16 step = div(first, fma(sqrt(second), root, epsilon));
    store(w + i, fma(rate, step, mul(weight, shrink)));
  }
}

}  // namespace tombola::TOMBOLA_ISA
