// The kernels, compiled for avx512.
#define TOMBOLA_ISA avx512
#include "../simd/avx512.h"

#include "../kernels/all.h"
