// The instruction sets compiled into this addon, best first, and whether this CPU has them.
#pragma once
#include "../machine/kernel.h"

namespace tombola {

#if defined(__x86_64__)
namespace avx512 { extern const Kernel kernels[]; }
namespace avx2 { extern const Kernel kernels[]; }
namespace sse2 { extern const Kernel kernels[]; }
#else
namespace neon { extern const Kernel kernels[]; }
#endif

struct Isa {
  const char* name;
  const Kernel* kernels;
  bool (*supported)();
};

static const Isa isas[] = {
#if defined(__x86_64__)
    {"avx512", avx512::kernels,
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma");
     }},
    {"avx2", avx2::kernels, [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }},
    {"sse2", sse2::kernels, [] { return true; }},
#else
    {"neon", neon::kernels, [] { return true; }},
#endif
};
constexpr int isa_count = sizeof isas / sizeof isas[0];

}  // namespace tombola
