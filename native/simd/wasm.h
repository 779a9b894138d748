// f32x16 on WebAssembly SIMD: four registers of four floats. Without a fused multiply-add, fma rounds twice; a build with
// relaxed SIMD takes the host's instruction, which rounds once wherever the CPU can.
#pragma once
#include <wasm_simd128.h>

#include "base.h"

namespace tombola::TOMBOLA_ISA {

typedef float reg __attribute__((vector_size(16)));
struct byte16 { v128_t v; };

// Dense register tile: 8 accumulators and 4 registers of input fit the 16 that engines have on x86-64.
struct Tile { static constexpr int rows = 2, vectors = 1, sparse = 2, dots = 1; };
static constexpr bool fused = false;

TOMBOLA_INLINE reg load4(const float* p) { return reg(wasm_v128_load(p)); }
TOMBOLA_INLINE void store4(float* p, reg r) { wasm_v128_store(p, v128_t(r)); }
TOMBOLA_INLINE reg sqrt4(reg r) { return reg(wasm_f32x4_sqrt(v128_t(r))); }

#ifdef __wasm_relaxed_simd__
TOMBOLA_INLINE reg fma4(reg x, reg y, reg z) { return reg(wasm_f32x4_relaxed_madd(v128_t(x), v128_t(y), v128_t(z))); }
#else
TOMBOLA_INLINE reg fma4(reg x, reg y, reg z) { return x * y + z; }
#endif

// pmin(a, b) is b < a ? b : a, so the operands change places.
TOMBOLA_INLINE reg min4(reg x, reg y) { return reg(wasm_f32x4_pmin(v128_t(y), v128_t(x))); }
TOMBOLA_INLINE reg max4(reg x, reg y) { return reg(wasm_f32x4_pmax(v128_t(y), v128_t(x))); }

TOMBOLA_INLINE reg low_pairs(reg a, reg b) { return __builtin_shufflevector(a, b, 0, 1, 4, 5); }
TOMBOLA_INLINE reg high_pairs(reg a, reg b) { return __builtin_shufflevector(a, b, 2, 3, 6, 7); }
TOMBOLA_INLINE reg even_lanes(reg a, reg b) { return __builtin_shufflevector(a, b, 0, 2, 4, 6); }
TOMBOLA_INLINE reg odd_lanes(reg a, reg b) { return __builtin_shufflevector(a, b, 1, 3, 5, 7); }
TOMBOLA_INLINE reg zip_low(reg a, reg b) { return __builtin_shufflevector(a, b, 0, 4, 1, 5); }
TOMBOLA_INLINE reg zip_high(reg a, reg b) { return __builtin_shufflevector(a, b, 2, 6, 3, 7); }

TOMBOLA_INLINE byte16 load_bytes(const uint8_t* p) { return {wasm_v128_load(p)}; }
TOMBOLA_INLINE void store_bytes(uint8_t* p, byte16 a) { wasm_v128_store(p, a.v); }
TOMBOLA_INLINE byte16 zip_low(byte16 a, byte16 b) {
  return {wasm_i8x16_shuffle(a.v, b.v, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)};
}
TOMBOLA_INLINE byte16 zip_high(byte16 a, byte16 b) {
  return {wasm_i8x16_shuffle(a.v, b.v, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)};
}

}  // namespace tombola::TOMBOLA_ISA

#include "bytes.h"
#include "quads.h"
