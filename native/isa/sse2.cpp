// The kernels, compiled for sse2.
#define TOMBOLA_ISA sse2
#include "../simd/sse2.h"

#include "../kernels/all.h"
