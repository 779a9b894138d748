// The WebAssembly face of the machine. The host owns the memory from `heap` upwards: it grows it, places arena, columns and
// code there (each aligned to 64 bytes), and passes their addresses; here they are only used. Modules of several groups of
// kernels share a memory: their data lie one behind the other, and their stacks in one place, for none calls another.
#include "../machine/kernel.h"

namespace tombola::wasm {

extern const Kernel kernels[];
extern "C" unsigned char __heap_base;

// The first address that the host may use.
__attribute__((export_name("heap"))) unsigned char* heap() { return &__heap_base; }

// The address of a kernel's signature, which ends with a zero byte, by the kernel's code in its group; 0 behind the last kernel's.
__attribute__((export_name("kernel_signature"))) const char* kernel_signature(int code) { return kernels[code].signature; }

// Runs `calls` encoded calls in order, each whole: there is one thread, and `scratch` is its own.
__attribute__((export_name("run"))) void run(float* arena, const Column* columns, const int32_t* code, int calls,
                                             float* scratch) {
  const Context context{arena, columns, scratch};
  for (; calls > 0; calls--, code += call_words) {
    const Kernel& kernel = kernels[code[0]];
    kernel.run(context, code + 1, 0, kernel.units(code + 1));
  }
}

}  // namespace tombola::wasm
