// f32x16 on SSE2, the baseline of every x86-64: four registers of four floats, and an exact FMA built from doubles.
#pragma once
#include <emmintrin.h>

#include "x86.h"

namespace tombola::TOMBOLA_ISA {

using reg = __m128;

// Dense register tile: 8 accumulators and 4 registers of input leave 4 of the 16 registers to the FMA's own work.
struct Tile { static constexpr int rows = 2, vectors = 1, sparse = 2, dots = 1; };
static constexpr bool fused = true;

TOMBOLA_INLINE reg load4(const float* p) { return _mm_loadu_ps(p); }
TOMBOLA_INLINE void store4(float* p, reg r) { _mm_storeu_ps(p, r); }
TOMBOLA_INLINE reg sqrt4(reg r) { return _mm_sqrt_ps(r); }
TOMBOLA_INLINE reg min4(reg x, reg y) { return _mm_min_ps(x, y); }
TOMBOLA_INLINE reg max4(reg x, reg y) { return _mm_max_ps(x, y); }

// x * y + z of two doubles that were floats, rounded to odd: the product is exact (24 + 24 bits fit 53), TwoSum gives
// the error of the sum, and an inexact sum is cut towards zero with its last bit set. Rounding that to float rounds once
// (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd", 2008).
TOMBOLA_INLINE __m128d fma_to_odd(__m128d x, __m128d y, __m128d z) {
  const __m128d p = x * y, s = p + z, t = s - p;
  const __m128d error = (p - (s - t)) + (z - t);
  const __m128d side = error * s, none = _mm_setzero_pd();  // NaN where s is infinite or NaN: both comparisons fail
  const __m128i inward = _mm_castpd_si128(_mm_cmplt_pd(side, none)), outward = _mm_castpd_si128(_mm_cmpgt_pd(side, none));
  const __m128i cut = _mm_add_epi64(_mm_castpd_si128(s), inward);
  return _mm_castsi128_pd(_mm_or_si128(cut, _mm_srli_epi64(_mm_or_si128(inward, outward), 63)));
}

TOMBOLA_INLINE __m128d low_doubles(reg r) { return _mm_cvtps_pd(r); }
TOMBOLA_INLINE __m128d high_doubles(reg r) { return _mm_cvtps_pd(_mm_movehl_ps(r, r)); }
TOMBOLA_INLINE reg fma4(reg x, reg y, reg z) {
  const __m128d low = fma_to_odd(low_doubles(x), low_doubles(y), low_doubles(z));
  const __m128d high = fma_to_odd(high_doubles(x), high_doubles(y), high_doubles(z));
  return _mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high));
}

TOMBOLA_INLINE reg low_pairs(reg a, reg b) { return _mm_movelh_ps(a, b); }
TOMBOLA_INLINE reg high_pairs(reg a, reg b) { return _mm_movehl_ps(b, a); }
TOMBOLA_INLINE reg even_lanes(reg a, reg b) { return _mm_shuffle_ps(a, b, 0x88); }
TOMBOLA_INLINE reg odd_lanes(reg a, reg b) { return _mm_shuffle_ps(a, b, 0xdd); }
TOMBOLA_INLINE reg zip_low(reg a, reg b) { return _mm_unpacklo_ps(a, b); }
TOMBOLA_INLINE reg zip_high(reg a, reg b) { return _mm_unpackhi_ps(a, b); }

}  // namespace tombola::TOMBOLA_ISA

#include "quads.h"
