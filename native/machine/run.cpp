#include "run.h"

namespace tombola {

static void run_part(const Kernel* kernels, Context context, int scratch_elements, const int32_t* code, int calls, Pool* pool,
                     int part) {
  context.scratch += ptrdiff_t(part) * scratch_elements;
  const int parts = pool ? pool->parts() : 1;
  for (int call = 0; call < calls; call++, code += call_words) {
    const Kernel& kernel = kernels[code[0]];
    const int64_t units = kernel.units(code + 1);
    const int begin = int(units * part / parts), end = int(units * (part + 1) / parts);
    if (begin < end) kernel.run(context, code + 1, begin, end);
    if (pool) pool->barrier();
  }
}

void run(const Kernel* kernels, const Context& context, int scratch_elements, const int32_t* code, int calls, Pool* pool) {
  if (!pool) return run_part(kernels, context, scratch_elements, code, calls, nullptr, 0);
  pool->each([&](int part) { run_part(kernels, context, scratch_elements, code, calls, pool, part); });
}

}  // namespace tombola
