/*
 * sink_filesystem.c - rows as files: the sink class, and which Target a path is; see
 * sink_filesystem.h.
 *
 * What exists decides; else PARTITIONED BY, a trailing `/` or a last component without the format's
 * extension means a folder.
 */
#include "io/sink_filesystem.h"

#include "io/connector_options.h"
#include "io/glob.h"
#include "io/partition.h"

extern const SinkClass sink_filesystem;

static const OptionSpec filesystem_options[] = {
    {.name = "path", .kind = OPTION_TEXT, .help = "a folder for part files, or a file"},
    {.name = "sink.rolling-policy.file-size",
     .kind = OPTION_BYTES,
     .default_value = "128 MiB",
     .help = "a part file of that size is finished"},
    {.name = "sink.rolling-policy.rollover-interval",
     .kind = OPTION_DURATION,
     .default_value = "10 s",
     .help = "a part file of that age is finished; 0: each epoch makes new ones"},
    {.name = "sink.on-missing",
     .kind = OPTION_CHOICE,
     .choices = "notice fail",
     .default_value = "notice",
     .help = "a committed file that is gone before it was published was taken by its reader, or "
             "stops the job"},
    {.name = "sink.compression",
     .aliases = "compression",
     .kind = OPTION_CHOICE,
     .choices = "none uncompressed gzip zstd",
     .default_value = "none",
     .help = "of part files; a file's own is its extension"},
    {.name = "sink.rolling-policy.check-interval", .kind = OPTION_IGNORED},
    {.name = "sink.rolling-policy.inactivity-interval", .kind = OPTION_IGNORED},
    {.name = "sink.parallelism", .kind = OPTION_IGNORED},
    {.name = "auto-compaction", .kind = OPTION_IGNORED},
    {.name = "sink.partition-commit.trigger", .kind = OPTION_IGNORED},
    {.name = "sink.partition-commit.delay", .kind = OPTION_IGNORED},
    {.name = "sink.partition-commit.policy.kind", .kind = OPTION_IGNORED},
    {.name = NULL},
};

typedef enum PathKind { PATH_FOLDER, PATH_FILE, PATH_DEVICE } PathKind;

static bool is_partitioned(const Relation *table)
{
    for (int i = 0; i < table->column_count; i++)
        if (table->columns[i].kind == COLUMN_PARTITION)
            return true;
    return false;
}

static bool has_extension(const char *path, const FormatClass *format)
{
    Str name = str_from(path_base(path));
    name.length -= strlen(compression_extension(compression_of_path(path)));
    Str extension = str_from(format->extension);
    return name.length > extension.length && str_has_suffix(name, extension);
}

static Status path_kind(const Relation *table, const FormatClass *format, const char *given,
                        PathKind *kind, Err *err)
{
    FileInfo info;
    Arena arena;
    arena_init(&arena);
    const char *path = glob_clean_path(given, &arena);
    bool extension = has_extension(path, format);
    Status status = file_stat(path, &info, err);
    arena_deinit(&arena);
    if (status != OK)
        return status;
    size_t length = strlen(given);
    if (info.exists)
        *kind = info.is_directory ? PATH_FOLDER : info.is_regular ? PATH_FILE : PATH_DEVICE;
    else
        *kind = is_partitioned(table) || (length && given[length - 1] == '/') || !extension
                    ? PATH_FOLDER
                    : PATH_FILE;
    if (*kind != PATH_FOLDER && is_partitioned(table))
        return err_set(err, SQLSTATE_BAD_OBJECT_DEFINITION, -1,
                       "a partitioned table needs a folder, and %s is a file", given);
    return OK;
}

static Status sink_format(const Relation *table, const FormatClass **format, Err *err)
{
    const char *name = table->format ? table->format : "csv";
    *format = format_class_find(name);
    if (!*format || !(*format)->encoder_new)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "format %s cannot be written", name);
    return OK;
}

static Status filesystem_describe(const Relation *table, SinkTraits *traits, Err *err)
{
    const FormatClass *format;
    const char *path;
    PathKind kind;
    TRY(sink_format(table, &format, err));
    TRY(connector_need_option(table, "path", &path, err));
    TRY(path_kind(table, format, path, &kind, err));
    *traits = (SinkTraits){.append = true,
                           .update = true,
                           .complete = kind == PATH_FILE,
                           .transactional = kind != PATH_DEVICE,
                           .bytes = !is_partitioned(table),
                           .immediate = kind == PATH_DEVICE,
                           .overwrites_once = kind == PATH_FILE};
    if (kind == PATH_FOLDER)
        traits->complete_hint =
            "Its path is a folder, where a file that can be seen is final; give the "
            "path of one file, which each result replaces as a whole.";
    return OK;
}

/* ---- opening ---- */

static Compression folder_compression(const Relation *table)
{
    const char *name = option_get(&table->options, filesystem_options, "sink.compression");
    return text_equal_nocase(name, "gzip")   ? COMPRESSION_GZIP
           : text_equal_nocase(name, "zstd") ? COMPRESSION_ZSTD
                                             : COMPRESSION_NONE;
}

/* A job's name may hold anything; what a file's name cannot is written %XX. */
static const char *name_in_files(const char *job, Arena *arena)
{
    Buf escaped;
    buf_init(&escaped);
    partition_escape(&escaped, str_from(job));
    const char *name = arena_strdup(arena, buf_text(&escaped));
    buf_deinit(&escaped);
    return name;
}

static void configure(FilesystemSink *sink, const SinkConfig *config)
{
    const OptionList *options = &config->table->options;
    sink->table = config->table;
    sink->zone = config->zone;
    sink->job = name_in_files(config->job_name ? config->job_name : "insert", &sink->arena);
    sink->clock = config->clock;
    sink->cancelled = config->cancelled;
    sink->mode = config->mode;
    sink->overwrite = config->overwrite;
    sink->sync = !config->ephemeral;
    sink->resumed = config->committed && !config->first;
    sink->notice = config->notice;
    sink->notice_context = config->notice_context;
    sink->roll_bytes =
        option_get_bytes(options, filesystem_options, "sink.rolling-policy.file-size");
    sink->roll_us = option_get_duration_us(options, filesystem_options,
                                           "sink.rolling-policy.rollover-interval");
    sink->fail_on_missing =
        text_equal_nocase(option_get(options, filesystem_options, "sink.on-missing"), "fail");
    sink->next_n = SINK_ROW_FIRST;
    sink->skip = ARENA_ARRAY(&sink->arena, bool, config->table->column_count + 1);
    for (int i = 0; i < config->table->column_count; i++)
        sink->skip[i] = config->table->columns[i].kind == COLUMN_PARTITION;
}

static Status choose_target(FilesystemSink *sink, const char *given, Err *err)
{
    PathKind kind;
    TRY(path_kind(sink->table, sink->format, given, &kind, err));
    sink->path = glob_clean_path(given, &sink->arena);
    sink->folder = sink->path;
    sink->compression = folder_compression(sink->table);
    if (kind == PATH_FOLDER) {
        if (sink->mode == OUTPUT_COMPLETE)
            return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                           "complete mode needs a file, and %s is a folder", given);
        sink->target = &target_parts;
        return OK;
    }
    sink->folder = path_directory(sink->path, &sink->arena);
    sink->compression = compression_of_path(sink->path);
    if (kind == PATH_DEVICE) {
        sink->target = &target_device;
        return OK;
    }
    bool replaced = sink->mode == OUTPUT_COMPLETE || sink->overwrite;
    sink->target = replaced ? &target_replaced : &target_growing;
    sink->lock = target_lock(sink->path, err);
    return sink->lock ? OK : FAIL;
}

static void filesystem_close(Sink *base)
{
    FilesystemSink *sink = (FilesystemSink *)base;
    if (sink->target && sink->state)
        sink->target->close(sink);
    if (sink->encoder)
        sink->encoder->class->free(sink->encoder);
    target_unlock(sink->lock);
    for (size_t i = 0; i < sink->folders.count; i++)
        free(sink->folders.at[i]);
    list_free(&sink->folders);
    list_free(&sink->forgotten);
    buf_deinit(&sink->header);
    buf_deinit(&sink->bytes);
    arena_deinit(&sink->arena);
    free(sink);
}

static Status open_target(FilesystemSink *sink, const SinkConfig *config, Err *err)
{
    if (!config->committed)
        return sink->target->open(sink, NULL, err);
    SinkRows rows;
    TRY(sink_rows_load(config->committed, &sink->arena, &rows, err));
    for (size_t i = 0; i < rows.count; i++) {
        int64_t next = rows.at[i].n == SINK_ROW_COUNTER ? rows.at[i].at : rows.at[i].n + 1;
        if (next > sink->next_n)
            sink->next_n = next;
    }
    sink->stored_next_n = sink->next_n;
    return sink->target->open(sink, &rows, err);
}

static Status filesystem_open(Sink **out, const SinkConfig *config, Err *err)
{
    const char *path;
    TRY(connector_need_option(config->table, "path", &path, err));
    FilesystemSink *sink = mem_zalloc(sizeof *sink);
    sink->base.class = &sink_filesystem;
    arena_init(&sink->arena);
    buf_init(&sink->header);
    buf_init(&sink->bytes);
    configure(sink, config);
    Status status;
    TRY_GOTO(sink_format(config->table, &sink->format, err));
    TRY_GOTO(
        sink->format->encoder_new(&sink->encoder, config->table, sink->skip, config->zone, err));
    sink->encoder->class->header(sink->encoder, &sink->header);
    TRY_GOTO(choose_target(sink, path, err));
    TRY_GOTO(open_target(sink, config, err));
    *out = &sink->base;
    return OK;
done:
    filesystem_close(&sink->base);
    return status;
}

/* ---- the class ---- */

static Status filesystem_write_bytes(Sink *base, const char *bytes, size_t count, uint64_t rows,
                                     Err *err)
{
    FilesystemSink *sink = (FilesystemSink *)base;
    return count ? sink->target->write_bytes(sink, bytes, count, rows, err) : OK;
}

static Status filesystem_write(Sink *base, const Batch *batch, Err *err)
{
    FilesystemSink *sink = (FilesystemSink *)base;
    if (batch_live(batch) == 0)
        return OK;
    if (sink->target->write && is_partitioned(sink->table))
        return sink->target->write(sink, batch, err);
    buf_clear(&sink->bytes);
    TRY(sink->encoder->class->encode(sink->encoder, batch, &sink->bytes, err));
    return filesystem_write_bytes(base, sink->bytes.data, sink->bytes.length, batch_live(batch),
                                  err);
}

static Status filesystem_restart(Sink *base, Err *err)
{
    FilesystemSink *sink = (FilesystemSink *)base;
    return sink->target->restart(sink, err);
}

static Status filesystem_stage(Sink *base, bool roll, RowStore *out, Err *err)
{
    FilesystemSink *sink = (FilesystemSink *)base;
    return sink->target->stage(sink, roll, out, err);
}

static Status filesystem_publish(Sink *base, Err *err)
{
    FilesystemSink *sink = (FilesystemSink *)base;
    return sink->target->publish(sink, err);
}

static Status filesystem_abort(Sink *base, Err *err)
{
    FilesystemSink *sink = (FilesystemSink *)base;
    return sink->target->abort(sink, err);
}

static int64_t filesystem_due_us(Sink *base)
{
    FilesystemSink *sink = (FilesystemSink *)base;
    return sink->target->due_us ? sink->target->due_us(sink) : INT64_MAX;
}

const SinkClass sink_filesystem = {
    .name = "filesystem",
    .options = filesystem_options,
    .state = &sink_files_table,
    .describe = filesystem_describe,
    .open = filesystem_open,
    .write = filesystem_write,
    .write_bytes = filesystem_write_bytes,
    .restart = filesystem_restart,
    .stage = filesystem_stage,
    .publish = filesystem_publish,
    .abort = filesystem_abort,
    .due_us = filesystem_due_us,
    .close = filesystem_close,
};
