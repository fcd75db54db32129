/* file.c - the file-system calls, retried and whole; see file.h. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/list.h"

enum { PIPE_LOOK_MS = 50 };

/* Repeats a call that a signal cut off. */
#define RETRY(result, call)                                                                        \
    do {                                                                                           \
        (result) = (call);                                                                         \
    } while ((result) < 0 && errno == EINTR)

/* -1 with errno when the test wants this call to fail. */
static int faulty(const char *path)
{
    int failure = file_fault_point(path, NULL);
    if (!failure)
        return 0;
    errno = failure;
    return -1;
}

void file_hold_standard(void)
{
    static const int modes[] = {
        [STDIN_FILENO] = O_RDONLY, [STDOUT_FILENO] = O_RDONLY, [STDERR_FILENO] = O_WRONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
            abort(); /* opening takes the lowest number that is free */
}

Status file_open(int *fd, const char *path, FileMode mode, Err *err)
{
    static const int flags[] = {
        [FILE_READ] = O_RDONLY,
        [FILE_READ_NOW] = O_RDONLY | O_NONBLOCK,
        [FILE_WRITE_NEW] = O_RDWR | O_CREAT | O_EXCL,
        [FILE_WRITE] = O_RDWR | O_CREAT,
        [FILE_WRITE_EMPTY] = O_WRONLY | O_CREAT | O_TRUNC,
    };
    int opened = mode == FILE_READ || mode == FILE_READ_NOW ? 0 : faulty(path);
    if (opened == 0)
        RETRY(opened, open(path, flags[mode] | O_CLOEXEC, 0666));
    if (opened < 0)
        return err_errno(err, errno, mode == FILE_WRITE_NEW ? "create" : "open", path);
    *fd = opened;
    return OK;
}

void file_close(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}

Status file_read_at(int fd, void *to, size_t size, int64_t offset, size_t *got, const char *path,
                    Err *err)
{
    size_t done = 0;
    while (done < size) {
        ssize_t count;
        RETRY(count, pread(fd, (char *)to + done, size - done, (off_t)offset + (off_t)done));
        /* Pipes and terminals have no offsets. */
        if (count < 0 && errno == ESPIPE)
            RETRY(count, read(fd, (char *)to + done, size - done));
        if (count < 0)
            return err_errno(err, errno, "read", path);
        if (count == 0)
            break;
        done += (size_t)count;
    }
    *got = done;
    return OK;
}

Status file_read_pipe(int fd, void *to, size_t size, size_t *got, const _Atomic bool *cancelled,
                      const char *path, Err *err)
{
    *got = 0;
    while (*got < size) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int ready = poll(&wait, 1, PIPE_LOOK_MS);
        if (cancelled && *cancelled)
            return err_canceled(err, "It was reading %s.", path);
        if (ready == 0 || (ready < 0 && errno == EINTR))
            continue;
        if (ready < 0)
            return err_errno(err, errno, "read", path);
        ssize_t count = read(fd, (char *)to + *got, size - *got);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (count < 0)
            return err_errno(err, errno, "read", path);
        if (count == 0)
            break;
        *got += (size_t)count;
    }
    return OK;
}

Status file_open_pipe(int *fd, const char *path, Err *err)
{
    int opened = faulty(path);
    if (opened == 0)
        RETRY(opened, open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    *fd = opened;
    if (opened < 0 && errno != ENXIO)
        return err_errno(err, errno, "open", path);
    if (opened < 0)
        (void)poll(NULL, 0, PIPE_LOOK_MS);
    return OK;
}

Status file_write_pipe(int fd, const char *from, size_t size, size_t *written, const char *path,
                       Err *err)
{
    struct pollfd wait = {.fd = fd, .events = POLLOUT};
    *written = 0;
    if (faulty(path) < 0)
        return err_errno(err, errno, "write", path);
    int ready = poll(&wait, 1, PIPE_LOOK_MS);
    /* A pipe that has room at all takes so many at once. */
    ssize_t count = ready > 0 ? write(fd, from, size < PIPE_BUF ? size : PIPE_BUF) : ready;
    if (count < 0 && errno != EAGAIN && errno != EINTR)
        return err_errno(err, errno, "write", path);
    *written = count > 0 ? (size_t)count : 0;
    return OK;
}

/* Writes everything; a negative offset: where the file stands. */
static Status write_whole(int fd, const char *from, size_t size, int64_t offset, const char *path,
                          Err *err)
{
    bool cut = false;
    int failure = file_fault_point(path, &cut);
    if (failure && !cut)
        return err_errno(err, failure, "write", path);
    if (cut)
        size /= 2;
    for (size_t done = 0; done < size;) {
        ssize_t count;
        if (offset < 0)
            RETRY(count, write(fd, from + done, size - done));
        else
            RETRY(count, pwrite(fd, from + done, size - done, (off_t)offset + (off_t)done));
        if (count < 0)
            return err_errno(err, errno, "write", path);
        done += (size_t)count;
    }
    return failure ? err_errno(err, failure, "write", path) : OK;
}

Status file_write_at(int fd, const void *from, size_t size, int64_t offset, const char *path,
                     Err *err)
{
    return write_whole(fd, from, size, offset, path, err);
}

Status file_write(int fd, const void *from, size_t size, const char *path, Err *err)
{
    return write_whole(fd, from, size, -1, path, err);
}

Status file_sync(int fd, const char *path, Err *err)
{
    int result = faulty(path);
    if (result == 0)
        RETRY(result, fdatasync(fd));
    return result < 0 ? err_errno(err, errno, "sync", path) : OK;
}

Status file_sync_directory(const char *path, Err *err)
{
    int fd;
    RETRY(fd, open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd < 0)
        return err_errno(err, errno, "open", path);
    int result = faulty(path);
    if (result == 0)
        RETRY(result, fsync(fd));
    /* Some network file systems cannot sync a directory; nothing better is to be had there. */
    Status status = result < 0 && errno != EINVAL ? err_errno(err, errno, "sync", path) : OK;
    (void)close(fd);
    return status;
}

Status file_truncate(int fd, int64_t size, const char *path, Err *err)
{
    int result = faulty(path);
    if (result == 0)
        RETRY(result, ftruncate(fd, (off_t)size));
    return result < 0 ? err_errno(err, errno, "truncate", path) : OK;
}

static int64_t us_of(struct statx_timestamp t)
{
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int stat_into(int fd, const char *path, int flags, FileInfo *info)
{
    struct statx s;
    if (statx(fd, path, flags, STATX_BASIC_STATS | STATX_BTIME, &s) < 0)
        return -1;
    *info = (FileInfo){
        .exists = true,
        .is_directory = S_ISDIR(s.stx_mode),
        .is_regular = S_ISREG(s.stx_mode),
        .size = (int64_t)s.stx_size,
        .mtime_us = us_of(s.stx_mtime),
        .birth_us = s.stx_mask & STATX_BTIME ? us_of(s.stx_btime) : 0,
        .inode = s.stx_ino,
        .device = (uint64_t)s.stx_dev_major << 32 | s.stx_dev_minor,
    };
    return 0;
}

Status file_stat(const char *path, FileInfo *info, Err *err)
{
    if (stat_into(AT_FDCWD, path, 0, info) == 0)
        return OK;
    /* A link to itself is one that leads nowhere. */
    if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
        return err_errno(err, errno, "look at", path);
    *info = (FileInfo){0};
    return OK;
}

Status file_stat_fd(int fd, FileInfo *info, const char *path, Err *err)
{
    return stat_into(fd, "", AT_EMPTY_PATH, info) < 0 ? err_errno(err, errno, "look at", path) : OK;
}

Status file_rename(const char *from, const char *to, Err *err)
{
    if (faulty(to) < 0 || rename(from, to) < 0)
        return err_errno(err, errno, "rename a file to", to);
    return OK;
}

Status file_rename_noreplace(const char *from, const char *to, bool *existed, Err *err)
{
    *existed = false;
    int result = faulty(to);
    if (result == 0) {
        result = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
        if (result < 0 && (errno == EINVAL || errno == ENOSYS)) {
            /* A file system without the flag: two names for a moment, never none. */
            result = link(from, to);
            if (result == 0)
                result = unlink(from);
        }
    }
    if (result == 0)
        return OK;
    if (errno != EEXIST)
        return err_errno(err, errno, "rename a file to", to);
    *existed = true;
    return err_set(err, SQLSTATE_IO, -1, "cannot rename a file to %s: File exists", to);
}

Status file_unlink(const char *path, bool missing_ok, Err *err)
{
    if (faulty(path) == 0 && unlink(path) == 0)
        return OK;
    return missing_ok && errno == ENOENT ? OK : err_errno(err, errno, "remove", path);
}

Status file_make_directory(const char *path, Err *err)
{
    size_t length = strlen(path);
    char prefix[PATH_MAX];
    if (length >= sizeof prefix)
        return err_errno(err, ENAMETOOLONG, "make directory", path);
    memcpy(prefix, path, length + 1);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        prefix[i] = '\0';
        struct stat s;
        /* Another process may make the same folder between the look and the call. */
        if ((stat(prefix, &s) < 0 || !S_ISDIR(s.st_mode)) &&
            (faulty(prefix) < 0 || mkdir(prefix, 0777) < 0) &&
            (errno != EEXIST || stat(prefix, &s) < 0 || !S_ISDIR(s.st_mode)))
            return err_errno(err, errno, "make directory", prefix);
        prefix[i] = path[i];
    }
    return OK;
}

static int remove_one(const char *path, const struct stat *s, int type, struct FTW *at)
{
    (void)s;
    (void)at;
    if (faulty(path) < 0)
        return errno;
    return (type == FTW_DP || type == FTW_D ? rmdir(path) : unlink(path)) < 0 ? errno : 0;
}

Status file_remove_tree(const char *path, Err *err)
{
    enum { OPEN_FOLDERS = 16 };
    int failure = nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
    if (failure < 0)
        failure = errno;
    return failure && failure != ENOENT ? err_errno(err, failure, "remove", path) : OK;
}

Status file_read_all(const char *path, Arena *arena, char **data, size_t *size, Err *err)
{
    int fd;
    TRY(file_open(&fd, path, FILE_READ, err));
    FileInfo info;
    Status status;
    TRY_GOTO(file_stat_fd(fd, &info, path, err));
    /* The size is a guess: pipes and /proc say 0, and a file may grow meanwhile. */
    size_t room = info.is_regular && info.size > 0 ? (size_t)info.size + 1 : 4096, length = 0;
    char *bytes = arena_alloc(arena, room);
    for (;;) {
        size_t got;
        TRY_GOTO(file_read_at(fd, bytes + length, room - length, (int64_t)length, &got, path, err));
        length += got;
        if (length < room)
            break;
        char *larger = arena_alloc(arena, room * 2);
        memcpy(larger, bytes, length);
        bytes = larger;
        room *= 2;
    }
    bytes[length] = '\0';
    *data = bytes;
    *size = length;
done:
    file_close(fd);
    return status;
}

static int entry_order(const void *a, const void *b)
{
    return strcmp(((const FileEntry *)a)->name, ((const FileEntry *)b)->name);
}

Status file_list_directory(const char *path, Arena *arena, FileEntry **entries, size_t *count,
                           Err *err)
{
    DIR *directory = opendir(path);
    if (!directory)
        return err_errno(err, errno, "list", path);
    LIST(FileEntry) list = {0};
    struct dirent *d;
    while ((errno = 0, d = readdir(directory)) != NULL) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        /* What a symbolic link is only a stat can tell. */
        FileEntry entry = {.name = arena_strdup(arena, d->d_name),
                           .is_directory = d->d_type == DT_DIR,
                           .is_regular = d->d_type == DT_REG,
                           .type_known = d->d_type != DT_UNKNOWN && d->d_type != DT_LNK};
        list_push_arena(arena, &list, entry);
    }
    int failure = errno;
    (void)closedir(directory);
    if (failure)
        return err_errno(err, failure, "list", path);
    if (list.count)
        qsort(list.at, list.count, sizeof *list.at, entry_order);
    *entries = list.at;
    *count = list.count;
    return OK;
}

Status file_lock(const char *path, int *fd, bool *busy, Err *err)
{
    *busy = false;
    int opened = -1, result;
    TRY(file_open(&opened, path, FILE_WRITE, err));
    RETRY(result, flock(opened, LOCK_EX | LOCK_NB));
    if (result < 0) {
        int failure = errno;
        file_close(opened);
        *busy = failure == EWOULDBLOCK;
        return *busy ? err_set(err, SQLSTATE_IN_USE, -1, "%s is in use by another process", path)
                     : err_errno(err, failure, "lock", path);
    }
    *fd = opened;
    return OK;
}

char *file_absolute(const char *path, Arena *arena)
{
    char folder[PATH_MAX];
    if (path[0] == '/' || !getcwd(folder, sizeof folder))
        return arena_strdup(arena, path);
    while (path[0] == '.' && path[1] == '/')
        for (path += 2; *path == '/';)
            path++;
    return path_join(arena, folder, strcmp(path, ".") == 0 ? "" : path);
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *path_directory(const char *path, Arena *arena)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return arena_strdup(arena, ".");
    return arena_strndup(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

char *path_join(Arena *arena, const char *folder, const char *name)
{
    size_t length = strlen(folder);
    if (!length || !*name)
        return arena_strdup(arena, length ? folder : name);
    return arena_printf(arena, "%s%s%s", folder, folder[length - 1] == '/' ? "" : "/", name);
}
