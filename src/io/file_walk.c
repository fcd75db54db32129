/* file_walk.c - see file_walk.h. */
#include "io/file_walk.h"

#include <string.h>
#include "io/glob.h"

enum { WALK_DEPTH = 128 };

typedef struct FolderId {
    uint64_t device, inode;
} FolderId;

typedef struct Walker {
    Arena *arena; /* of what is found */
    Arena scratch;
    LIST(const char *) files, folders;
    bool want_folders;
    void (*problem)(void *context, const Err *err);
    void *context;
    Err *err;
    FolderId way[WALK_DEPTH + 1]; /* to the folder at hand, by depth; 0: a depth without one */
} Walker;

static Status walk_pattern(Walker *walker, const char *folder, const char *pattern, int depth);

/* A failure in the middle of the walk: told, or the end. */
static Status walk_failed(Walker *walker, Status status, const Err *failure)
{
    if (status == OK)
        return OK;
    if (walker->problem) {
        walker->problem(walker->context, failure);
        return OK;
    }
    if (walker->err)
        *walker->err = *failure;
    return status;
}

static void walk_found(Walker *walker, const char *path)
{
    const char *kept = arena_strdup(walker->arena, path);
    list_push_arena(walker->arena, &walker->files, kept);
}

/* A link that leads back to a folder on the way to it: following it would never end. */
static bool is_loop(Walker *walker, const char *folder, int depth)
{
    FileInfo info;
    Err ignored = ERR_NONE;
    FolderId *here = &walker->way[depth];
    *here = (FolderId){0};
    if (file_stat(folder, &info, &ignored) != OK || !info.exists)
        return false;
    for (int i = 0; i < depth; i++)
        if (walker->way[i].inode == info.inode && walker->way[i].device == info.device)
            return true;
    *here = (FolderId){info.device, info.inode};
    return false;
}

/* Lists a folder in name order and hands each visible entry that `pattern` (NULL: any) takes to
 * walk_pattern with `rest`, folders with `rest_below`. */
static Status walk_folder(Walker *walker, const char *folder, const Str *pattern, const char *rest,
                          const char *rest_below, int depth)
{
    if (depth > WALK_DEPTH)
        return err_set(walker->err, SQLSTATE_TOO_COMPLEX, -1, "folders are nested too deeply at %s",
                       folder);
    if (is_loop(walker, folder, depth))
        return OK;
    if (walker->want_folders) {
        const char *kept = arena_strdup(walker->arena, folder);
        list_push_arena(walker->arena, &walker->folders, kept);
    }
    FileEntry *entries;
    size_t count;
    Err failure = ERR_NONE;
    Status status = file_list_directory(folder, &walker->scratch, &entries, &count, &failure);
    if (status != OK)
        return walk_failed(walker, status, &failure);
    for (size_t i = 0; i < count; i++) {
        FileEntry *entry = &entries[i];
        if (!glob_visible(entry->name) ||
            (pattern && !glob_match_name(*pattern, str_from(entry->name))))
            continue;
        const char *path = strcmp(folder, ".") == 0
                               ? entry->name
                               : path_join(&walker->scratch, folder, entry->name);
        if (!entry->type_known) {
            FileInfo info;
            status = file_stat(path, &info, &failure);
            TRY(walk_failed(walker, status, &failure));
            if (status != OK)
                continue;
            entry->is_directory = info.is_directory;
            entry->is_regular = info.is_regular;
        }
        if (entry->is_regular && (!rest || !*rest))
            walk_found(walker, path);
        else if (entry->is_directory)
            TRY(walk_pattern(walker, path, rest_below ? rest_below : "", depth + 1));
    }
    return OK;
}

/* `folder` is a folder that has been reached; `pattern` what is still to be matched below it. */
static Status walk_pattern(Walker *walker, const char *folder, const char *pattern, int depth)
{
    const char *at = pattern;
    Str component;
    if (depth <= WALK_DEPTH)
        walker->way[depth] = (FolderId){0};
    if (!glob_next_component(&at, &component))
        return walk_folder(walker, folder, NULL, NULL, NULL, depth);
    if (str_equal(component, STR("**"))) {
        const char *rest = at;
        Str next;
        /* Zero folders, then one more and the same again. */
        if (glob_next_component(&rest, &next)) {
            TRY(walk_pattern(walker, folder, at, depth + 1));
            return walk_folder(walker, folder, NULL, "/", pattern, depth);
        }
        return walk_folder(walker, folder, NULL, NULL, NULL, depth);
    }
    char *name = arena_strndup(&walker->scratch, component.data, component.length);
    if (glob_has_wildcard(name))
        return walk_folder(walker, folder, &component, at, at, depth);
    const char *path = strcmp(folder, ".") == 0 ? name : path_join(&walker->scratch, folder, name);
    FileInfo info;
    Err failure = ERR_NONE;
    Status status = file_stat(path, &info, &failure);
    if (status != OK)
        return walk_failed(walker, status, &failure);
    if (info.exists && info.is_directory)
        return walk_pattern(walker, path, at, depth + 1);
    if (info.exists && !*at)
        walk_found(walker, path);
    return OK;
}

static int path_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t file_walk_unique(const char **paths, size_t count)
{
    size_t kept = 0;
    if (count)
        qsort(paths, count, sizeof *paths, path_order);
    for (size_t i = 0; i < count; i++)
        if (!kept || strcmp(paths[kept - 1], paths[i]) != 0)
            paths[kept++] = paths[i];
    return kept;
}

/* The part of a path before its first component with a wildcard; the rest begins at *rest. */
static char *fixed_prefix(const char *path, Arena *arena, const char **rest)
{
    const char *at = path, *fixed_end = path;
    Str component;
    *rest = path + strlen(path);
    while (glob_next_component(&at, &component)) {
        if (glob_has_wildcard(arena_strndup(arena, component.data, component.length))) {
            *rest = component.data;
            break;
        }
        fixed_end = at;
    }
    if (fixed_end == path)
        return arena_strdup(arena, path[0] == '/' ? "/" : ".");
    return arena_strndup(arena, path, (size_t)(fixed_end - path));
}

static Status nearest_existing(const char *path, Arena *arena, const char **existing, Err *err)
{
    char *folder = arena_strdup(arena, path);
    for (;;) {
        FileInfo info;
        TRY(file_stat(folder, &info, err));
        if (info.exists && info.is_directory)
            break;
        char *parent = path_directory(folder, arena);
        if (strcmp(parent, folder) == 0)
            break;
        folder = parent;
    }
    *existing = folder;
    return OK;
}

static Status walk_one(Walker *walker, const char *path, bool literal, FileWalk *out)
{
    const char *rest = "";
    char *start = literal ? arena_strdup(&walker->scratch, path)
                          : fixed_prefix(path, &walker->scratch, &rest);
    FileInfo info;
    TRY(file_stat(start, &info, walker->err));
    if (!info.exists) {
        out->missing = true;
        return nearest_existing(start, walker->arena, &out->existing, walker->err);
    }
    if (info.is_directory)
        return walk_pattern(walker, start, rest, 0);
    if (*rest) { /* a file where a folder should be */
        out->missing = true;
        return nearest_existing(start, walker->arena, &out->existing, walker->err);
    }
    walk_found(walker, start);
    if (walker->want_folders) {
        const char *folder = path_directory(start, walker->arena);
        list_push_arena(walker->arena, &walker->folders, folder);
    }
    return OK;
}

Status file_walk(const char *path, bool want_folders, Arena *arena, FileWalk *out,
                 void (*problem)(void *context, const Err *err), void *context, Err *err)
{
    Walker walker = {.arena = arena,
                     .want_folders = want_folders,
                     .problem = problem,
                     .context = context,
                     .err = err};
    arena_init(&walker.scratch);
    FileWalk found = {0};
    Status status;
    const char *clean = glob_clean_path(path, &walker.scratch);
    FileInfo info;
    TRY_GOTO(file_stat(clean, &info, err));
    /* A file whose name has a bracket in it is meant itself. */
    if (info.exists || !glob_has_wildcard(clean)) {
        TRY_GOTO(walk_one(&walker, clean, true, &found));
    } else {
        const char **patterns;
        int count;
        glob_expand(clean, &walker.scratch, &patterns, &count);
        for (int i = 0; i < count; i++)
            TRY_GOTO(walk_one(&walker, patterns[i], false, &found));
    }
    found.files = walker.files.at;
    found.file_count = file_walk_unique(walker.files.at, walker.files.count);
    found.folders = walker.folders.at;
    found.folder_count = file_walk_unique(walker.folders.at, walker.folders.count);
    *out = found;
done:
    arena_deinit(&walker.scratch);
    return status;
}

bool file_walk_matches(const char *path, const char *candidate)
{
    Arena arena;
    arena_init(&arena);
    const char **patterns;
    int count;
    glob_expand(glob_clean_path(path, &arena), &arena, &patterns, &count);
    bool hit = glob_match_path(glob_clean_path(path, &arena), candidate);
    for (int i = 0; i < count && !hit; i++)
        hit = glob_match_path(patterns[i], candidate);
    arena_deinit(&arena);
    return hit;
}
