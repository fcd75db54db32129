/*
 * vfs.c - see vfs.h.
 *
 *     VfsFile = [ methods | path | -> real ][ real file of the default VFS … ]
 */
#include "state/vfs.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include "base/file.h"

typedef struct VfsFile {
    sqlite3_file base; /* SQLite's view: must be first */
    const char *path;  /* SQLite keeps it until the close */
    sqlite3_file *real;
} VfsFile;

static sqlite3_vfs *real_vfs;
/* What SQLite asks for after an error; 0: the real VFS knows. */
static _Thread_local int injected;

static VfsFile *vfs_file(sqlite3_file *file)
{
    return (VfsFile *)file;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return vfs_file(file)->real;
}

/* SQLITE_OK, or how the call is to fail. */
static int fault(const char *path, bool *short_write, int failure)
{
    injected = file_fault_point(path ? path : "sqlite-temporary", short_write);
    if (!injected)
        return SQLITE_OK;
    return injected == ENOSPC || injected == EDQUOT ? SQLITE_FULL : failure;
}

static int vfs_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int vfs_read(sqlite3_file *file, void *to, int count, sqlite3_int64 offset)
{
    int result = real_of(file)->pMethods->xRead(real_of(file), to, count, offset);
    if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ)
        injected = 0;
    return result;
}

static int vfs_write(sqlite3_file *file, const void *from, int count, sqlite3_int64 offset)
{
    sqlite3_file *real = real_of(file);
    bool cut = false;
    int failure = fault(vfs_file(file)->path, &cut, SQLITE_IOERR_WRITE);
    if (failure && !cut)
        return failure;
    int result = real->pMethods->xWrite(real, from, cut ? count / 2 : count, offset);
    return failure ? failure : result;
}

static int vfs_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int failure = fault(vfs_file(file)->path, NULL, SQLITE_IOERR_TRUNCATE);
    return failure ? failure : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int vfs_sync(sqlite3_file *file, int flags)
{
    int failure = fault(vfs_file(file)->path, NULL, SQLITE_IOERR_FSYNC);
    return failure ? failure : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int vfs_file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int vfs_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int vfs_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int vfs_check_reserved(sqlite3_file *file, int *reserved)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), reserved);
}

static int vfs_file_control(sqlite3_file *file, int op, void *arg)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int vfs_sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int vfs_characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int vfs_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **at)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, at);
}

static int vfs_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void vfs_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int vfs_shm_unmap(sqlite3_file *file, int delete_it)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), delete_it);
}

static int vfs_fetch(sqlite3_file *file, sqlite3_int64 offset, int count, void **at)
{
    return real_of(file)->pMethods->xFetch(real_of(file), offset, count, at);
}

static int vfs_unfetch(sqlite3_file *file, sqlite3_int64 offset, void *at)
{
    return real_of(file)->pMethods->xUnfetch(real_of(file), offset, at);
}

/* SQLite looks at the version before it calls the newer methods, so one table a version will do. */
#define METHODS(version)                                                                           \
    {                                                                                              \
        .iVersion = (version), .xClose = vfs_close, .xRead = vfs_read, .xWrite = vfs_write,        \
        .xTruncate = vfs_truncate, .xSync = vfs_sync, .xFileSize = vfs_file_size,                  \
        .xLock = vfs_lock, .xUnlock = vfs_unlock, .xCheckReservedLock = vfs_check_reserved,        \
        .xFileControl = vfs_file_control, .xSectorSize = vfs_sector_size,                          \
        .xDeviceCharacteristics = vfs_characteristics, .xShmMap = vfs_shm_map,                     \
        .xShmLock = vfs_shm_lock, .xShmBarrier = vfs_shm_barrier, .xShmUnmap = vfs_shm_unmap,      \
        .xFetch = vfs_fetch, .xUnfetch = vfs_unfetch                                               \
    }
static const sqlite3_io_methods methods[] = {METHODS(1), METHODS(2), METHODS(3)};

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *opened, int flags,
                    int *out_flags)
{
    (void)vfs;
    VfsFile *file = vfs_file(opened);
    file->base.pMethods = NULL;
    file->path = path;
    file->real = (sqlite3_file *)&file[1];
    if (flags & SQLITE_OPEN_CREATE) {
        int failure = fault(path, NULL, SQLITE_CANTOPEN);
        if (failure)
            return failure;
    }
    int result = real_vfs->xOpen(real_vfs, path, file->real, flags, out_flags);
    /* SQLite closes what has methods, even after a failure. */
    if (file->real->pMethods) {
        int version = file->real->pMethods->iVersion;
        file->base.pMethods = &methods[version > 3 ? 2 : version - 1];
    }
    return result;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    (void)vfs;
    int failure = fault(path, NULL, SQLITE_IOERR_DELETE);
    return failure ? failure : real_vfs->xDelete(real_vfs, path, sync_folder);
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *result)
{
    (void)vfs;
    return real_vfs->xAccess(real_vfs, path, flags, result);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int size, char *full)
{
    (void)vfs;
    return real_vfs->xFullPathname(real_vfs, path, size, full);
}

static int vfs_randomness(sqlite3_vfs *vfs, int size, char *bytes)
{
    (void)vfs;
    return real_vfs->xRandomness(real_vfs, size, bytes);
}

static int vfs_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return real_vfs->xSleep(real_vfs, us);
}

static int vfs_time_ms(sqlite3_vfs *vfs, sqlite3_int64 *now)
{
    (void)vfs;
    return real_vfs->xCurrentTimeInt64(real_vfs, now);
}

static int vfs_time(sqlite3_vfs *vfs, double *now)
{
    (void)vfs;
    return real_vfs->xCurrentTime(real_vfs, now);
}

static int vfs_last_error(sqlite3_vfs *vfs, int size, char *text)
{
    (void)vfs;
    return injected ? injected : real_vfs->xGetLastError(real_vfs, size, text);
}

static sqlite3_vfs streamd_vfs = {
    .iVersion = 2,
    .zName = VFS_NAME,
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_path,
    .xRandomness = vfs_randomness,
    .xSleep = vfs_sleep,
    .xCurrentTime = vfs_time,
    .xGetLastError = vfs_last_error,
    .xCurrentTimeInt64 = vfs_time_ms,
};

static void register_once(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    if (!real_vfs || real_vfs->iVersion < 2)
        return;
    streamd_vfs.szOsFile = (int)sizeof(VfsFile) + real_vfs->szOsFile;
    streamd_vfs.mxPathname = real_vfs->mxPathname;
    (void)sqlite3_vfs_register(&streamd_vfs, 0);
}

void vfs_register(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, register_once);
}
