/* Makes one call of the system fail, or all from one on, or kills the process there: preloaded into deadwood.
 *
 * Calls that create, write, cut, sync, name or remove files below FAULTS_FOLDER are counted, and appended to FAULTS_LOG,
 * one line each. The call FAULTS_AT (from 1) and, where FAULTS_MODE is "on", every later one fails with the error
 * FAULTS_ERROR; where it is "kill", the process is killed in place of the call. Calls that go through stdio are counted
 * where stdio is called.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *folder, *mode = "";
static size_t length;
static int at, error = ENOSPC, record = -1;
static atomic_int calls;

__attribute__((constructor)) static void prepare(void) {
    const char *text;
    if ((folder = getenv("FAULTS_FOLDER"))) length = strlen(folder);
    if ((text = getenv("FAULTS_AT"))) at = atoi(text);
    if ((text = getenv("FAULTS_MODE"))) mode = text;
    if ((text = getenv("FAULTS_ERROR"))) error = atoi(text);
    if ((text = getenv("FAULTS_LOG")))
        record = (int)syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* Whether this call is to fail, by the path that it is about. */
static int fails(const char *call, const char *path) {
    char line[4400];
    if (!folder || !path || strncmp(path, folder, length)) return 0;
    int number = atomic_fetch_add(&calls, 1) + 1;
    if (record >= 0) syscall(SYS_write, record, line, snprintf(line, sizeof line, "%s %s\n", call, path + length));
    if (!at || number < at || (number > at && strcmp(mode, "on"))) return 0;
    if (!strcmp(mode, "kill")) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    errno = error;
    return 1;
}

/* By a path of a call, which may be relative. */
static int path_fails(const char *call, const char *path) {
    char whole[8192];
    if (path && path[0] != '/' && getcwd(whole, 4096)) {
        size_t end = strlen(whole);
        snprintf(whole + end, sizeof whole - end, "/%s", path);
        return fails(call, whole);
    }
    return fails(call, path);
}

/* By an open file; one without a name any more is none of ours. */
static int file_fails(const char *call, int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t count = readlink(link, path, sizeof path - 1);
    if (count < 0) return 0;
    path[count] = 0;
    return fails(call, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t permissions = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        if (flags & (O_CREAT | O_WRONLY | O_RDWR | O_DIRECTORY) && path_fails("open", path)) return -1; \
        return REAL(name)(path, flags, permissions); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t permissions = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        if (flags & (O_CREAT | O_WRONLY | O_RDWR) && path_fails("open", path)) return -1; \
        return REAL(name)(at, path, flags, permissions); \
    }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(name) \
    FILE *name(const char *path, const char *how) { \
        if (strpbrk(how, "wa+") && path_fails("open", path)) return NULL; \
        return REAL(name)(path, how); \
    }
FOPEN(fopen)
FOPEN(fopen64)

size_t fwrite(const void *bytes, size_t size, size_t count, FILE *file) {
    if (file_fails("write", fileno(file))) return 0;
    return REAL(fwrite)(bytes, size, count, file);
}
int fflush(FILE *file) {
    if (file && file_fails("flush", fileno(file))) return EOF;
    return REAL(fflush)(file);
}
int fclose(FILE *file) {
    int failed = file_fails("close", fileno(file)), reason = errno, result = REAL(fclose)(file);
    if (failed) errno = reason;
    return failed ? EOF : result;
}
int close(int file) {
    int failed = file_fails("close", file), reason = errno, result = REAL(close)(file);
    if (failed) errno = reason;
    return failed ? -1 : result;
}

/* type name(first file, more): fails by the file. */
#define FILE_CALL(type, name, said, parameters, ...) \
    type name parameters { \
        if (file_fails(said, file)) return -1; \
        return REAL(name)(__VA_ARGS__); \
    }
FILE_CALL(ssize_t, write, "write", (int file, const void *bytes, size_t count), file, bytes, count)
FILE_CALL(ssize_t, pwrite, "write", (int file, const void *bytes, size_t count, off_t at), file, bytes, count, at)
FILE_CALL(ssize_t, pwrite64, "write", (int file, const void *bytes, size_t count, off64_t at), file, bytes, count, at)
FILE_CALL(ssize_t, writev, "write", (int file, const struct iovec *pieces, int count), file, pieces, count)
FILE_CALL(ssize_t, pwritev, "write", (int file, const struct iovec *pieces, int count, off_t at), file, pieces, count, at)
FILE_CALL(ssize_t, pwritev64, "write", (int file, const struct iovec *pieces, int count, off64_t at), file, pieces, count, at)
FILE_CALL(int, ftruncate, "cut", (int file, off_t size), file, size)
FILE_CALL(int, ftruncate64, "cut", (int file, off64_t size), file, size)
FILE_CALL(int, fsync, "sync", (int file), file)
FILE_CALL(int, fdatasync, "sync", (int file), file)
FILE_CALL(int, fchmod, "chmod", (int file, mode_t permissions), file, permissions)

/* int name(…): fails by a path. */
#define PATH_CALL(name, said, path, parameters, ...) \
    int name parameters { \
        if (path_fails(said, path)) return -1; \
        return REAL(name)(__VA_ARGS__); \
    }
PATH_CALL(rename, "rename", to, (const char *from, const char *to), from, to)
PATH_CALL(renameat, "rename", to, (int a, const char *from, int b, const char *to), a, from, b, to)
PATH_CALL(renameat2, "rename", to, (int a, const char *from, int b, const char *to, unsigned flags), a, from, b, to, flags)
PATH_CALL(link, "link", to, (const char *from, const char *to), from, to)
PATH_CALL(linkat, "link", to, (int a, const char *from, int b, const char *to, int flags), a, from, b, to, flags)
PATH_CALL(unlink, "unlink", path, (const char *path), path)
PATH_CALL(unlinkat, "unlink", path, (int at, const char *path, int flags), at, path, flags)
PATH_CALL(mkdir, "mkdir", path, (const char *path, mode_t permissions), path, permissions)
PATH_CALL(chmod, "chmod", path, (const char *path, mode_t permissions), path, permissions)
