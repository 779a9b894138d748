// What every instruction set's header opens with.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define TOMBOLA_INLINE static inline __attribute__((always_inline))
#define TOMBOLA_MEMBER inline __attribute__((always_inline))
