#include "CMemory.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

static void (*whenRefused)(size_t);
static void *reserve;

void memory_when_refused(void (*body)(size_t)) {
    reserve = malloc(64 << 10);
    whenRefused = body;
}

// Sanitizers bring functions of these names themselves.
#if defined(__GLIBC__) && !defined(IS_SANITIZED)

/// What `found` is, or the end of the process where it is null.
static void *required(void *found, size_t bytes) {
    static atomic_flag isTold = ATOMIC_FLAG_INIT;
    static _Thread_local int isTelling;
    if (found || !whenRefused) return found;
    if (isTelling) {
        // Not even the reserve was enough.
        static const char line[] = "Error: there is not enough memory\n";
        (void)!write(STDERR_FILENO, line, sizeof line - 1);
        _exit(1);
    }
    isTelling = 1;
    while (atomic_flag_test_and_set(&isTold)) pause();
    free(reserve);
    whenRefused(bytes);
    _exit(1);
}

// glibc lets programs have these functions in place of its own, which keep these names.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) { return required(__libc_malloc(size), size); }

void *calloc(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) bytes = SIZE_MAX;
    return required(__libc_calloc(count, size), bytes);
}

void *realloc(void *old, size_t size) {
    void *moved = __libc_realloc(old, size);
    // Nothing was asked for: `old` is freed.
    return size == 0 ? moved : required(moved, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return required(__libc_memalign(alignment, size), size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || __builtin_popcountll(alignment) != 1) return EINVAL;
    *result = required(__libc_memalign(alignment, size), size);
    return *result ? 0 : ENOMEM;
}

#endif
