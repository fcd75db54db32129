/*
 * source_filesystem.c - files as rows: the source class over file_scan.h (which file) and
 * file_reader.h (its chunks).
 *
 * A file that cannot be rows of the table (its header does not fit, a partition folder is missing)
 * is refused whole: a statement that reads its input once fails, a job keeps the refusal and goes
 * on.
 */
#include "io/connector_options.h"
#include "io/file_clean.h"
#include "io/file_reader.h"
#include "io/glob.h"
#include "io/source_filesystem.h"

extern const SourceClass source_filesystem;

static const OptionSpec filesystem_options[] = {
    {.name = "path", .kind = OPTION_TEXT, .help = "a file, a folder or a pattern"},
    {.name = "scan.mode",
     .kind = OPTION_CHOICE,
     .choices = "bounded watch tail",
     .help = "read what is there and end, files as they appear, or logs that grow"},
    {.name = "scan.order",
     .kind = OPTION_CHOICE,
     .choices = "name mtime",
     .help = "the order of files that are there together"},
    {.name = "scan.max-files-per-epoch",
     .aliases = "maxFilesPerTrigger",
     .kind = OPTION_INT,
     .help = "at most so many files are begun in an epoch"},
    {.name = "scan.monitor-interval",
     .aliases = "source.monitor-interval",
     .kind = OPTION_DURATION,
     .default_value = "5 s",
     .help = "how often everything is looked at, whether or not the system tells of changes"},
    {.name = "scan.seal-after",
     .kind = OPTION_DURATION,
     .default_value = "1 s",
     .help = "watch: a file that has not grown for so long is complete"},
    {.name = "scan.clean",
     .aliases = "cleanSource",
     .kind = OPTION_CHOICE,
     .choices = "off archive delete",
     .default_value = "off",
     .help = "what becomes of files that all jobs have committed"},
    {.name = "scan.archive-path",
     .aliases = "sourceArchiveDir",
     .kind = OPTION_TEXT,
     .help = "where 'scan.clean' = 'archive' puts them"},
    {.name = "latestFirst", .kind = OPTION_IGNORED},
    {.name = "recursiveFileLookup", .kind = OPTION_IGNORED},
    {.name = NULL},
};

static const ColumnDef filesystem_metadata[] = {
    {.name = "file_path", .type = {.id = TYPE_VARCHAR}, .kind = COLUMN_METADATA},
    {.name = "file_offset", .type = {.id = TYPE_BIGINT}, .kind = COLUMN_METADATA},
    {.name = "file_mtime",
     .type = {.id = TYPE_TIMESTAMPTZ, .precision = 6},
     .kind = COLUMN_METADATA},
    {.name = NULL},
};

typedef struct FilesystemSource {
    Source base;
    SourceConfig config;
    FileScan scan;
    ReaderShared shared;
    FileReader reader;
    FileCleaner *cleaner;              /* NULL: files stay */
    int64_t max_files, files_in_epoch; /* 0: no limit */
    bool full, ended;
} FilesystemSource;

static ScanMode scan_mode(const Relation *table, ScanDefault scan_default)
{
    const char *mode = option_get(&table->options, filesystem_options, "scan.mode");
    if (!mode)
        return scan_default == SCAN_DEFAULT_WATCH ? SCAN_WATCH : SCAN_BOUNDED;
    return text_equal_nocase(mode, "watch")  ? SCAN_WATCH
           : text_equal_nocase(mode, "tail") ? SCAN_TAIL
                                             : SCAN_BOUNDED;
}

static Status filesystem_format(const Relation *table, const FormatClass **format, Err *err)
{
    const char *name = table->format ? table->format : "csv";
    *format = format_class_find(name);
    if (!*format || !(*format)->decoder_new)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "format %s cannot be read from files",
                       name);
    return OK;
}

static Status check_options(const Relation *table, ScanMode mode, const char **path, Err *err)
{
    const FormatClass *format;
    int64_t max_line;
    TRY(filesystem_format(table, &format, err));
    TRY(connector_need_option(table, "path", path, err));
    TRY(connector_max_line_bytes(table, &max_line, err));
    const char *clean = option_get(&table->options, filesystem_options, "scan.clean");
    if (text_equal_nocase(clean, "off"))
        return OK;
    if (mode == SCAN_TAIL)
        return connector_bad_option(table, "scan.clean", "does not go with logs that grow", err);
    if (text_equal_nocase(clean, "archive") && !option_is_set(&table->options, "scan.archive-path"))
        return connector_bad_option(table, "scan.clean", "needs 'scan.archive-path'", err);
    const char *archive = option_get(&table->options, filesystem_options, "scan.archive-path");
    if (archive && file_cleaner_would_find(*path, archive))
        return connector_bad_option(table, "scan.archive-path", "lies within 'path'", err);
    return OK;
}

static Status filesystem_describe(const Relation *table, ScanDefault scan_default,
                                  SourceTraits *traits, Arena *arena, ColumnDef **columns,
                                  int *column_count, Err *err)
{
    ScanMode mode = scan_mode(table, scan_default);
    const char *path;
    TRY(check_options(table, mode, &path, err));
    OptionList found;
    if (columns)
        TRY(source_filesystem_infer(table, arena, columns, column_count, &found, err));
    *traits = (SourceTraits){.bounded = mode == SCAN_BOUNDED,
                             .append_only = true,
                             .ordered = mode == SCAN_BOUNDED,
                             .replayable = true,
                             .estimated_rows = -1};
    return OK;
}

static void filesystem_close(Source *source)
{
    FilesystemSource *fs = (FilesystemSource *)source;
    file_reader_deinit(&fs->reader);
    file_cleaner_free(fs->cleaner);
    file_scan_deinit(&fs->scan);
    reader_shared_deinit(&fs->shared);
    free(fs);
}

static void configure(FilesystemSource *fs, const char *path)
{
    const Relation *table = fs->config.table;
    const OptionList *options = &table->options;
    FileScan *scan = &fs->scan;
    scan->path = glob_clean_path(path, &scan->arena);
    scan->mode = fs->config.replay ? SCAN_BOUNDED : scan_mode(table, fs->config.scan_default);
    bool bounded = scan->mode == SCAN_BOUNDED;
    const char *order = option_get(options, filesystem_options, "scan.order");
    scan->by_mtime = order ? text_equal_nocase(order, "mtime") : !bounded;
    scan->track = fs->config.identify || !bounded;
    scan->identify = scan->track;
    scan->available_now = fs->config.available_now;
    scan->monitor_us = option_get_duration_us(options, filesystem_options, "scan.monitor-interval");
    scan->seal_us = option_get_duration_us(options, filesystem_options, "scan.seal-after");
    scan->clock = fs->config.clock;
    scan->notice = fs->config.notice;
    scan->context = fs->config.wake_context;
    fs->max_files = option_get_int(options, filesystem_options, "scan.max-files-per-epoch");
    fs->shared.table = table;
    fs->shared.clock = fs->config.clock;
    fs->shared.cancelled = fs->config.cancelled;
    fs->shared.identify = scan->identify;
    const char *clean = option_get(options, filesystem_options, "scan.clean");
    scan->clean = fs->config.identify && !fs->config.replay && !text_equal_nocase(clean, "off");
    if (scan->clean)
        fs->cleaner = file_cleaner_new(
            scan->path, text_equal_nocase(clean, "archive")
                            ? option_get(options, filesystem_options, "scan.archive-path")
                            : NULL);
}

static Status filesystem_open(Source **out, const SourceConfig *config, Err *err)
{
    const char *path;
    ScanMode mode = scan_mode(config->table, config->scan_default);
    TRY(check_options(config->table, mode, &path, err));
    FilesystemSource *fs = mem_zalloc(sizeof *fs);
    fs->base.class = &source_filesystem;
    fs->config = *config;
    file_scan_init(&fs->scan);
    reader_shared_init(&fs->shared, &fs->scan.arena);
    file_reader_init(&fs->reader);
    configure(fs, path);
    Status status;
    TRY_GOTO(filesystem_format(config->table, &fs->shared.format, err));
    TRY_GOTO(connector_max_line_bytes(config->table, &fs->shared.max_row_bytes, err));
    if (config->offsets)
        TRY_GOTO(file_offsets_load(&fs->scan, config->offsets, err));
    TRY_GOTO(file_scan_start(&fs->scan, config->wake, config->wake_context, err));
    *out = &fs->base;
    return OK;
done:
    filesystem_close(&fs->base);
    return status;
}

/* ---- reading ---- */

/* The file is not of this table. */
static Status refuse_file(FilesystemSource *fs, ScanFile *file, const Err *refusal, Err *err)
{
    if (!fs->config.identify && fs->scan.mode == SCAN_BOUNDED) {
        if (err)
            *err = *refusal;
        return FAIL;
    }
    reader_refuse(&fs->shared, file->path, -1, 0, STR(""), refusal->sqlstate, refusal->message);
    file->refused = true;
    file_scan_done(&fs->scan, file, false);
    return OK;
}

static bool tail_not_whole(const FilesystemSource *fs, const ScanFile *file)
{
    bool whole = false;
    Err ignored = ERR_NONE;
    return fs->scan.mode == SCAN_TAIL && file->compression &&
           (file_reader_is_whole(file->path, file->compression, &whole, &ignored) != OK || !whole);
}

/* Opens the next file, if there is one; reader.file then says so. */
static Status open_next(FilesystemSource *fs, ScanFile *file, Err *err)
{
    ReaderOpened opened;
    Err failure = ERR_NONE;
    bool bounded = fs->scan.mode == SCAN_BOUNDED;
    if (tail_not_whole(fs, file)) {
        file_scan_again(&fs->scan, file);
        return OK;
    }
    if (file_reader_open(&fs->reader, &fs->shared, file, bounded || file->seal_next, fs->scan.track,
                         &opened, &failure) != OK) {
        if (bounded) {
            if (err)
                *err = failure;
            return FAIL;
        }
        if (!file->warned && strcmp(failure.sqlstate, SQLSTATE_UNDEFINED_FILE) != 0)
            file_scan_problem(&fs->scan, "%s; trying again", failure.message);
        file->warned = true;
        file_scan_again(&fs->scan, file);
        return OK;
    }
    fs->files_in_epoch++;
    if (opened == READER_REFUSED)
        return refuse_file(fs, file, &failure, err);
    if (opened == READER_REPLACED) {
        file_scan_again(&fs->scan, file);
        fs->scan.look_now = true;
    }
    return OK;
}

static Status identify(FilesystemSource *fs, Err *err)
{
    if (!fs->scan.identify || !fs->reader.file)
        return OK;
    file_scan_touch(&fs->scan, fs->reader.file);
    return file_reader_identify(&fs->reader, err);
}

/* The reader has come to the end of its file. */
static Status finish_file(FilesystemSource *fs, ReaderOpened opened, const Err *refusal, Err *err)
{
    ScanFile *file = fs->reader.file;
    bool left = fs->reader.left;
    Status status = identify(fs, err);
    file_reader_close(&fs->reader);
    if (status != OK)
        return status;
    if (opened == READER_REFUSED)
        return refuse_file(fs, file, refusal, err);
    file_scan_done(&fs->scan, file, left);
    return OK;
}

/* Reading failed in the middle of a file: a bounded scan ends, else it is refused (bad compressed
 * data) or tried again. */
static Status read_failed(FilesystemSource *fs, const Err *failure, Err *err)
{
    ScanFile *file = fs->reader.file;
    if (fs->scan.mode == SCAN_BOUNDED) {
        if (err)
            *err = *failure;
        return FAIL;
    }
    TRY(identify(fs, err));
    file_reader_close(&fs->reader);
    if (strcmp(failure->sqlstate, SQLSTATE_DATA) == 0)
        return refuse_file(fs, file, failure, err);
    file_scan_problem(&fs->scan, "%s; trying again", failure->message);
    file_scan_again(&fs->scan, file);
    return OK;
}

static Status filesystem_next(Source *source, Chunk **chunk, SourceState *state,
                              int64_t *wait_until_us, Err *err)
{
    FilesystemSource *fs = (FilesystemSource *)source;
    for (;;) {
        if (fs->reader.file) {
            ReaderOpened opened = READER_OPEN;
            Err failure = ERR_NONE;
            Chunk *next = NULL;
            if (file_reader_next(&fs->reader, &fs->shared, &next, &opened, &failure) != OK) {
                TRY(read_failed(fs, &failure, err));
                continue;
            }
            if (next) {
                *chunk = next;
                *state = SOURCE_CHUNK;
                return OK;
            }
            TRY(finish_file(fs, opened, &failure, err));
            continue;
        }
        TRY(file_scan_poll(&fs->scan, err));
        if (fs->cleaner && clock_mono_us() >= fs->scan.clean_us)
            file_cleaner_run(fs->cleaner, &fs->scan, &fs->config);
        fs->full =
            fs->max_files > 0 && fs->files_in_epoch >= fs->max_files && file_scan_queued(&fs->scan);
        ScanFile *file = fs->full ? NULL : file_scan_take(&fs->scan);
        if (file) {
            TRY(open_next(fs, file, err));
            continue;
        }
        bool ended =
            fs->scan.mode == SCAN_BOUNDED || (fs->scan.available_now && file_scan_idle(&fs->scan));
        *state = ended && !fs->full ? SOURCE_END : SOURCE_WAIT;
        /* Files have the machine's time, the engine has its own. */
        int64_t until_us = file_scan_wait_until_us(&fs->scan);
        *wait_until_us = until_us == INT64_MAX || fs->full
                             ? INT64_MAX
                             : until_us - clock_now_us(NULL) + clock_now_us(fs->config.clock);
        return OK;
    }
}

static Status filesystem_decoder_new(Source *source, const DecodeSpec *spec, Decoder **out,
                                     Err *err)
{
    return ((FilesystemSource *)source)->shared.format->decoder_new(spec, out, err);
}

static Status filesystem_save_offsets(Source *source, bool changes_only, RowStore *out, Err *err)
{
    FilesystemSource *fs = (FilesystemSource *)source;
    TRY(identify(fs, err));
    file_offsets_save(&fs->scan, changes_only, out);
    return OK;
}

static Status filesystem_refresh(Source *source, Err *err)
{
    FilesystemSource *fs = (FilesystemSource *)source;
    return fs->scan.mode == SCAN_BOUNDED ? OK : file_scan_look(&fs->scan, err);
}

static void filesystem_committed(Source *source)
{
    FilesystemSource *fs = (FilesystemSource *)source;
    if (fs->cleaner)
        file_cleaner_run(fs->cleaner, &fs->scan, &fs->config);
}

static bool filesystem_epoch_full(Source *source)
{
    return ((FilesystemSource *)source)->full;
}

static void filesystem_epoch_begin(Source *source)
{
    FilesystemSource *fs = (FilesystemSource *)source;
    fs->files_in_epoch = fs->reader.file ? 1 : 0;
    fs->full = false;
}

static bool filesystem_take_reject(Source *source, Reject *out)
{
    return reader_take_refusal(&((FilesystemSource *)source)->shared, out);
}

static void filesystem_status(Source *source,
                              void (*row)(void *context, const char *name, int64_t offset,
                                          int64_t size),
                              void *context)
{
    const FileScan *scan = &((FilesystemSource *)source)->scan;
    for (size_t i = 0; i < scan->files.count; i++) {
        const ScanFile *file = scan->files.at[i];
        row(context, file->path, file->offset, file->compression ? -1 : file->size);
    }
    const ScanFile *current = ((FilesystemSource *)source)->reader.file;
    if (!scan->track && current)
        row(context, current->path, current->offset, current->compression ? -1 : current->size);
}

const SourceClass source_filesystem = {
    .name = "filesystem",
    .options = filesystem_options,
    .offsets = &file_offsets_table,
    .metadata = filesystem_metadata,
    .describe = filesystem_describe,
    .infer = source_filesystem_infer,
    .open = filesystem_open,
    .next = filesystem_next,
    .decoder_new = filesystem_decoder_new,
    .save_offsets = filesystem_save_offsets,
    .refresh = filesystem_refresh,
    .committed = filesystem_committed,
    .epoch_full = filesystem_epoch_full,
    .epoch_begin = filesystem_epoch_begin,
    .take_reject = filesystem_take_reject,
    .status = filesystem_status,
    .close = filesystem_close,
};
