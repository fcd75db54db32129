/* paths.c - see paths.h. */
#include "base/paths.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file.h"

char *default_socket_dir(Arena *arena)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    if (runtime && *runtime == '/')
        return path_join(arena, runtime, "streamd");
    if (geteuid() == 0)
        return arena_strdup(arena, "/run/streamd");
    return arena_printf(arena, "/tmp/streamd-%u", (unsigned)geteuid());
}

Status paths_check_socket_dir(const char *path, Err *err)
{
    struct stat info;
    if (stat(path, &info) < 0)
        return errno == ENOENT ? OK : err_errno(err, errno, "look at", path);
    if (!S_ISDIR(info.st_mode))
        return err_errno(err, ENOTDIR, "use", path);
    if (info.st_uid != geteuid() && info.st_uid != 0) {
        err_set(err, SQLSTATE_NO_PRIVILEGE, -1, "directory %s belongs to user %u", path,
                (unsigned)info.st_uid);
        return err_hint(err, "Its owner could replace the socket in it; choose another directory.");
    }
    if ((info.st_mode & S_IWOTH) && !(info.st_mode & S_ISVTX)) {
        err_set(err, SQLSTATE_NO_PRIVILEGE, -1, "directory %s can be written to by everybody",
                path);
        return err_hint(err, "Anybody could replace the socket in it; chmod o-w %s", path);
    }
    return OK;
}

Status paths_make_socket_dir(const char *path, Err *err)
{
    if (mkdir(path, 0700) < 0 && errno != EEXIST) {
        if (errno != ENOENT)
            return err_errno(err, errno, "make directory", path);
        TRY(file_make_directory(path, err));
        if (chmod(path, 0700) < 0)
            return err_errno(err, errno, "make directory", path);
    }
    return paths_check_socket_dir(path, err);
}
