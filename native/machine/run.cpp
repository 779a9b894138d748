#include "run.h"

namespace tombola {

void run(const Kernel* kernels, const Context& context, int scratch_elements, const int32_t* code, int calls, Pool* pool) {
  const int parts = pool ? pool->parts() : 1;
  const auto run_part = [&](int call, int part, int thread) {
    const int32_t* words = code + ptrdiff_t(call) * call_words;
    const Kernel& kernel = kernels[words[0]];
    const int64_t units = kernel.units(words + 1);
    const int begin = int(units * part / parts), end = int(units * (part + 1) / parts);
    Context own = context;
    own.scratch += ptrdiff_t(thread) * scratch_elements;
    if (begin < end) kernel.run(own, words + 1, begin, end);
  };
  if (pool) return pool->each(calls, run_part);
  for (int call = 0; call < calls; call++) run_part(call, 0, 0);
}

}  // namespace tombola
