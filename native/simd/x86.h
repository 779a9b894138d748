// Sixteen bytes in one register, for every x86-64 header: what bytes.h needs to transpose a batch of pixels.
#pragma once
#include <emmintrin.h>

#include "base.h"

namespace tombola::TOMBOLA_ISA {

struct byte16 {
  __m128i v;
};

TOMBOLA_INLINE byte16 load_bytes(const uint8_t* p) { return {_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))}; }
TOMBOLA_INLINE void store_bytes(uint8_t* p, byte16 a) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), a.v); }
TOMBOLA_INLINE byte16 zip_low(byte16 a, byte16 b) { return {_mm_unpacklo_epi8(a.v, b.v)}; }
TOMBOLA_INLINE byte16 zip_high(byte16 a, byte16 b) { return {_mm_unpackhi_epi8(a.v, b.v)}; }

}  // namespace tombola::TOMBOLA_ISA

#include "bytes.h"
