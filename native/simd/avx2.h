// f32x16 on AVX2 with FMA: two registers of eight floats.
#pragma once
#include <immintrin.h>

#include "x86.h"

namespace tombola::TOMBOLA_ISA {

using reg = __m256;
struct f32x16 { reg lo, hi; };
struct mask16 { reg lo, hi; };

// Dense register tile: 12 accumulators, 2 registers of input and a broadcast weight fit the 16 registers.
struct Tile { static constexpr int rows = 6, vectors = 1, sparse = 4, dots = 16; };
static constexpr bool fused = true;

TOMBOLA_INLINE f32x16 load(const float* p) { return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
TOMBOLA_INLINE void store(float* p, f32x16 x) {
  _mm256_storeu_ps(p, x.lo);
  _mm256_storeu_ps(p + 8, x.hi);
}
TOMBOLA_INLINE f32x16 broadcast(float x) { return {_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
TOMBOLA_INLINE f32x16 broadcast_bits(uint32_t x) {
  const reg r = _mm256_castsi256_ps(_mm256_set1_epi32(static_cast<int>(x)));
  return {r, r};
}
TOMBOLA_INLINE f32x16 from_u8(const uint8_t* p) {
  const __m128i bytes = load_bytes(p).v;
  return {_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes)),
          _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_srli_si128(bytes, 8)))};
}

TOMBOLA_INLINE f32x16 add(f32x16 x, f32x16 y) { return {x.lo + y.lo, x.hi + y.hi}; }
TOMBOLA_INLINE f32x16 sub(f32x16 x, f32x16 y) { return {x.lo - y.lo, x.hi - y.hi}; }
TOMBOLA_INLINE f32x16 mul(f32x16 x, f32x16 y) { return {x.lo * y.lo, x.hi * y.hi}; }
TOMBOLA_INLINE f32x16 div(f32x16 x, f32x16 y) { return {x.lo / y.lo, x.hi / y.hi}; }
TOMBOLA_INLINE f32x16 sqrt(f32x16 x) { return {_mm256_sqrt_ps(x.lo), _mm256_sqrt_ps(x.hi)}; }

// x * y + z, rounded once.
TOMBOLA_INLINE f32x16 fma(f32x16 x, f32x16 y, f32x16 z) {
  return {_mm256_fmadd_ps(x.lo, y.lo, z.lo), _mm256_fmadd_ps(x.hi, y.hi, z.hi)};
}

// x < y ? x : y and x > y ? x : y, so y where either is NaN.
TOMBOLA_INLINE f32x16 min(f32x16 x, f32x16 y) { return {_mm256_min_ps(x.lo, y.lo), _mm256_min_ps(x.hi, y.hi)}; }
TOMBOLA_INLINE f32x16 max(f32x16 x, f32x16 y) { return {_mm256_max_ps(x.lo, y.lo), _mm256_max_ps(x.hi, y.hi)}; }

TOMBOLA_INLINE f32x16 bit_and(f32x16 x, f32x16 y) { return {_mm256_and_ps(x.lo, y.lo), _mm256_and_ps(x.hi, y.hi)}; }
TOMBOLA_INLINE f32x16 bit_or(f32x16 x, f32x16 y) { return {_mm256_or_ps(x.lo, y.lo), _mm256_or_ps(x.hi, y.hi)}; }
TOMBOLA_INLINE f32x16 bit_xor(f32x16 x, f32x16 y) { return {_mm256_xor_ps(x.lo, y.lo), _mm256_xor_ps(x.hi, y.hi)}; }
TOMBOLA_INLINE reg reg_left_23(reg r) { return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(r), 23)); }
TOMBOLA_INLINE reg reg_right_23(reg r) { return _mm256_castsi256_ps(_mm256_srli_epi32(_mm256_castps_si256(r), 23)); }
TOMBOLA_INLINE f32x16 shift_left_23(f32x16 x) { return {reg_left_23(x.lo), reg_left_23(x.hi)}; }
TOMBOLA_INLINE f32x16 shift_right_23(f32x16 x) { return {reg_right_23(x.lo), reg_right_23(x.hi)}; }

TOMBOLA_INLINE mask16 less(f32x16 x, f32x16 y) {
  return {_mm256_cmp_ps(x.lo, y.lo, _CMP_LT_OQ), _mm256_cmp_ps(x.hi, y.hi, _CMP_LT_OQ)};
}
TOMBOLA_INLINE mask16 greater(f32x16 x, f32x16 y) { return less(y, x); }
TOMBOLA_INLINE mask16 equal(f32x16 x, f32x16 y) {
  return {_mm256_cmp_ps(x.lo, y.lo, _CMP_EQ_OQ), _mm256_cmp_ps(x.hi, y.hi, _CMP_EQ_OQ)};
}
TOMBOLA_INLINE f32x16 select(mask16 m, f32x16 yes, f32x16 no) {
  return {_mm256_blendv_ps(no.lo, yes.lo, m.lo), _mm256_blendv_ps(no.hi, yes.hi, m.hi)};
}

TOMBOLA_INLINE reg low_pairs(reg a, reg b) { return _mm256_shuffle_ps(a, b, 0x44); }
TOMBOLA_INLINE reg high_pairs(reg a, reg b) { return _mm256_shuffle_ps(a, b, 0xee); }
TOMBOLA_INLINE reg even_lanes(reg a, reg b) { return _mm256_shuffle_ps(a, b, 0x88); }
TOMBOLA_INLINE reg odd_lanes(reg a, reg b) { return _mm256_shuffle_ps(a, b, 0xdd); }
TOMBOLA_INLINE reg zip_low(reg a, reg b) { return _mm256_unpacklo_ps(a, b); }
TOMBOLA_INLINE reg zip_high(reg a, reg b) { return _mm256_unpackhi_ps(a, b); }
TOMBOLA_INLINE reg low_blocks(reg a, reg b) { return _mm256_permute2f128_ps(a, b, 0x20); }
TOMBOLA_INLINE reg high_blocks(reg a, reg b) { return _mm256_permute2f128_ps(a, b, 0x31); }

}  // namespace tombola::TOMBOLA_ISA

#include "blocks.h"

namespace tombola::TOMBOLA_ISA {

// Lanes eight apart within a row, then four apart with two rows in one register.
TOMBOLA_INLINE reg fold8(f32x16 x) { return x.lo + x.hi; }
TOMBOLA_INLINE reg fold4(reg a, reg b) { return low_blocks(a, b) + high_blocks(a, b); }

// The one tree of every width: lanes eight apart are added, then four, two and one.
TOMBOLA_INLINE float sum(f32x16 x) {
  const reg eight = fold8(x), four = fold4(eight, eight);
  return _mm256_cvtss_f32(fold_blocks(four, four, four, four));
}

// What is left of a row once its registers are added: the first level of the tree.
using folded = reg;
TOMBOLA_INLINE folded fold(f32x16 x) { return fold8(x); }

TOMBOLA_INLINE reg sum8(const folded* rows) {
  reg four[4];
#pragma GCC unroll 4
  for (int m = 0; m < 4; m++) four[m] = fold4(rows[m], rows[m + 4]);
  return fold_blocks(four[0], four[1], four[2], four[3]);
}

// Lane j = sum(rows[j]) by the same tree.
TOMBOLA_INLINE f32x16 sum16(const folded* rows) { return {sum8(rows), sum8(rows + 8)}; }

TOMBOLA_INLINE void transpose_f32_8(const float* in, ptrdiff_t in_stride, float* out, ptrdiff_t out_stride) {
  reg r[8];
#pragma GCC unroll 8
  for (int n = 0; n < 8; n++) r[n] = _mm256_loadu_ps(in + n * in_stride);
  transpose_blocks(r[0], r[1], r[2], r[3]);
  transpose_blocks(r[4], r[5], r[6], r[7]);
#pragma GCC unroll 4
  for (int m = 0; m < 4; m++) {
    _mm256_storeu_ps(out + m * out_stride, low_blocks(r[m], r[m + 4]));
    _mm256_storeu_ps(out + (m + 4) * out_stride, high_blocks(r[m], r[m + 4]));
  }
}

// out[f * out_stride + n] = in[n * in_stride + f] for 16 x 16 floats; strides count floats.
TOMBOLA_INLINE void transpose_f32_16(const float* in, ptrdiff_t in_stride, float* out, ptrdiff_t out_stride) {
  for (int n = 0; n < 16; n += 8) {
    for (int f = 0; f < 16; f += 8) {
      transpose_f32_8(in + n * in_stride + f, in_stride, out + f * out_stride + n, out_stride);
    }
  }
}

}  // namespace tombola::TOMBOLA_ISA

#include "derived.h"
