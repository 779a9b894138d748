// The 16 x 16 byte transpose that turns sixteen images into sixteen batch lanes, written on zips alone.
#pragma once

namespace tombola::TOMBOLA_ISA {

// One perfect shuffle: element (row, column), read as an 8-bit address, has its bits rotated left by one.
TOMBOLA_INLINE void zip_rows(const byte16* in, byte16* out) {
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) {
    out[2 * i] = zip_low(in[i], in[i + 8]);
    out[2 * i + 1] = zip_high(in[i], in[i + 8]);
  }
}

// out[f * 16 + n] = rows[n][f]; four rotations of the 8-bit address exchange row and column.
TOMBOLA_INLINE void transpose_u8_16(const uint8_t* const rows[16], uint8_t* out) {
  byte16 a[16], b[16];
#pragma GCC unroll 16
  for (int n = 0; n < 16; n++) a[n] = load_bytes(rows[n]);
  zip_rows(a, b);
  zip_rows(b, a);
  zip_rows(a, b);
  zip_rows(b, a);
#pragma GCC unroll 16
  for (int f = 0; f < 16; f++) store_bytes(out + f * 16, a[f]);
}

}  // namespace tombola::TOMBOLA_ISA
