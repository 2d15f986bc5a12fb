#ifndef CMEMORY_H
#define CMEMORY_H

#include <stddef.h>

/// Has `body` called with the bytes asked for when the system refuses memory, from whatever thread asked, once. The
/// process ends with status 1 when it returns. A little memory is kept for it until then.
///
/// Neither Swift nor most of C can go on without the memory it asks for: Swift ends the process with a trace of its
/// stack. Only with glibc; elsewhere `body` is never called, and the process ends as it would.
void memory_when_refused(void (*body)(size_t bytes));

#endif
