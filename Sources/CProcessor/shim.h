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

/* Prefetches a cache line that is about to be used. */
static inline void prefetch(const float *address) {
    __builtin_prefetch(address, 0, 3);
}

/* Prefetches a cache line into the second-level cache: it will be used, but only after the first-level cache was filled anew. */
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

/* As many floats as the caller's instruction set has registers for. The compiler inlines what is done to each of them, with the
   caller's instructions. */
#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif
typedef float lanes_t __attribute__((ext_vector_type(LANES)));
typedef float half_lanes_t __attribute__((ext_vector_type(LANES / 2)));
#define LANEWISE static inline __attribute__((always_inline)) lanes_t

LANEWISE lanes_sum(lanes_t a, lanes_t b) { return a + b; }
LANEWISE lanes_difference(lanes_t a, lanes_t b) { return a - b; }
LANEWISE lanes_product(lanes_t a, lanes_t b) { return a * b; }
LANEWISE lanes_quotient(lanes_t a, lanes_t b) { return a / b; }
LANEWISE lanes_negative(lanes_t a) { return -a; }
LANEWISE lanes_square_root(lanes_t a) { return __builtin_elementwise_sqrt(a); }
/* a · b + c, rounded once where the instruction set can. */
LANEWISE lanes_product_sum(lanes_t a, lanes_t b, lanes_t c) { return a * b + c; }
static inline __attribute__((always_inline)) half_lanes_t half_lanes_product_sum(half_lanes_t a, half_lanes_t b, half_lanes_t c) { return a * b + c; }
/* x where a > b, y elsewhere, also where one of the two is NaN; likewise below. */
LANEWISE lanes_choose_above(lanes_t a, lanes_t b, lanes_t x, lanes_t y) { return a > b ? x : y; }
LANEWISE lanes_choose_at_least(lanes_t a, lanes_t b, lanes_t x, lanes_t y) { return a >= b ? x : y; }
LANEWISE lanes_choose_equal(lanes_t a, lanes_t b, lanes_t x, lanes_t y) { return a == b ? x : y; }

/* The sum of all lanes. */
static inline __attribute__((always_inline)) float lanes_total(lanes_t x) {
#if LANES == 4
    float __attribute__((ext_vector_type(4))) four = x;
#elif LANES == 8
    float __attribute__((ext_vector_type(4))) four = x.lo + x.hi;
#else
    float __attribute__((ext_vector_type(8))) eight = x.lo + x.hi;
    float __attribute__((ext_vector_type(4))) four = eight.lo + eight.hi;
#endif
    float __attribute__((ext_vector_type(2))) two = four.lo + four.hi;
    return two.x + two.y;
}

/* Reads the first `count` lanes, fewer than all; the others are 0. */
LANEWISE lanes_load_first(const float *address, int count) {
#if defined(__AVX512F__)
    typedef float whole __attribute__((vector_size(64)));
    return (lanes_t)__builtin_ia32_loadups512_mask(address, (whole)(lanes_t)0, (unsigned short)((1u << count) - 1));
#elif defined(__AVX2__)
    typedef int mask __attribute__((vector_size(32)));
    typedef float whole __attribute__((vector_size(32)));
    const mask numbers = {0, 1, 2, 3, 4, 5, 6, 7};
    return (lanes_t)__builtin_ia32_maskloadps256((const whole *)address, numbers < (mask){count, count, count, count, count, count, count, count});
#else
    lanes_t x = 0;
    if (count > 0) x.x = address[0];
    if (count > 1) x.y = address[1];
    if (count > 2) x.z = address[2];
    return x;
#endif
}

#if defined(__AVX512F__)
/* Writes the first `count` lanes. */
static inline __attribute__((always_inline)) void lanes_store_first(lanes_t x, int count, float *address) {
    typedef float whole __attribute__((vector_size(64)));
    __builtin_ia32_storeups512_mask(address, (whole)x, (unsigned short)((1u << count) - 1));
}
#endif
#undef LANEWISE
#undef LANES
