// Sums and transposes inside blocks of four lanes, written on one register `reg` of any width; the header of an
// instruction set defines its pair moves (low_pairs, high_pairs, even_lanes, odd_lanes, zip_low, zip_high) first.
#pragma once

namespace tombola::TOMBOLA_ISA {

// Within every block: lanes l and l + 2 added, two sums of a and two of b.
TOMBOLA_INLINE reg fold2(reg a, reg b) { return low_pairs(a, b) + high_pairs(a, b); }
// Within every block: neighbours added, giving what the two pairs of a and the two pairs of b sum to.
TOMBOLA_INLINE reg fold1(reg a, reg b) { return even_lanes(a, b) + odd_lanes(a, b); }

// Four registers of one lane group per row: lane m of every block becomes the sum of that block of r_m.
TOMBOLA_INLINE reg fold_blocks(reg r0, reg r1, reg r2, reg r3) { return fold1(fold2(r0, r1), fold2(r2, r3)); }

// Four rows, every 4 x 4 block transposed in its place.
TOMBOLA_INLINE void transpose_blocks(reg& r0, reg& r1, reg& r2, reg& r3) {
  const reg a = zip_low(r0, r1), b = zip_high(r0, r1), c = zip_low(r2, r3), d = zip_high(r2, r3);
  r0 = low_pairs(a, c);
  r1 = high_pairs(a, c);
  r2 = low_pairs(b, d);
  r3 = high_pairs(b, d);
}

}  // namespace tombola::TOMBOLA_ISA
