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

/* What is done to each of 4, 8 or 16 floats at once. The compiler inlines these; the instructions are those of the caller. */
#define LANEWISE(count)                                                                                         \
    typedef float floats##count __attribute__((ext_vector_type(count)));                                        \
    /* x where a > b, y elsewhere, also where one of the two is NaN; likewise below. */                         \
    static inline __attribute__((always_inline)) floats##count choose_above##count(                             \
        floats##count a, floats##count b, floats##count x, floats##count y) { return a > b ? x : y; }           \
    static inline __attribute__((always_inline)) floats##count choose_at_least##count(                          \
        floats##count a, floats##count b, floats##count x, floats##count y) { return a >= b ? x : y; }          \
    static inline __attribute__((always_inline)) floats##count choose_equal##count(                             \
        floats##count a, floats##count b, floats##count x, floats##count y) { return a == b ? x : y; }          \
    /* a · b + c, rounded once where the instruction set can. */                                                \
    static inline __attribute__((always_inline)) floats##count multiply_add##count(                             \
        floats##count a, floats##count b, floats##count c) { return a * b + c; }                                \
    static inline __attribute__((always_inline)) floats##count square_root##count(floats##count x) {            \
        return __builtin_elementwise_sqrt(x);                                                                   \
    }
LANEWISE(4)
LANEWISE(8)
LANEWISE(16)
#undef LANEWISE

#if defined(__AVX512F__)
/* Writes the first `count` of 16 floats. */
static inline __attribute__((always_inline)) void store_first16(floats16 x, int count, float *address) {
    typedef float whole __attribute__((vector_size(64)));
    __builtin_ia32_storeups512_mask(address, (whole)x, (unsigned short)((1u << count) - 1));
}
#endif
