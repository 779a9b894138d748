// Dropout on the `dropout` stream: element e of the layer takes word e of the stream (base/random.ts says how).
#pragma once
#include "philox.h"

namespace tombola::TOMBOLA_ISA {

// y = x / (1 - rate) where uniform(e) >= rate, else +0; units are rows of lanes. counter = [seed, replicate, step].
static void dropout(const Context& context, const int32_t* arguments, int begin, int end) {
  Arguments a{context, arguments};
  float* y = a.floats();
  const float* x = a.floats();
  const int32_t* counter = a.indices();
  a.number();
  const int lanes = a.number(), index = a.number();
  const float rate = a.real();
  const uint32_t k0 = uint32_t(counter[0]), k1 = dropout_stream | (uint32_t(index) << 8);
  const f32x16 grow = broadcast(1.0f / (1.0f - rate)), least = broadcast(rate);
  for (int e = begin * lanes; e < end * lanes; e += width) {
    float draws[width];
    for (int quarter = 0; quarter < 4; quarter++) {
      const Words words = philox({{uint32_t(e / 4 + quarter), 0, uint32_t(counter[2]), uint32_t(counter[1])}}, k0, k1);
      for (int j = 0; j < 4; j++) draws[quarter * 4 + j] = float(words.v[j] >> 8) * 0x1p-24f;
    }
    store(y + e, select(less(load(draws), least), zero(), mul(load(x + e), grow)));
  }
}

}  // namespace tombola::TOMBOLA_ISA
