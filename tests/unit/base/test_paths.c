#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file.h"
#include "base/paths.h"

static Err err;

Test(paths, default_socket_dir)
{
    Arena arena;
    arena_init(&arena);
    (void)setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
    cr_assert_str_eq(default_socket_dir(&arena), "/run/user/7/streamd");
    (void)setenv("XDG_RUNTIME_DIR", "not/absolute", 1);
    char *ours = default_socket_dir(&arena);
    (void)unsetenv("XDG_RUNTIME_DIR");
    cr_assert_str_eq(default_socket_dir(&arena), ours);
    char expected[64];
    (void)snprintf(expected, sizeof expected, "/tmp/streamd-%u", (unsigned)geteuid());
    cr_assert_str_eq(ours, geteuid() ? expected : "/run/streamd");
    arena_deinit(&arena);
}

Test(paths, make_socket_dir)
{
    char folder[] = "/tmp/streamd-paths-XXXXXX", path[64];
    cr_assert(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/a/b", folder);
    cr_assert_eq(paths_check_socket_dir(path, &err), OK, "a missing one is no error");
    cr_assert_eq(paths_make_socket_dir(path, &err), OK, "%s", err.message);
    struct stat info;
    cr_assert_eq(stat(path, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0700u);
    cr_assert_eq(paths_make_socket_dir(path, &err), OK, "an existing one is kept");
    cr_assert_eq(paths_make_socket_dir("/tmp", &err), OK, "sticky");
    (void)chmod(path, 0777);
    cr_assert_eq(paths_make_socket_dir(path, &err), FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_NO_PRIVILEGE);
    if (geteuid() == 0) {
        cr_assert_eq(chmod(path, 0700) || chown(path, 12345, 12345), 0);
        cr_assert_eq(paths_check_socket_dir(path, &err), FAIL);
        cr_assert_str_eq(err.sqlstate, SQLSTATE_NO_PRIVILEGE);
    }
    cr_assert_eq(paths_make_socket_dir("/dev/null", &err), FAIL);
    cr_assert_eq(paths_make_socket_dir("/dev/null/x", &err), FAIL);
    cr_assert_eq(file_remove_tree(folder, &err), OK);
}
