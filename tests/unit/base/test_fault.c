#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/file.h"

static char folder[64];
static Arena arena;
static Err err;

static void set_up(void)
{
    strcpy(folder, "/tmp/streamd-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    arena_init(&arena);
}

static void tear_down(void)
{
    file_fault_set(NULL);
    cr_assert_eq(file_remove_tree(folder, &err), OK);
    arena_deinit(&arena);
}

/* Eight changing calls; returns the number of the one that failed, 0 for none. */
static int script(void)
{
    const char *sub = path_join(&arena, folder, "sub");
    const char *tmp = path_join(&arena, sub, "tmp"), *out = path_join(&arena, sub, "out");
    int fd, step = 0;
    bool existed;
    if (step++, file_make_directory(sub, &err) != OK)
        return step;
    if (step++, file_open(&fd, tmp, FILE_WRITE_NEW, &err) != OK)
        return step;
    Status status = (step++, file_write(fd, "12345678", 8, tmp, &err));
    if (status == OK)
        status = (step++, file_sync(fd, tmp, &err));
    if (status == OK)
        status = (step++, file_truncate(fd, 4, tmp, &err));
    file_close(fd);
    if (status != OK)
        return step;
    if (step++, file_rename_noreplace(tmp, out, &existed, &err) != OK)
        return step;
    if (step++, file_sync_directory(sub, &err) != OK)
        return step;
    if (step++, file_unlink(out, false, &err) != OK)
        return step;
    return 0;
}

Test(fault, each_call_in_turn, .init = set_up, .fini = tear_down)
{
    for (int n = 1; n <= 8; n++) {
        char spec[32];
        (void)snprintf(spec, sizeof spec, "%d:EIO", n);
        cr_assert_eq(file_remove_tree(path_join(&arena, folder, "sub"), &err), OK);
        file_fault_set(spec);
        cr_assert_eq(script(), n);
        cr_assert_str_eq(err.sqlstate, SQLSTATE_IO);
        file_fault_set(NULL);
    }
    cr_assert_eq(file_remove_tree(path_join(&arena, folder, "sub"), &err), OK);
    file_fault_set("9:EIO");
    cr_assert_eq(script(), 0);
}

Test(fault, only_paths_with_the_part, .init = set_up, .fini = tear_down)
{
    file_fault_set("1:ENOSPC:out");
    cr_assert_eq(script(), 6);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_DISK_FULL);
}

Test(fault, reading_does_not_count, .init = set_up, .fini = tear_down)
{
    char *data;
    size_t size;
    file_fault_set("1:EIO");
    cr_assert_eq(file_read_all("/proc/self/status", &arena, &data, &size, &err), OK);
}

Test(fault, short_write, .init = set_up, .fini = tear_down)
{
    file_fault_set("3:short");
    cr_assert_eq(script(), 3);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_DISK_FULL);
    FileInfo info;
    cr_assert_eq(file_stat(path_join(&arena, folder, "sub/tmp"), &info, &err), OK);
    cr_assert_eq(info.size, 4);
}

Test(fault, kill, .init = set_up, .fini = tear_down)
{
    pid_t child = fork();
    if (child == 0) {
        file_fault_set("3:kill");
        (void)script();
        _exit(0);
    }
    int how;
    cr_assert_eq(waitpid(child, &how, 0), child);
    cr_assert(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
    FileInfo info;
    cr_assert_eq(file_stat(path_join(&arena, folder, "sub/tmp"), &info, &err), OK);
    cr_assert(info.exists && info.size == 0);
}

Test(fault, point_for_other_callers, .init = set_up, .fini = tear_down)
{
    bool cut = false;
    cr_assert_eq(file_fault_point("/db", &cut), 0);
    file_fault_set("2:short:db");
    cr_assert_eq(file_fault_point("/other", &cut), 0);
    cr_assert_eq(file_fault_point("/db", &cut), 0);
    cr_assert_eq(file_fault_point("/db", &cut), ENOSPC);
    cr_assert(cut);
    cr_assert_eq(file_fault_point("/db", &cut), 0);
}
