// The generator of the random streams; base/random.ts says how they are keyed.
#pragma once
#include "calls.h"

namespace tombola::TOMBOLA_ISA {

struct Words { uint32_t v[4]; };

// Philox4x32-10 (Salmon et al. 2011).
TOMBOLA_INLINE Words philox(Words c, uint32_t k0, uint32_t k1) {
  for (int round = 0; round < 10; round++) {
    const uint64_t p0 = uint64_t(0xd2511f53u) * c.v[0], p1 = uint64_t(0xcd9e8d57u) * c.v[2];
    c = {{uint32_t(p1 >> 32) ^ c.v[1] ^ k0, uint32_t(p1), uint32_t(p0 >> 32) ^ c.v[3] ^ k1, uint32_t(p0)}};
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  return c;
}

constexpr uint32_t augment_stream = 2, dropout_stream = 3;

}  // namespace tombola::TOMBOLA_ISA
