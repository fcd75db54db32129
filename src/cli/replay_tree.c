/* replay_tree.c - see replay.h. */
#include "cli/replay.h"

#include <stdlib.h>
#include "base/file.h"
#include "cli/diff.h"

enum { DEPTH_MAX = 32 };

/* One file, or all part files of a folder with one extension. */
typedef struct Item {
    const char *name; /* relative */
    Str content;
} Item;
typedef LIST(Item) Items;

typedef struct Walk {
    const char *root;
    Arena arena;
    Items items;
} Walk;

/* part-<job>-<n>.<ext>: its number and extension. */
static bool is_part(const char *name, int64_t *number, const char **extension)
{
    if (strncmp(name, "part-", 5) != 0)
        return false;
    const char *dot = strchr(name, '.');
    const char *end = dot ? dot : name + strlen(name), *digits = end;
    while (digits > name && digits[-1] >= '0' && digits[-1] <= '9')
        digits--;
    if (digits == end || digits[-1] != '-')
        return false;
    *number = strtoll(digits, NULL, 10);
    *extension = end;
    return true;
}

typedef struct Part {
    const char *path, *extension;
    int64_t number;
} Part;
typedef LIST(Part) Parts;

static int compare_parts(const void *a, const void *b)
{
    const Part *x = a, *y = b;
    int by_extension = strcmp(x->extension, y->extension);
    if (by_extension)
        return by_extension;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return strcmp(x->path, y->path);
}

static Status add_parts(Walk *walk, const char *folder, Parts *parts, Err *err)
{
    if (parts->count)
        qsort(parts->at, parts->count, sizeof *parts->at, compare_parts);
    for (size_t i = 0; i < parts->count;) {
        size_t first = i;
        Buf all;
        buf_init(&all);
        for (; i < parts->count && strcmp(parts->at[i].extension, parts->at[first].extension) == 0;
             i++) {
            char *data;
            size_t size;
            Status status = file_read_all(parts->at[i].path, &walk->arena, &data, &size, err);
            if (status != OK) {
                buf_deinit(&all);
                return status;
            }
            buf_add(&all, data, size);
        }
        Item item = {arena_printf(&walk->arena, "%s%spart%s", folder, *folder ? "/" : "",
                                  parts->at[first].extension),
                     {arena_strndup(&walk->arena, buf_text(&all), all.length), all.length}};
        list_push(&walk->items, item);
        buf_deinit(&all);
    }
    return OK;
}

static Status walk_folder(Walk *walk, const char *folder, int depth, Err *err);

static Status walk_entry(Walk *walk, const char *folder, const char *name, Parts *parts, int depth,
                         Err *err)
{
    Arena *arena = &walk->arena;
    const char *relative = *folder ? path_join(arena, folder, name) : arena_strdup(arena, name);
    const char *path = path_join(arena, walk->root, relative);
    FileInfo info;
    TRY(file_stat(path, &info, err));
    if (info.is_directory)
        return walk_folder(walk, relative, depth + 1, err);
    Part part = {.path = path};
    if (is_part(path_base(path), &part.number, &part.extension)) {
        list_push(parts, part);
        return OK;
    }
    Item item = {.name = relative};
    char *data;
    TRY(file_read_all(path, arena, &data, &item.content.length, err));
    item.content.data = data;
    list_push(&walk->items, item);
    return OK;
}

static Status walk_folder(Walk *walk, const char *folder, int depth, Err *err)
{
    FileEntry *entries;
    size_t count;
    if (depth > DEPTH_MAX)
        return err_set(err, SQLSTATE_LIMIT_EXCEEDED, -1, "%s is nested too deep", folder);
    TRY(file_list_directory(*folder ? path_join(&walk->arena, walk->root, folder) : walk->root,
                            &walk->arena, &entries, &count, err));
    Parts parts = {0};
    Status status = OK;
    for (size_t i = 0; i < count && status == OK; i++)
        if (entries[i].name[0] != '.' && entries[i].name[0] != '_')
            status = walk_entry(walk, folder, entries[i].name, &parts, depth, err);
    if (status == OK)
        status = add_parts(walk, folder, &parts, err);
    list_free(&parts);
    return status;
}

static int compare_items(const void *a, const void *b)
{
    return strcmp(((const Item *)a)->name, ((const Item *)b)->name);
}

static Status walk_tree(Walk *walk, const char *root, Err *err)
{
    *walk = (Walk){.root = root};
    arena_init(&walk->arena);
    FileInfo info;
    TRY(file_stat(root, &info, err));
    if (!info.exists)
        return OK;
    TRY(walk_folder(walk, "", 0, err));
    if (walk->items.count)
        qsort(walk->items.at, walk->items.count, sizeof *walk->items.at, compare_items);
    return OK;
}

static void walk_end(Walk *walk)
{
    list_free(&walk->items);
    arena_deinit(&walk->arena);
}

static void compare(const Walk *expected, const Walk *written, Buf *report)
{
    size_t e = 0, w = 0;
    static const Item none = {.name = "/dev/null", .content = {"", 0}};
    while (e < expected->items.count || w < written->items.count) {
        const Item *old = e < expected->items.count ? &expected->items.at[e] : &none;
        const Item *new = w < written->items.count ? &written->items.at[w] : &none;
        int order = old == &none ? 1 : new == &none ? -1 : strcmp(old->name, new->name);
        if (order < 0)
            new = &none;
        if (order > 0)
            old = &none;
        diff_unified(report, old->content, old->name, new->content, new->name);
        /* Of empty files there is no difference to see. */
        if (order != 0 && old->content.length == new->content.length)
            buf_printf(report, "--- %s\n+++ %s\n", old->name, new->name);
        e += order <= 0;
        w += order >= 0;
    }
}

static bool is_same(const Walk *a, const Walk *b)
{
    if (a->items.count != b->items.count)
        return false;
    for (size_t i = 0; i < a->items.count; i++)
        if (strcmp(a->items.at[i].name, b->items.at[i].name) != 0 ||
            !str_equal(a->items.at[i].content, b->items.at[i].content))
            return false;
    return true;
}

static Status record(const Walk *written, const char *expected, Arena *arena, Err *err)
{
    TRY(file_remove_tree(expected, err));
    for (size_t i = 0; i < written->items.count; i++) {
        const Item *item = &written->items.at[i];
        const char *path = path_join(arena, expected, item->name);
        int fd;
        TRY(file_make_directory(path_directory(path, arena), err));
        TRY(file_open(&fd, path, FILE_WRITE_EMPTY, err));
        Status status = file_write(fd, item->content.data, item->content.length, path, err);
        file_close(fd);
        TRY(status);
    }
    return OK;
}

Status replay_tree(const char *written, const char *expected, bool update, bool *recorded,
                   Buf *report, Err *err)
{
    Walk is, should;
    Status status = walk_tree(&is, written, err), other = walk_tree(&should, expected, err);
    if (status == OK && other == OK && !is_same(&is, &should)) {
        if (update) {
            status = record(&is, expected, &is.arena, err);
            *recorded = status == OK;
        } else {
            compare(&should, &is, report);
        }
    }
    walk_end(&is);
    walk_end(&should);
    return status == OK ? other : status;
}
