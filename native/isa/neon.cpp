// The kernels, compiled for neon.
#define TOMBOLA_ISA neon
#include "../simd/neon.h"

#include "../kernels/all.h"
