// Every operation of one instruction set against its scalar definition, bit for bit, on random and adversarial inputs.
// Compile with -DTOMBOLA_ISA=avx2 -DTOMBOLA_HEADER='"../simd/avx2.h"'; prints a line per failing operation and exits
// with 1, or with 77 where this CPU lacks the instructions.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include TOMBOLA_HEADER

namespace isa = tombola::TOMBOLA_ISA;
using isa::f32x16;

static int failures = 0;
static uint64_t state = 88172645463325252ull;

static uint32_t random_bits() {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return static_cast<uint32_t>(state >> 16);
}
static float from_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, 4);
  return x;
}
static uint32_t to_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return bits;
}
static bool same(float x, float y) { return to_bits(x) == to_bits(y) || (isnan(x) && isnan(y)); }

// Any bits, a special value, an exponent near one, or a mantissa of few bits (the maker of ties), a quarter each.
static float any_float() {
  static const float special[] = {0.0f, 1.0f, INFINITY, NAN, 3.4028235e38f, 1.1754944e-38f, 1e-45f, 0.5f};
  const uint32_t bits = random_bits(), sign = bits & 0x80000000u;
  switch (random_bits() & 3) {
    case 0: return from_bits(bits);
    case 1: return from_bits(to_bits(special[bits & 7]) | sign);
    case 2: return from_bits((bits & 0x80ffffffu) + 0x3f000000u);
    default: return from_bits((bits & 0xfff80000u) | (random_bits() & 7));
  }
}

// A factor of x: anything, or one that makes the product subnormal.
static float any_factor(float x) {
  if (random_bits() & 3) return any_float();
  return ldexpf(any_float(), -135 + static_cast<int>(random_bits() & 15) - (isnormal(x) ? ilogbf(x) : 0));
}

// An addend to x * y: near its opposite, a power of two away from it, subnormal, or anything.
static float any_addend(float x, float y) {
  const float product = x * y;
  switch (random_bits() & 3) {
    case 0: return -from_bits(to_bits(product) + (random_bits() & 3));
    case 1: return ldexpf(product, static_cast<int>(random_bits() % 100) - 50);
    case 2: return from_bits(random_bits() & 0x80ffffffu);
    default: return any_float();
  }
}

static float positive_normal() { return from_bits(random_bits() % 0x7f000000u + 0x00800000u); }

struct Lanes { float v[16]; };
template <class F> static Lanes lanes(F make) {
  Lanes x;
  for (int l = 0; l < 16; l++) x.v[l] = make(l);
  return x;
}

template <class Expected> static void check(const char* name, f32x16 got, Expected expected) {
  static const char* reported = nullptr;
  float v[16];
  isa::store(v, got);
  for (int l = 0; l < 16; l++) {
    if (expected(l, v[l]) || reported == name) continue;
    printf("%s: lane %d is %a\n", name, l, static_cast<double>(v[l]));
    reported = name;
    failures++;
  }
}

#define CHECK(name, got, want) check(name, got, [&](int l, float v) { (void)l; return same(v, want); })

static void check_arithmetic() {
  const Lanes a = lanes([](int) { return any_float(); }), b = lanes([](int) { return any_float(); });
  const f32x16 x = isa::load(a.v), y = isa::load(b.v);
  CHECK("load", x, a.v[l]);
  CHECK("broadcast", isa::broadcast(a.v[3]), a.v[3]);
  CHECK("zero", isa::zero(), 0.0f);
  CHECK("add", isa::add(x, y), a.v[l] + b.v[l]);
  CHECK("sub", isa::sub(x, y), a.v[l] - b.v[l]);
  CHECK("mul", isa::mul(x, y), a.v[l] * b.v[l]);
  CHECK("div", isa::div(x, y), a.v[l] / b.v[l]);
  CHECK("sqrt", isa::sqrt(x), sqrtf(a.v[l]));
  CHECK("abs", isa::abs(x), fabsf(a.v[l]));
  CHECK("neg", isa::neg(x), -a.v[l]);
  CHECK("min", isa::min(x, y), a.v[l] < b.v[l] ? a.v[l] : b.v[l]);
  CHECK("max", isa::max(x, y), a.v[l] > b.v[l] ? a.v[l] : b.v[l]);
  CHECK("less", isa::select(isa::less(x, y), x, y), a.v[l] < b.v[l] ? a.v[l] : b.v[l]);
  CHECK("greater", isa::select(isa::greater(x, y), x, y), a.v[l] > b.v[l] ? a.v[l] : b.v[l]);
  const f32x16 one = isa::broadcast(1.0f);
  CHECK("equal", isa::select(isa::equal(x, y), one, isa::zero()), a.v[l] == b.v[l] ? 1.0f : 0.0f);
  CHECK("equal to itself", isa::select(isa::equal(x, x), one, isa::zero()), isnan(a.v[l]) ? 0.0f : 1.0f);
}

static void check_fma() {
  const Lanes a = lanes([](int) { return any_float(); }), b = lanes([&](int l) { return any_factor(a.v[l]); });
  const Lanes c = lanes([&](int l) { return any_addend(a.v[l], b.v[l]); });
  check("fma", isa::fma(isa::load(a.v), isa::load(b.v), isa::load(c.v)), [&](int l, float v) {
    const float once = fmaf(a.v[l], b.v[l], c.v[l]), twice = a.v[l] * b.v[l] + c.v[l];
#ifdef __wasm_relaxed_simd__
    return same(v, once) || same(v, twice);
#else
    return same(v, isa::fused ? once : twice);
#endif
  });
}

static void check_exponents() {
  const Lanes a = lanes([](int) { return positive_normal(); });
  const Lanes n = lanes([](int) { return static_cast<float>(static_cast<int>(random_bits() % 254) - 126); });
  const Lanes r = lanes([](int l) { return l < 8 ? (random_bits() % 64) * 0.5f - 16.0f : (random_bits() % 8388608) - 4194304.0f + random_bits() * 0x1p-32f; });
  const f32x16 x = isa::load(a.v);
  CHECK("scale2", isa::scale2(x, isa::load(n.v)), ldexpf(a.v[l], static_cast<int>(n.v[l])));
  CHECK("exponent_of", isa::exponent_of(x), static_cast<float>(ilogbf(a.v[l])));
  CHECK("mantissa_of", isa::mantissa_of(x), ldexpf(a.v[l], -ilogbf(a.v[l])));
  CHECK("round_even", isa::round_even(isa::load(r.v)), rintf(r.v[l]) + 0.0f);
}

static float tree_sum(const float* x) {
  float t[16];
  memcpy(t, x, sizeof t);
  for (int half = 8; half > 0; half /= 2) {
    for (int l = 0; l < half; l++) t[l] += t[l + half];
  }
  return t[0];
}

static void check_sums_and_moves() {
  static float in[16 * 19], out[16 * 17];
  for (float& x : in) x = ldexpf(random_bits() * 0x1p-31f - 1.0f, static_cast<int>(random_bits() % 8));
  f32x16 rows[16];
  for (int n = 0; n < 16; n++) rows[n] = isa::load(in + 19 * n);
  CHECK("sum", isa::broadcast(isa::sum(rows[5])), tree_sum(in + 19 * 5));
  isa::folded parts[16];
  for (int n = 0; n < 16; n++) parts[n] = isa::fold(rows[n]);
  CHECK("sum16", isa::sum16(parts), tree_sum(in + 19 * l));
  isa::transpose_f32_16(in, 19, out, 17);
  for (int f = 0; f < 16; f++) CHECK("transpose_f32_16", isa::load(out + 17 * f), in[19 * l + f]);
  for (int n = -2; n < 20; n++) CHECK("first_lanes", isa::select(isa::first_lanes(n), isa::broadcast(1.0f), isa::zero()), l < n ? 1.0f : 0.0f);
}

static void check_bytes() {
  uint8_t bytes[16 * 21 + 16], turned[256];
  const uint8_t* rows[16];
  for (uint8_t& x : bytes) x = static_cast<uint8_t>(random_bits());
  for (int n = 0; n < 16; n++) rows[n] = bytes + 21 * ((n * 7) % 16);
  isa::transpose_u8_16(rows, turned);
  for (int f = 0; f < 16; f++) CHECK("transpose_u8_16, from_u8", isa::from_u8(turned + 16 * f), static_cast<float>(rows[l][f]));
}

static bool supported() {
#if defined(__AVX512F__)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
#elif defined(__AVX2__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return true;
#endif
}

int main() {
  if (!supported()) return 77;
  for (int round = 0; round < 100000; round++) {
    check_fma();
    if (round % 10 == 0) check_arithmetic(), check_exponents();
    if (round % 100 == 0) check_sums_and_moves(), check_bytes();
  }
  return failures > 0;
}
