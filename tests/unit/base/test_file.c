#include <criterion/criterion.h>
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
    cr_assert_eq(file_remove_tree(folder, &err), OK);
    arena_deinit(&arena);
}

static char *in(const char *name)
{
    return path_join(&arena, folder, name);
}

static void put(const char *path, const char *text)
{
    int fd;
    cr_assert_eq(file_open(&fd, path, FILE_WRITE_EMPTY, &err), OK);
    cr_assert_eq(file_write(fd, text, strlen(text), path, &err), OK);
    file_close(fd);
}

static const char *get(const char *path)
{
    char *data;
    size_t size;
    cr_assert_eq(file_read_all(path, &arena, &data, &size, &err), OK);
    cr_assert_eq(strlen(data), size);
    return data;
}

Test(file, modes, .init = set_up, .fini = tear_down)
{
    int fd = -1;
    const char *p = in("a");
    cr_assert_eq(file_open(&fd, p, FILE_READ, &err), FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_UNDEFINED_FILE);
    cr_assert_eq(fd, -1);
    cr_assert_eq(file_open(&fd, p, FILE_WRITE_NEW, &err), OK);
    cr_assert_eq(file_write(fd, "hello", 5, p, &err), OK);
    cr_assert_eq(file_sync(fd, p, &err), OK);
    file_close(fd);
    cr_assert_eq(file_open(&fd, p, FILE_WRITE_NEW, &err), FAIL);
    cr_assert_eq(file_open(&fd, p, FILE_WRITE, &err), OK);
    cr_assert_eq(file_write_at(fd, "LO!", 3, 3, p, &err), OK);
    file_close(fd);
    cr_assert_str_eq(get(p), "helLO!");
    cr_assert_eq(file_open(&fd, p, FILE_WRITE, &err), OK);
    cr_assert_eq(file_truncate(fd, 3, p, &err), OK);
    file_close(fd);
    cr_assert_str_eq(get(p), "hel");
    put(p, "");
    cr_assert_str_eq(get(p), "");
    cr_assert_eq(file_sync_directory(folder, &err), OK);
    file_close(-1);
}

Test(file, reading_at_offsets, .init = set_up, .fini = tear_down)
{
    const char *p = in("a");
    put(p, "0123456789");
    int fd;
    char to[20];
    size_t got;
    cr_assert_eq(file_open(&fd, p, FILE_READ, &err), OK);
    cr_assert_eq(file_read_at(fd, to, 4, 3, &got, p, &err), OK);
    cr_assert_eq(got, 4);
    cr_assert_arr_eq(to, "3456", 4);
    cr_assert_eq(file_read_at(fd, to, 20, 8, &got, p, &err), OK);
    cr_assert_eq(got, 2);
    cr_assert_eq(file_read_at(fd, to, 20, 100, &got, p, &err), OK);
    cr_assert_eq(got, 0);
    file_close(fd);
    cr_assert_eq(file_open(&fd, folder, FILE_READ, &err), OK);
    cr_assert_eq(file_read_at(fd, to, 1, 0, &got, folder, &err), FAIL);
    file_close(fd);
}

Test(file, reading_a_pipe_and_a_large_file, .init = set_up, .fini = tear_down)
{
    int ends[2];
    char to[20];
    size_t got;
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(file_write(ends[1], "abc", 3, "pipe", &err), OK);
    file_close(ends[1]);
    cr_assert_eq(file_read_at(ends[0], to, 20, 0, &got, "pipe", &err), OK);
    cr_assert_eq(got, 3);
    file_close(ends[0]);

    size_t size = 300000, read_size;
    char *text = arena_alloc(&arena, size + 1), *data;
    memset(text, 'x', size);
    text[size] = '\0';
    put(in("large"), text);
    cr_assert_eq(file_read_all(in("large"), &arena, &data, &read_size, &err), OK);
    cr_assert_eq(read_size, size);
    cr_assert_str_eq(data, text);
    cr_assert_gt(strlen(get("/proc/self/status")), 10);
}

Test(file, stat, .init = set_up, .fini = tear_down)
{
    FileInfo info, same;
    const char *p = in("a");
    cr_assert_eq(file_stat(p, &info, &err), OK);
    cr_assert(!info.exists);
    cr_assert_eq(file_stat(in("a/b"), &info, &err), OK);
    put(p, "12345");
    cr_assert_eq(file_stat(in("a/b"), &info, &err), OK);
    cr_assert(!info.exists);
    cr_assert_eq(file_stat(p, &info, &err), OK);
    cr_assert(info.exists && info.is_regular && !info.is_directory);
    cr_assert_eq(info.size, 5);
    cr_assert_gt(info.mtime_us, 1500000000000000);
    int fd;
    cr_assert_eq(file_open(&fd, p, FILE_READ, &err), OK);
    cr_assert_eq(file_stat_fd(fd, &same, p, &err), OK);
    cr_assert_eq(same.inode, info.inode);
    cr_assert_eq(same.device, info.device);
    file_close(fd);
    cr_assert_eq(file_stat(folder, &info, &err), OK);
    cr_assert(info.is_directory && !info.is_regular);
}

Test(file, renaming, .init = set_up, .fini = tear_down)
{
    bool existed = true;
    put(in("a"), "a");
    put(in("b"), "b");
    cr_assert_eq(file_rename_noreplace(in("a"), in("b"), &existed, &err), FAIL);
    cr_assert(existed);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_IO);
    cr_assert_eq(file_rename_noreplace(in("none"), in("c"), &existed, &err), FAIL);
    cr_assert(!existed);
    cr_assert_eq(file_rename_noreplace(in("a"), in("c"), &existed, &err), OK);
    cr_assert_str_eq(get(in("c")), "a");
    cr_assert_eq(file_rename(in("c"), in("b"), &err), OK);
    cr_assert_str_eq(get(in("b")), "a");
    cr_assert_eq(file_unlink(in("b"), false, &err), OK);
    cr_assert_eq(file_unlink(in("b"), true, &err), OK);
    cr_assert_eq(file_unlink(in("b"), false, &err), FAIL);
}

Test(file, folders, .init = set_up, .fini = tear_down)
{
    cr_assert_eq(file_make_directory(in("x/y/z"), &err), OK);
    cr_assert_eq(file_make_directory(in("x/y/z"), &err), OK);
    cr_assert_eq(file_make_directory(in("x/y/w/"), &err), OK);
    put(in("x/file"), "");
    put(in("x/B"), "");
    cr_assert_eq(file_make_directory(in("x/file"), &err), FAIL);
    cr_assert_eq(file_make_directory(in("x/file/deeper"), &err), FAIL);
    cr_assert_eq(symlink("y", in("x/link")), 0);
    FileEntry *entries;
    size_t count;
    cr_assert_eq(file_list_directory(in("x"), &arena, &entries, &count, &err), OK);
    cr_assert_eq(count, 4);
    static const char *const names[] = {"B", "file", "link", "y"};
    for (size_t i = 0; i < count; i++)
        cr_assert_str_eq(entries[i].name, names[i]);
    cr_assert(!entries[2].type_known);
    cr_assert(!entries[3].type_known || entries[3].is_directory);
    cr_assert_eq(file_list_directory(in("none"), &arena, &entries, &count, &err), FAIL);
    cr_assert_eq(file_list_directory(in("x/y/z"), &arena, &entries, &count, &err), OK);
    cr_assert_eq(count, 0);
    /* A tree goes without what its links point to. */
    put(in("keep"), "kept");
    cr_assert_eq(symlink(in("keep"), in("x/outside")), 0);
    cr_assert_eq(file_remove_tree(in("x"), &err), OK);
    cr_assert_eq(file_remove_tree(in("x"), &err), OK);
    cr_assert_str_eq(get(in("keep")), "kept");
}

Test(file, locks, .init = set_up, .fini = tear_down)
{
    int fd, other;
    bool busy = true;
    cr_assert_eq(file_lock(in("lock"), &fd, &busy, &err), OK);
    cr_assert(!busy);
    cr_assert_eq(file_lock(in("lock"), &other, &busy, &err), FAIL);
    cr_assert(busy);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_IN_USE);
    file_close(fd);
    cr_assert_eq(file_lock(in("lock"), &other, &busy, &err), OK);
    file_close(other);
    cr_assert_eq(file_lock(in("no/lock"), &other, &busy, &err), FAIL);
    cr_assert(!busy);
}

Test(file, paths, .init = set_up, .fini = tear_down)
{
    cr_assert_str_eq(path_base("/a/b.csv"), "b.csv");
    cr_assert_str_eq(path_base("b.csv"), "b.csv");
    cr_assert_str_eq(path_base("a/"), "");
    cr_assert_str_eq(path_directory("/a/b.csv", &arena), "/a");
    cr_assert_str_eq(path_directory("/b.csv", &arena), "/");
    cr_assert_str_eq(path_directory("b.csv", &arena), ".");
    cr_assert_str_eq(path_join(&arena, "a", "b"), "a/b");
    cr_assert_str_eq(path_join(&arena, "a/", "b"), "a/b");
    cr_assert_str_eq(path_join(&arena, "", "b"), "b");
    cr_assert_str_eq(file_absolute("/a/../b", &arena), "/a/../b");
    cr_assert_eq(chdir("/usr"), 0);
    cr_assert_str_eq(file_absolute("a/../b", &arena), "/usr/a/../b");
    cr_assert_str_eq(file_absolute("./a", &arena), "/usr/a");
    cr_assert_str_eq(file_absolute(".", &arena), "/usr");
}
