// Runs encoded programs: every call in order, its units split evenly over the threads of a pool.
#pragma once
#include "kernel.h"
#include "pool.h"

namespace tombola {

// Runs `calls` encoded calls; the host has checked them, so nothing is checked here.
void run(const Kernel* kernels, const Context& context, const int32_t* code, int calls, Pool* pool);

}  // namespace tombola
