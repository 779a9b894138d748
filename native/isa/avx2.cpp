// The kernels, compiled for avx2.
#define TOMBOLA_ISA avx2
#include "../simd/avx2.h"

#include "../kernels/all.h"
