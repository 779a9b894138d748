// Noise on the `noise` stream (base/random.ts says how): place e of the result takes word e, normals take pairs of words.
// Roofline: arithmetic. Ten scalar rounds of Philox for every four words are most of the 3 ns that a uniform draw takes;
// a normal takes 4.
#pragma once
#include "math.h"
#include "philox.h"

namespace tombola::TOMBOLA_ISA {

constexpr uint32_t noise_stream = 5;

// Calls body(words, place) for every 16 places, with the 16 words of the stream there.
template <class Body>
TOMBOLA_INLINE void each_words(const int32_t* counter, int index, int begin, int end, Body body) {
  const uint32_t k0 = uint32_t(counter[0]), k1 = noise_stream | (uint32_t(index) << 8);
  for (int e = begin * width; e < end * width; e += width) {
    uint32_t words[width];
    for (int quarter = 0; quarter < 4; quarter++) {
      const Words four = philox({{uint32_t(e / 4 + quarter), 0, uint32_t(counter[2]), uint32_t(counter[1])}}, k0, k1);
      for (int j = 0; j < 4; j++) words[quarter * 4 + j] = four.v[j];
    }
    body(words, e);
  }
}

// Odd multiples of 2^-24, so that neither y nor 1 - y is 0 and both are exact; units are blocks of 16.
TOMBOLA_INLINE void uniform_noise(const calls::uniform_noise& a, int begin, int end) {
  each_words(a.counter, a.index, begin, end, [&](const uint32_t* words, int e) {
    for (int j = 0; j < width; j++) a.y[e + j] = float((words[j] >> 9) * 2 + 1) * 0x1p-24f;
  });
}

// cos and sin of |x| up to pi / 4 (Cephes, single precision).
TOMBOLA_INLINE f32x16 near_cosine(f32x16 x) {
  static constexpr float terms[] = {2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f};
  const f32x16 square = mul(x, x);
  return fma(mul(polynomial(square, terms), square), square, fma(broadcast(-0.5f), square, broadcast(1.0f)));
}
TOMBOLA_INLINE f32x16 near_sine(f32x16 x) {
  static constexpr float terms[] = {-1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f};
  const f32x16 square = mul(x, x);
  return fma(mul(polynomial(square, terms), square), x, x);
}

// Turns of 24 bits become the nearest quarter and an angle of at most an eighth of a turn; even places are radius cos,
// odd ones radius sin, that is, cos a quarter earlier.
TOMBOLA_INLINE void gaussian_noise(const calls::gaussian_noise& a, int begin, int end) {
  each_words(a.counter, a.index, begin, end, [&](const uint32_t* words, int e) {
    float unit[width], angle[width], is_sine[width], sign[width];
    for (int j = 0; j < width; j++) {
      const int turn = int(words[j | 1] >> 8), quarter = (turn + (1 << 21)) >> 22, place = (quarter - (j & 1)) & 3;
      unit[j] = float((words[j & ~1] >> 8) + 1) * 0x1p-24f;
      angle[j] = float(turn - quarter * (1 << 22)) * 3.7450704e-7f;  // 2 pi / 2^24
      is_sine[j] = float(place & 1);
      sign[j] = place == 1 || place == 2 ? -1.0f : 1.0f;
    }
    const f32x16 radius = sqrt(mul(broadcast(-2.0f), log(load(unit)))), x = load(angle);
    const f32x16 wave = select(greater(load(is_sine), zero()), near_sine(x), near_cosine(x));
    store(a.y + e, mul(mul(radius, wave), load(sign)));
  });
}

}  // namespace tombola::TOMBOLA_ISA
