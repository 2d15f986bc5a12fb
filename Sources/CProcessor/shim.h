/* What the processor and the system can do, which only the compiler's runtime knows how to ask. */
#pragma once
#include <stdbool.h>

/* AVX2 with FMA: the level x86-64-v3 that its kernels are compiled for. */
static inline bool processor_has_avx2(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("x86-64-v3");
#else
    return false;
#endif
}

/* AVX-512 F, BW, CD, DQ and VL: the level x86-64-v4. */
static inline bool processor_has_avx512(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("x86-64-v4");
#else
    return false;
#endif
}

/* Asks for a cache line that is about to be used. */
static inline void prefetch(const float *address) {
    __builtin_prefetch(address, 0, 3);
}

/* Asks for a cache line that is about to be used, but not before the first-level cache has been filled anew. */
static inline void prefetch_second(const float *address) {
    __builtin_prefetch(address, 0, 2);
}

/* Tells the processor that the program waits in a loop. */
static inline void processor_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* The square roots of 4, 8 and 16 floats in a row, in their place. */
#define SQUARE_ROOTS(count)                                                                               \
    typedef float floats##count __attribute__((vector_size(4 * count), aligned(4), may_alias));           \
    static inline __attribute__((always_inline)) void square_roots##count(float *x) {                     \
        *(floats##count *)x = __builtin_elementwise_sqrt(*(floats##count *)x);                            \
    }
SQUARE_ROOTS(4)
SQUARE_ROOTS(8)
SQUARE_ROOTS(16)
#undef SQUARE_ROOTS
