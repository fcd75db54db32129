#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/file.h"
#include "base/private_dir.h"

static char base[] = "/tmp/test-private-XXXXXX";

static void in_a_folder(void)
{
    memcpy(base + strlen(base) - 6, "XXXXXX", 6); /* again, where tests share a process */
    cr_assert(mkdtemp(base) != NULL);
    setenv("TMPDIR", base, 1);
}

static void clean_up(void)
{
    Err err = ERR_NONE;
    cr_assert_eq(file_remove_tree(base, &err), OK);
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void make(PrivateDir *dir)
{
    Err err = ERR_NONE;
    cr_assert_eq(private_dir_make("x", dir, &err), OK, "%s", err.message);
}

Test(private_dir, goes_away_with_what_is_in_it, .init = in_a_folder, .fini = clean_up)
{
    PrivateDir dir;
    Err err = ERR_NONE;
    make(&dir);
    cr_assert_eq(strncmp(dir.path, base, strlen(base)), 0);
    char *path = strdup(dir.path), inside[256];
    (void)snprintf(inside, sizeof inside, "%s/a/b", path);
    cr_assert_eq(file_make_directory(inside, &err), OK);
    cr_assert_eq(private_dir_remove(&dir, &err), OK);
    cr_assert(!exists(path));
    cr_assert_eq(private_dir_remove(&dir, &err), OK);
    free(path);
}

/* A process that makes a folder, says so and is killed. */
static pid_t start_process(char *path, size_t size)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        PrivateDir dir;
        Err err = ERR_NONE;
        if (private_dir_make("x", &dir, &err) != OK ||
            write(ends[1], dir.path, strlen(dir.path) + 1) < 0)
            _exit(1);
        for (;;)
            pause();
    }
    close(ends[1]);
    cr_assert(read(ends[0], path, size) > 0);
    close(ends[0]);
    return pid;
}

Test(private_dir, those_of_killed_processes_are_removed, .init = in_a_folder, .fini = clean_up)
{
    char theirs[256], others[512];
    pid_t pid = start_process(theirs, sizeof theirs);
    (void)snprintf(others, sizeof others, "%s/x-abcdef", base);
    cr_assert_eq(mkdir(others, 0700), 0);

    PrivateDir first, second;
    make(&first);
    cr_assert(exists(theirs), "its process lives");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    make(&second);
    cr_assert(!exists(theirs));
    cr_assert(exists(first.path), "is in use");
    cr_assert(exists(others), "has no lock");

    Err err = ERR_NONE;
    cr_assert_eq(private_dir_remove(&first, &err), OK);
    cr_assert_eq(private_dir_remove(&second, &err), OK);
}
