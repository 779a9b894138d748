// f32x16 as four registers of four floats, for SSE2, NEON and WebAssembly. Before it, their headers define `reg` and
// what the compiler's own vector operators lack: load4, store4, sqrt4, fma4, min4, max4, the pair moves and byte16.
#pragma once

#include "blocks.h"

namespace tombola::TOMBOLA_ISA {

struct f32x16 { reg a, b, c, d; };

typedef int32_t bits4 __attribute__((vector_size(16)));
typedef uint32_t fields4 __attribute__((vector_size(16)));
struct mask16 { bits4 a, b, c, d; };

TOMBOLA_INLINE f32x16 load(const float* p) { return {load4(p), load4(p + 4), load4(p + 8), load4(p + 12)}; }
TOMBOLA_INLINE void store(float* p, f32x16 x) {
  store4(p, x.a);
  store4(p + 4, x.b);
  store4(p + 8, x.c);
  store4(p + 12, x.d);
}
TOMBOLA_INLINE f32x16 broadcast(float x) {
  const reg r = {x, x, x, x};
  return {r, r, r, r};
}
TOMBOLA_INLINE f32x16 broadcast_bits(uint32_t x) {
  const reg r = reg(fields4{x, x, x, x});
  return {r, r, r, r};
}

TOMBOLA_INLINE f32x16 add(f32x16 x, f32x16 y) { return {x.a + y.a, x.b + y.b, x.c + y.c, x.d + y.d}; }
TOMBOLA_INLINE f32x16 sub(f32x16 x, f32x16 y) { return {x.a - y.a, x.b - y.b, x.c - y.c, x.d - y.d}; }
TOMBOLA_INLINE f32x16 mul(f32x16 x, f32x16 y) { return {x.a * y.a, x.b * y.b, x.c * y.c, x.d * y.d}; }
TOMBOLA_INLINE f32x16 div(f32x16 x, f32x16 y) { return {x.a / y.a, x.b / y.b, x.c / y.c, x.d / y.d}; }
TOMBOLA_INLINE f32x16 sqrt(f32x16 x) { return {sqrt4(x.a), sqrt4(x.b), sqrt4(x.c), sqrt4(x.d)}; }

// x * y + z, rounded once where `fused`.
TOMBOLA_INLINE f32x16 fma(f32x16 x, f32x16 y, f32x16 z) {
  return {fma4(x.a, y.a, z.a), fma4(x.b, y.b, z.b), fma4(x.c, y.c, z.c), fma4(x.d, y.d, z.d)};
}

// x < y ? x : y and x > y ? x : y, so y where either is NaN.
TOMBOLA_INLINE f32x16 min(f32x16 x, f32x16 y) { return {min4(x.a, y.a), min4(x.b, y.b), min4(x.c, y.c), min4(x.d, y.d)}; }
TOMBOLA_INLINE f32x16 max(f32x16 x, f32x16 y) { return {max4(x.a, y.a), max4(x.b, y.b), max4(x.c, y.c), max4(x.d, y.d)}; }

TOMBOLA_INLINE reg and4(reg x, reg y) { return reg(bits4(x) & bits4(y)); }
TOMBOLA_INLINE reg or4(reg x, reg y) { return reg(bits4(x) | bits4(y)); }
TOMBOLA_INLINE reg xor4(reg x, reg y) { return reg(bits4(x) ^ bits4(y)); }
TOMBOLA_INLINE reg left4(reg x) { return reg(fields4(x) << 23); }
TOMBOLA_INLINE reg right4(reg x) { return reg(fields4(x) >> 23); }
TOMBOLA_INLINE f32x16 bit_and(f32x16 x, f32x16 y) { return {and4(x.a, y.a), and4(x.b, y.b), and4(x.c, y.c), and4(x.d, y.d)}; }
TOMBOLA_INLINE f32x16 bit_or(f32x16 x, f32x16 y) { return {or4(x.a, y.a), or4(x.b, y.b), or4(x.c, y.c), or4(x.d, y.d)}; }
TOMBOLA_INLINE f32x16 bit_xor(f32x16 x, f32x16 y) { return {xor4(x.a, y.a), xor4(x.b, y.b), xor4(x.c, y.c), xor4(x.d, y.d)}; }
TOMBOLA_INLINE f32x16 shift_left_23(f32x16 x) { return {left4(x.a), left4(x.b), left4(x.c), left4(x.d)}; }
TOMBOLA_INLINE f32x16 shift_right_23(f32x16 x) { return {right4(x.a), right4(x.b), right4(x.c), right4(x.d)}; }

TOMBOLA_INLINE mask16 less(f32x16 x, f32x16 y) { return {x.a < y.a, x.b < y.b, x.c < y.c, x.d < y.d}; }
TOMBOLA_INLINE mask16 greater(f32x16 x, f32x16 y) { return less(y, x); }
TOMBOLA_INLINE mask16 equal(f32x16 x, f32x16 y) { return {x.a == y.a, x.b == y.b, x.c == y.c, x.d == y.d}; }
TOMBOLA_INLINE reg select4(bits4 m, reg yes, reg no) { return reg((m & bits4(yes)) | (~m & bits4(no))); }
TOMBOLA_INLINE f32x16 select(mask16 m, f32x16 yes, f32x16 no) {
  return {select4(m.a, yes.a, no.a), select4(m.b, yes.b, no.b), select4(m.c, yes.c, no.c), select4(m.d, yes.d, no.d)};
}

// Four bytes as the low ends of floats at 2^23, whose last bit is worth one.
TOMBOLA_INLINE reg count4(byte16 lanes) {
  const reg base = {8388608.0f, 8388608.0f, 8388608.0f, 8388608.0f};
  return or4(reg(lanes.v), base) - base;
}
TOMBOLA_INLINE f32x16 from_u8(const uint8_t* p) {
  const byte16 bytes = load_bytes(p), none = {};
  const byte16 low = zip_low(bytes, none), high = zip_high(bytes, none);
  return {count4(zip_low(low, none)), count4(zip_high(low, none)), count4(zip_low(high, none)), count4(zip_high(high, none))};
}

// Lanes eight apart within a row, then four apart.
TOMBOLA_INLINE reg fold4(f32x16 x) { return (x.a + x.c) + (x.b + x.d); }

// The one tree of every width: lanes eight apart are added, then four, two and one.
TOMBOLA_INLINE float sum(f32x16 x) {
  const reg four = fold4(x);
  return fold_blocks(four, four, four, four)[0];
}

// What is left of a row once its registers are added: the first two levels of the tree.
using folded = reg;
TOMBOLA_INLINE folded fold(f32x16 x) { return fold4(x); }

TOMBOLA_INLINE reg sum4(const folded* rows) { return fold_blocks(rows[0], rows[1], rows[2], rows[3]); }

// Lane j = sum(rows[j]) by the same tree.
TOMBOLA_INLINE f32x16 sum16(const folded* rows) { return {sum4(rows), sum4(rows + 4), sum4(rows + 8), sum4(rows + 12)}; }

TOMBOLA_INLINE void transpose_f32_4(const float* in, ptrdiff_t in_stride, float* out, ptrdiff_t out_stride) {
  reg r0 = load4(in), r1 = load4(in + in_stride), r2 = load4(in + 2 * in_stride), r3 = load4(in + 3 * in_stride);
  transpose_blocks(r0, r1, r2, r3);
  store4(out, r0);
  store4(out + out_stride, r1);
  store4(out + 2 * out_stride, r2);
  store4(out + 3 * out_stride, r3);
}

// out[f * out_stride + n] = in[n * in_stride + f] for 16 x 16 floats; strides count floats.
TOMBOLA_INLINE void transpose_f32_16(const float* in, ptrdiff_t in_stride, float* out, ptrdiff_t out_stride) {
  for (int n = 0; n < 16; n += 4) {
    for (int f = 0; f < 16; f += 4) {
      transpose_f32_4(in + n * in_stride + f, in_stride, out + f * out_stride + n, out_stride);
    }
  }
}

}  // namespace tombola::TOMBOLA_ISA

#include "derived.h"
