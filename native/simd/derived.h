// What every width says in the same words once its own header has defined the primitives.
#pragma once

namespace tombola::TOMBOLA_ISA {

TOMBOLA_INLINE f32x16 zero() { return broadcast(0.0f); }
TOMBOLA_INLINE f32x16 abs(f32x16 x) { return bit_and(x, broadcast_bits(0x7fffffff)); }
TOMBOLA_INLINE f32x16 neg(f32x16 x) { return bit_xor(x, broadcast_bits(0x80000000)); }

static constexpr float lane_numbers[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

// Lanes 0 .. n-1 set; n may lie outside 0 .. 16.
TOMBOLA_INLINE mask16 first_lanes(int n) { return less(load(lane_numbers), broadcast(static_cast<float>(n))); }

// Nearest integer, ties to even, for |x| < 2^22: beyond 2^23 a float has no fraction bits, so the addition rounds.
TOMBOLA_INLINE f32x16 round_even(f32x16 x) {
  const f32x16 shift = broadcast(12582912.0f);
  return sub(add(x, shift), shift);
}

// 2^23 + 127: in a float near 2^23 the low mantissa bits are an integer, here an exponent field.
static constexpr float exponent_bias = 8388608.0f + 127.0f;

// x * 2^n for integer-valued n in -126 .. 127.
TOMBOLA_INLINE f32x16 scale2(f32x16 x, f32x16 n) {
  return mul(x, shift_left_23(add(n, broadcast(exponent_bias))));
}

// Unbiased exponent of a positive normal x, as a float.
TOMBOLA_INLINE f32x16 exponent_of(f32x16 x) {
  return sub(bit_or(shift_right_23(x), broadcast(8388608.0f)), broadcast(exponent_bias));
}

// Mantissa of a positive normal x, in [1, 2).
TOMBOLA_INLINE f32x16 mantissa_of(f32x16 x) {
  return bit_or(bit_and(x, broadcast_bits(0x007fffff)), broadcast(1.0f));
}

}  // namespace tombola::TOMBOLA_ISA
