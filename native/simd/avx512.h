// f32x16 on AVX-512 (F, VL, DQ, BW): one register of sixteen floats, a mask register of sixteen bits.
#pragma once
#include <immintrin.h>

#include "x86.h"

namespace tombola::TOMBOLA_ISA {

using reg = __m512;
struct f32x16 { reg v; };
struct mask16 { __mmask16 m; };

// Dense register tile: 24 accumulators, 4 vectors of input and a broadcast weight fit the 32 registers.
struct Tile { static constexpr int rows = 6, vectors = 4, sparse = 8, dots = 16; };
static constexpr bool fused = true;

TOMBOLA_INLINE f32x16 load(const float* p) { return {_mm512_loadu_ps(p)}; }
TOMBOLA_INLINE void store(float* p, f32x16 x) { _mm512_storeu_ps(p, x.v); }
TOMBOLA_INLINE f32x16 broadcast(float x) { return {_mm512_set1_ps(x)}; }
TOMBOLA_INLINE f32x16 broadcast_bits(uint32_t x) { return {_mm512_castsi512_ps(_mm512_set1_epi32(static_cast<int>(x)))}; }
TOMBOLA_INLINE f32x16 from_u8(const uint8_t* p) { return {_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(load_bytes(p).v))}; }

TOMBOLA_INLINE f32x16 add(f32x16 x, f32x16 y) { return {_mm512_add_ps(x.v, y.v)}; }
TOMBOLA_INLINE f32x16 sub(f32x16 x, f32x16 y) { return {_mm512_sub_ps(x.v, y.v)}; }
TOMBOLA_INLINE f32x16 mul(f32x16 x, f32x16 y) { return {_mm512_mul_ps(x.v, y.v)}; }
TOMBOLA_INLINE f32x16 div(f32x16 x, f32x16 y) { return {_mm512_div_ps(x.v, y.v)}; }
TOMBOLA_INLINE f32x16 sqrt(f32x16 x) { return {_mm512_sqrt_ps(x.v)}; }

// x * y + z, rounded once.
TOMBOLA_INLINE f32x16 fma(f32x16 x, f32x16 y, f32x16 z) { return {_mm512_fmadd_ps(x.v, y.v, z.v)}; }

// x < y ? x : y and x > y ? x : y, so y where either is NaN.
TOMBOLA_INLINE f32x16 min(f32x16 x, f32x16 y) { return {_mm512_min_ps(x.v, y.v)}; }
TOMBOLA_INLINE f32x16 max(f32x16 x, f32x16 y) { return {_mm512_max_ps(x.v, y.v)}; }

TOMBOLA_INLINE f32x16 bit_and(f32x16 x, f32x16 y) { return {_mm512_and_ps(x.v, y.v)}; }
TOMBOLA_INLINE f32x16 bit_or(f32x16 x, f32x16 y) { return {_mm512_or_ps(x.v, y.v)}; }
TOMBOLA_INLINE f32x16 bit_xor(f32x16 x, f32x16 y) { return {_mm512_xor_ps(x.v, y.v)}; }
TOMBOLA_INLINE f32x16 shift_left_23(f32x16 x) {
  return {_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(x.v), 23))};
}
TOMBOLA_INLINE f32x16 shift_right_23(f32x16 x) {
  return {_mm512_castsi512_ps(_mm512_srli_epi32(_mm512_castps_si512(x.v), 23))};
}

TOMBOLA_INLINE mask16 less(f32x16 x, f32x16 y) { return {_mm512_cmp_ps_mask(x.v, y.v, _CMP_LT_OQ)}; }
TOMBOLA_INLINE mask16 greater(f32x16 x, f32x16 y) { return {_mm512_cmp_ps_mask(x.v, y.v, _CMP_GT_OQ)}; }
TOMBOLA_INLINE mask16 equal(f32x16 x, f32x16 y) { return {_mm512_cmp_ps_mask(x.v, y.v, _CMP_EQ_OQ)}; }
TOMBOLA_INLINE f32x16 select(mask16 m, f32x16 yes, f32x16 no) { return {_mm512_mask_blend_ps(m.m, no.v, yes.v)}; }

TOMBOLA_INLINE reg low_pairs(reg a, reg b) { return _mm512_shuffle_ps(a, b, 0x44); }
TOMBOLA_INLINE reg high_pairs(reg a, reg b) { return _mm512_shuffle_ps(a, b, 0xee); }
TOMBOLA_INLINE reg even_lanes(reg a, reg b) { return _mm512_shuffle_ps(a, b, 0x88); }
TOMBOLA_INLINE reg odd_lanes(reg a, reg b) { return _mm512_shuffle_ps(a, b, 0xdd); }
TOMBOLA_INLINE reg zip_low(reg a, reg b) { return _mm512_unpacklo_ps(a, b); }
TOMBOLA_INLINE reg zip_high(reg a, reg b) { return _mm512_unpackhi_ps(a, b); }

// Whole blocks of four lanes: 0 1 or 2 3 of each operand, 0 2 or 1 3 of each.
TOMBOLA_INLINE reg low_blocks(reg a, reg b) { return _mm512_shuffle_f32x4(a, b, 0x44); }
TOMBOLA_INLINE reg high_blocks(reg a, reg b) { return _mm512_shuffle_f32x4(a, b, 0xee); }
TOMBOLA_INLINE reg even_blocks(reg a, reg b) { return _mm512_shuffle_f32x4(a, b, 0x88); }
TOMBOLA_INLINE reg odd_blocks(reg a, reg b) { return _mm512_shuffle_f32x4(a, b, 0xdd); }

}  // namespace tombola::TOMBOLA_ISA

#include "blocks.h"

namespace tombola::TOMBOLA_ISA {

// Lanes eight apart, two rows in one register; then lanes four apart, four rows in one register.
TOMBOLA_INLINE reg fold8(reg a, reg b) { return low_blocks(a, b) + high_blocks(a, b); }
TOMBOLA_INLINE reg fold4(reg a, reg b) { return even_blocks(a, b) + odd_blocks(a, b); }

// The one tree of every width: lanes eight apart are added, then four, two and one.
TOMBOLA_INLINE float sum(f32x16 x) {
  const reg eight = fold8(x.v, x.v), four = fold4(eight, eight);
  return _mm512_cvtss_f32(fold_blocks(four, four, four, four));
}

// What is left of a row once its registers are added: here a row is one register.
using folded = f32x16;
TOMBOLA_INLINE folded fold(f32x16 x) { return x; }

// Lane j = sum(rows[j]) by the same tree.
TOMBOLA_INLINE f32x16 sum16(const folded* rows) {
  reg four[4];
#pragma GCC unroll 4
  for (int m = 0; m < 4; m++) {
    four[m] = fold4(fold8(rows[m].v, rows[m + 4].v), fold8(rows[m + 8].v, rows[m + 12].v));
  }
  return {fold_blocks(four[0], four[1], four[2], four[3])};
}

// out[f * out_stride + n] = in[n * in_stride + f] for 16 x 16 floats; strides count floats.
TOMBOLA_INLINE void transpose_f32_16(const float* in, ptrdiff_t in_stride, float* out, ptrdiff_t out_stride) {
  reg r[16];
#pragma GCC unroll 16
  for (int n = 0; n < 16; n++) r[n] = load(in + n * in_stride).v;
#pragma GCC unroll 4
  for (int q = 0; q < 16; q += 4) transpose_blocks(r[q], r[q + 1], r[q + 2], r[q + 3]);
#pragma GCC unroll 4
  for (int m = 0; m < 4; m++) {
    const reg a = even_blocks(r[m], r[m + 4]), b = odd_blocks(r[m], r[m + 4]);
    const reg c = even_blocks(r[m + 8], r[m + 12]), d = odd_blocks(r[m + 8], r[m + 12]);
    store(out + m * out_stride, {even_blocks(a, c)});
    store(out + (m + 4) * out_stride, {even_blocks(b, d)});
    store(out + (m + 8) * out_stride, {odd_blocks(a, c)});
    store(out + (m + 12) * out_stride, {odd_blocks(b, d)});
  }
}

}  // namespace tombola::TOMBOLA_ISA

#include "derived.h"
