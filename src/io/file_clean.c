/*
 * file_clean.c - see file_clean.h.
 *
 * Sources with the same path form a group. Each votes for the files that it has committed, as long
 * as they then were; a file with the votes of all of them is cleaned by whoever voted last, and the
 * others forget it at their next commit.
 */
#include "io/file_clean.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/thread.h"
#include "io/glob.h"

enum { BUCKETS = 1024 };

typedef struct CleanVote {
    char *path;
    uint64_t inode;
    int64_t size;
    LIST(const FileCleaner *) voters;
    bool cleaned;
    struct CleanVote *next;
} CleanVote;

typedef struct CleanGroup {
    char *path;
    int members;
    CleanVote *votes[BUCKETS]; /* by inode */
    struct CleanGroup *next;
} CleanGroup;

struct FileCleaner {
    CleanGroup *group;
    char *archive;
    int64_t ask_again_us; /* monotonic */
};

static pthread_mutex_t groups_lock = PTHREAD_MUTEX_INITIALIZER;
static CleanGroup *groups;

FileCleaner *file_cleaner_new(const char *path, const char *archive)
{
    FileCleaner *cleaner = mem_zalloc(sizeof *cleaner);
    cleaner->archive = archive ? mem_strdup(archive) : NULL;
    mutex_lock(&groups_lock);
    CleanGroup *group = groups;
    while (group && strcmp(group->path, path) != 0)
        group = group->next;
    if (!group) {
        group = mem_zalloc(sizeof *group);
        group->path = mem_strdup(path);
        group->next = groups;
        groups = group;
    }
    group->members++;
    mutex_unlock(&groups_lock);
    cleaner->group = group;
    return cleaner;
}

static CleanVote **bucket_of(CleanGroup *group, uint64_t inode)
{
    return &group->votes[hash_u64(inode) % BUCKETS];
}

/* The last voter takes the vote along. */
static void vote_withdraw(CleanGroup *group, CleanVote *vote, const FileCleaner *cleaner)
{
    for (size_t i = 0; i < vote->voters.count; i++)
        if (vote->voters.at[i] == cleaner)
            vote->voters.at[i] = vote->voters.at[--vote->voters.count];
    if (vote->voters.count)
        return;
    CleanVote **at = bucket_of(group, vote->inode);
    while (*at != vote)
        at = &(*at)->next;
    *at = vote->next;
    list_free(&vote->voters);
    free(vote->path);
    free(vote);
}

void file_cleaner_free(FileCleaner *cleaner)
{
    if (!cleaner)
        return;
    CleanGroup *group = cleaner->group;
    mutex_lock(&groups_lock);
    for (int b = 0; b < BUCKETS; b++)
        for (CleanVote *vote = group->votes[b], *next; vote; vote = next) {
            next = vote->next;
            vote_withdraw(group, vote, cleaner);
        }
    if (--group->members == 0) {
        CleanGroup **at = &groups;
        while (*at != group)
            at = &(*at)->next;
        *at = group->next;
        free(group->path);
        free(group);
    }
    mutex_unlock(&groups_lock);
    free(cleaner->archive);
    free(cleaner);
}

bool file_cleaner_would_find(const char *path, const char *archive)
{
    Arena arena;
    arena_init(&arena);
    const char *clean = glob_clean_path(path, &arena);
    const char *inside = path_join(&arena, glob_clean_path(archive, &arena), "file");
    size_t length = strlen(clean);
    bool hit = file_walk_matches(clean, inside) && strncmp(clean, inside, length) == 0 &&
               !glob_has_wildcard(clean);
    arena_deinit(&arena);
    return hit;
}

static bool is_vote_for(const CleanVote *vote, const ScanFile *file)
{
    return vote->inode == file->inode && vote->size == file->size &&
           strcmp(vote->path, file->path) == 0;
}

static CleanVote *find_vote(CleanGroup *group, const ScanFile *file)
{
    CleanVote **bucket = bucket_of(group, file->inode);
    for (CleanVote *vote = *bucket; vote; vote = vote->next)
        if (is_vote_for(vote, file))
            return vote;
    CleanVote *vote = mem_zalloc(sizeof *vote);
    *vote = (CleanVote){
        .path = mem_strdup(file->path), .inode = file->inode, .size = file->size, .next = *bucket};
    return *bucket = vote;
}

/* It was for what the file was then: more of it has come since, or it has another name. */
static void withdraw_old_vote(CleanGroup *group, ScanFile *file, const FileCleaner *cleaner)
{
    if (!file->vote || file->vote->cleaned || is_vote_for(file->vote, file))
        return;
    vote_withdraw(group, file->vote, cleaner);
    file->vote = NULL;
}

static Status archive_file(const FileCleaner *cleaner, const FileScan *scan, const char *path,
                           Arena *arena, Err *err)
{
    /* Below the archive as it lies below the table's path. */
    size_t length = strlen(scan->path);
    const char *relative = path_base(path);
    if (strncmp(path, scan->path, length) == 0 && path[length] == '/')
        relative = path + length + 1;
    const char *target = path_join(arena, cleaner->archive, relative);
    TRY(file_make_directory(path_directory(target, arena), err));
    bool existed;
    return file_rename_noreplace(path, target, &existed, err);
}

/* True when it is gone from where it was. */
static bool clean_file(const FileCleaner *cleaner, FileScan *scan, ScanFile *file)
{
    FileInfo info;
    Err failure = ERR_NONE;
    Status status = file_stat(file->path, &info, &failure);
    if (status == OK && !info.exists)
        return true;
    if (status == OK &&
        (info.inode != file->inode || info.size != file->size || info.mtime_us != file->mtime_us))
        return false; /* no longer what was read */
    Arena arena;
    arena_init(&arena);
    if (status == OK)
        status = cleaner->archive ? archive_file(cleaner, scan, file->path, &arena, &failure)
                                  : file_unlink(file->path, true, &failure);
    arena_deinit(&arena);
    if (status != OK && !file->warned)
        file_scan_notice(scan, "%s stays: %s", file->path, failure.message);
    file->warned |= status != OK;
    return status == OK;
}

/* What was not read does not go, although it came too late. */
static bool has_unread(const ScanFile *file)
{
    return file->overgrown || (!file->compression && file->offset < file->size);
}

static bool is_ready(const ScanFile *file)
{
    return file->finished && !file->queued && !file->reading && !file->refused &&
           !has_unread(file) && file->stored && file->saved_offset == file->offset &&
           file->saved_sealed == file->sealed;
}

typedef struct Others {
    FileScan *scan;
    size_t ready; /* files */
    uint32_t jobs;
} Others;

static Status count_other(void *visitor, const char *job, const RowStore *offsets, Err *err)
{
    Others *others = visitor;
    size_t found;
    TRY(file_offsets_count(others->scan, offsets, &found, err));
    others->jobs++;
    if (found < others->ready)
        file_scan_problem(others->scan,
                          "files of %s stay: job %s reads them too, has not had them yet and does "
                          "not run",
                          others->scan->path, job);
    return OK;
}

/* Jobs that do not run and have yet to read something; false: that cannot be found out now. */
static bool ask_others(FileCleaner *cleaner, const SourceConfig *config, Others *others)
{
    FileScan *scan = others->scan;
    for (size_t i = 0; i < scan->files.count; i++) {
        bool ready = is_ready(scan->files.at[i]);
        scan->files.at[i]->elsewhere = ready ? 0 : UINT32_MAX;
        others->ready += ready;
    }
    int64_t began_us = clock_mono_us();
    scan->clean_us = INT64_MAX;
    if (!others->ready)
        return false;
    if (began_us < cleaner->ask_again_us && !config->available_now) {
        scan->clean_us = cleaner->ask_again_us;
        return false;
    }
    if (!config->other_readers)
        return true;
    Err failure = ERR_NONE;
    if (config->other_readers(config->wake_context, config->table, count_other, others, &failure) !=
        OK) {
        file_scan_problem(scan, "files of %s stay: %s", scan->path, failure.message);
        return false;
    }
    /* Their databases may be large: a small part of the time. */
    cleaner->ask_again_us = clock_mono_us() + 20 * (clock_mono_us() - began_us);
    return true;
}

void file_cleaner_run(FileCleaner *cleaner, FileScan *scan, const SourceConfig *config)
{
    CleanGroup *group = cleaner->group;
    Others others = {.scan = scan};
    if (!ask_others(cleaner, config, &others))
        return;
    mutex_lock(&groups_lock);
    for (size_t i = scan->files.count; i-- > 0;) {
        ScanFile *file = scan->files.at[i];
        withdraw_old_vote(group, file, cleaner);
        if (!is_ready(file))
            continue;
        bool waits = file->elsewhere < others.jobs;
        if (group->members == 1 && !file->vote) {
            if (!waits && clean_file(cleaner, scan, file))
                file_scan_forget(scan, file);
            continue;
        }
        if (!file->vote) {
            file->vote = find_vote(group, file);
            list_push(&file->vote->voters, cleaner);
        }
        CleanVote *vote = file->vote;
        if (!vote->cleaned && !waits && vote->voters.count >= (size_t)group->members)
            vote->cleaned = clean_file(cleaner, scan, file);
        if (!vote->cleaned)
            continue;
        vote_withdraw(group, vote, cleaner);
        file_scan_forget(scan, file);
    }
    mutex_unlock(&groups_lock);
}
