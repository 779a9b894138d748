// The kernels, compiled for wasm.
#define TOMBOLA_ISA wasm
#include "../simd/wasm.h"

#include "../kernels/all.h"
