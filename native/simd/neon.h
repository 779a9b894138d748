// f32x16 on 64-bit NEON: four registers of four floats.
#pragma once
#include <arm_neon.h>

#include "base.h"

namespace tombola::TOMBOLA_ISA {

using reg = float32x4_t;
struct byte16 { uint8x16_t v; };

// Dense register tile: 20 accumulators, 4 registers of input and 5 weights fit the 32 registers.
struct Tile { static constexpr int rows = 5, vectors = 1, sparse = 4, dots = 1; };
static constexpr bool fused = true;

TOMBOLA_INLINE reg load4(const float* p) { return vld1q_f32(p); }
TOMBOLA_INLINE void store4(float* p, reg r) { vst1q_f32(p, r); }
TOMBOLA_INLINE reg sqrt4(reg r) { return vsqrtq_f32(r); }
TOMBOLA_INLINE reg fma4(reg x, reg y, reg z) { return vfmaq_f32(z, x, y); }

// Not vminq and vmaxq, which give NaN where either operand is NaN.
TOMBOLA_INLINE reg min4(reg x, reg y) { return vbslq_f32(vcltq_f32(x, y), x, y); }
TOMBOLA_INLINE reg max4(reg x, reg y) { return vbslq_f32(vcgtq_f32(x, y), x, y); }

TOMBOLA_INLINE reg low_pairs(reg a, reg b) { return vcombine_f32(vget_low_f32(a), vget_low_f32(b)); }
TOMBOLA_INLINE reg high_pairs(reg a, reg b) { return vcombine_f32(vget_high_f32(a), vget_high_f32(b)); }
TOMBOLA_INLINE reg even_lanes(reg a, reg b) { return vuzp1q_f32(a, b); }
TOMBOLA_INLINE reg odd_lanes(reg a, reg b) { return vuzp2q_f32(a, b); }
TOMBOLA_INLINE reg zip_low(reg a, reg b) { return vzip1q_f32(a, b); }
TOMBOLA_INLINE reg zip_high(reg a, reg b) { return vzip2q_f32(a, b); }

TOMBOLA_INLINE byte16 load_bytes(const uint8_t* p) { return {vld1q_u8(p)}; }
TOMBOLA_INLINE void store_bytes(uint8_t* p, byte16 a) { vst1q_u8(p, a.v); }
TOMBOLA_INLINE byte16 zip_low(byte16 a, byte16 b) { return {vzip1q_u8(a.v, b.v)}; }
TOMBOLA_INLINE byte16 zip_high(byte16 a, byte16 b) { return {vzip2q_u8(a.v, b.v)}; }

}  // namespace tombola::TOMBOLA_ISA

#include "bytes.h"
#include "quads.h"
