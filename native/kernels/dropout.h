// Dropout on the `dropout` stream: element e of the layer takes word e of the stream (base/random.ts says how).
#pragma once
#include "philox.h"

namespace tombola::TOMBOLA_ISA {

// y = x / (1 - rate) where uniform(e) >= rate, else +0; units are rows of lanes. counter = [seed, replicate, step].
TOMBOLA_INLINE void dropout(const calls::dropout& a, int begin, int end) {
  const int32_t* counter = a.counter;
  const uint32_t k0 = uint32_t(counter[0]), k1 = dropout_stream | (uint32_t(a.index) << 8);
  const f32x16 grow = broadcast(1.0f / (1.0f - a.rate)), least = broadcast(a.rate);
  for (int e = begin * a.lanes; e < end * a.lanes; e += width) {
    float draws[width];
    for (int quarter = 0; quarter < 4; quarter++) {
      const Words words = philox({{uint32_t(e / 4 + quarter), 0, uint32_t(counter[2]), uint32_t(counter[1])}}, k0, k1);
      for (int j = 0; j < 4; j++) draws[quarter * 4 + j] = float(words.v[j] >> 8) * 0x1p-24f;
    }
    store(a.y + e, select(less(load(draws), least), zero(), mul(load(a.x + e), grow)));
  }
}

}  // namespace tombola::TOMBOLA_ISA
