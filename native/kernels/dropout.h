// Dropout on the `dropout` stream: element e of the layer takes word e of the stream (base/random.ts says how).
// Roofline: arithmetic. Ten rounds of Philox for every four words, eight counters side by side.
#pragma once
#include "philox.h"

namespace tombola::TOMBOLA_ISA {

// Eight words, each in the lower half of its lane, so that products of two are whole.
typedef uint64_t words8 __attribute__((vector_size(64)));

// The words of eight counters from `first` on, word by word.
TOMBOLA_INLINE void philox_8(words8 (&v)[4], uint32_t first, const int32_t* counter, uint32_t k1) {
  const uint64_t low = 0xffffffffu;
  const words8 ascending = {0, 1, 2, 3, 4, 5, 6, 7}, none = {};
  uint32_t k0 = uint32_t(counter[0]);
  v[0] = (ascending + first) & low;
  v[1] = none;
  v[2] = none + uint32_t(counter[2]);
  v[3] = none + uint32_t(counter[1]);
  for (int round = 0; round < 10; round++) {
    const words8 p0 = v[0] * uint64_t(0xd2511f53u), p1 = v[2] * uint64_t(0xcd9e8d57u);
    v[0] = (p1 >> 32) ^ v[1] ^ uint64_t(k0);
    v[1] = p1 & low;
    v[2] = (p0 >> 32) ^ v[3] ^ uint64_t(k1);
    v[3] = p0 & low;
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
}

// y = x / (1 - rate) where uniform(e) >= rate, else +0; units are rows of lanes. counter = [seed, replicate, step].
TOMBOLA_INLINE void dropout(const calls::dropout& a, int begin, int end) {
  const uint32_t k1 = dropout_stream | (uint32_t(a.index) << 8);
  const f32x16 grow = broadcast(1.0f / (1.0f - a.rate)), least = broadcast(a.rate);
  for (int e = begin * a.lanes; e < end * a.lanes; e += 2 * width) {
    words8 words[4];
    philox_8(words, uint32_t(e / 4), a.counter, k1);
    float draws[2 * width];
    for (int j = 0; j < 4; j++)
      for (int n = 0; n < 8; n++) draws[4 * n + j] = float(int32_t(words[j][n] >> 8)) * 0x1p-24f;
    for (int i = 0; i < 2 * width && e + i < end * a.lanes; i += width)
      store(a.y + e + i, select(less(load(draws + i), least), zero(), mul(load(a.x + e + i), grow)));
  }
}

}  // namespace tombola::TOMBOLA_ISA
