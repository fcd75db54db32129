/*
 * connector.h - what connectors and formats are: SourceClass, SinkClass, FormatClass.
 *
 * The executor knows no file and io knows no operator; the engine joins them:
 *
 *     Source --Chunk--> Decoder --Batch--> (executor) --Batch--> Encoder --bytes--> Sink
 *
 * A Source hands out chunks in source order: tickets 0, 1, 2, …  Any worker
 * may take the next chunk (source calls are made under the engine's lock of
 * that source); each worker has a Decoder of its own.  A decoder works in two
 * steps, so that the executor can look at a few columns of all good rows (the
 * watermark, the filter) before the others are converted.
 *
 * Offsets and staged files travel as batches of the class's StateTable.
 */
#ifndef STREAMD_CATALOG_CONNECTOR_H
#define STREAMD_CATALOG_CONNECTOR_H

#include "base/clock.h"
#include "catalog/catalog.h"
#include "types/state_table.h"

/* ---- reading ---- */

typedef struct SourceTraits {
    bool bounded;           /* ends by itself */
    bool append_only;       /* never carries weights */
    bool ordered;           /* the same rows in the same order when read again */
    bool replayable;        /* can go back to an offset (files); sockets cannot */
    int64_t estimated_rows; /* -1: unknown */
} SourceTraits;

typedef enum ScanDefault {
    SCAN_DEFAULT_BOUNDED,
    SCAN_DEFAULT_WATCH
} ScanDefault; /* SELECT/INSERT, or JOB/MV */

typedef Status (*OffsetsVisit)(void *visitor, const char *job, const RowStore *offsets, Err *err);

typedef struct SourceConfig {
    const Relation *table;
    ScanDefault scan_default; /* what 'scan.mode' is when the table does not say */
    bool replay;              /* replay: names order files, sources are read to their end */
    bool identify;            /* a job: remember offsets and hash files to know them again */
    const Clock *clock;
    const RowStore *offsets;     /* resume from these rows; NULL: from the start */
    void (*wake)(void *context); /* may be called from any thread: there may be something to read */
    void *wake_context;
    /* For the user or the log; called within calls of the source only, with wake_context. */
    void (*notice)(void *context, const char *text);
    const _Atomic bool *cancelled; /* whoever waits for a peer then gives up (57014); NULL: never */
    bool available_now;            /* read what is there now, wait for sealing, end */
    /* Visits the offset rows of the jobs that read the table too and are not loaded ('scan.clean');
     * with wake_context.  NULL: there are none. */
    Status (*other_readers)(void *context, const Relation *table, OffsetsVisit visit, void *visitor,
                            Err *err);
} SourceConfig;

typedef struct Source Source;
typedef struct Decoder Decoder;

typedef enum SourceState {
    SOURCE_CHUNK, /* *chunk is the next one; the caller releases it */
    SOURCE_WAIT,  /* nothing now; wake will be called, or look again at wait_until_us */
    SOURCE_END    /* never anything again */
} SourceState;

/* A row that could not be decoded. */
typedef struct Reject {
    const char *file_path;     /* or the peer of a connection; lives as long as the source */
    int64_t line, file_offset; /* 1-based line of the file; -1: does not apply */
    Str raw;                   /* in the decoder's memory until the next begin */
    char reason[256];
    char sqlstate[6];
} Reject;

/* Which columns a scan wants.  Columns are the table's PHYSICAL, PARTITION and METADATA ones. */
typedef struct DecodeSpec {
    const Relation *table;
    const uint16_t *columns; /* indexes into table->columns, in the order of the batch's columns */
    const bool *early;       /* per wanted column: needed before the filter */
    uint16_t column_count;
    uint16_t batch_rows; /* rows per batch, 1…2048 */
    const Zone *zone;    /* of TIMESTAMPTZ fields that name none */
} DecodeSpec;

typedef struct DecoderClass {
    /* Indexes and validates a chunk (retained by the decoder until end): *batches follow. */
    Status (*begin)(Decoder *decoder, Chunk *chunk, uint32_t *batches, Err *err);
    /* Batch b with its good rows selected and its early columns in place (others undefined).
     * The batch stays valid until end. */
    Status (*early)(Decoder *decoder, uint32_t b, Batch *out, Err *err);
    /* Converts the remaining columns for the rows that batch->sel still has. */
    Status (*late)(Decoder *decoder, uint32_t b, Batch *batch, Err *err);
    /* The chunk's rejected rows, in order; valid until end. A format never fails for a bad row
     * itself. */
    void (*rejects)(Decoder *decoder, const Reject **rejects, uint32_t *count);
    void (*end)(Decoder *decoder);
    void (*free)(Decoder *decoder);
} DecoderClass;
struct Decoder {
    const DecoderClass *class;
};

typedef struct SourceClass {
    const char *name;
    const OptionSpec *options; /* ends with a NULL name */
    const StateTable *offsets; /* columns of its offset rows; NULL: cannot resume */
    /* Metadata columns that a table may declare; ends with a NULL name. */
    const ColumnDef *metadata;
    /* Checks options; may read a sample: when `columns` is not NULL (FROM 'file'), fills inferred
     * ones. */
    Status (*describe)(const Relation *table, ScanDefault scan_default, SourceTraits *traits,
                       Arena *arena, ColumnDef **columns, int *column_count, Err *err);
    /* FROM 'file': the columns that a look into the input suggests, and the table's options with
     * what was found out made plain (csv.delimiter, csv.header).  NULL: cannot. */
    Status (*infer)(const Relation *table, Arena *arena, ColumnDef **columns, int *column_count,
                    OptionList *options, Err *err);
    Status (*open)(Source **out, const SourceConfig *config, Err *err);
    Status (*next)(Source *source, Chunk **chunk, SourceState *state, int64_t *wait_until_us,
                   Err *err);
    Status (*decoder_new)(Source *source, const DecodeSpec *spec, Decoder **out, Err *err);
    /* Rows that say where reading goes on after the chunks handed out so far: only those changed
     * since the last call when `changes_only` (weight -1 removes one), else all. */
    Status (*save_offsets)(Source *source, bool changes_only, RowStore *out, Err *err);
    /* Look again now (FLUSH, start of available-now): afterwards next gives everything whole that
     * is there at this moment before it says WAIT. */
    Status (*refresh)(Source *source, Err *err);
    /* At most so many chunks has it read and not handed out: FLUSH waits for these when WAIT never
     * comes, since there is always more. 0: for WAIT only. */
    int queued_chunks;
    void (*committed)(Source *source); /* what save_offsets gave is durable (scan.clean) */
    /* Limits that a source sets to an epoch ('scan.max-files-per-epoch'); both NULL when it has
     * none. While epoch_full says true next answers WAIT; epoch_begin starts the next epoch's
     * count. */
    bool (*epoch_full)(Source *source);
    void (*epoch_begin)(Source *source);
    /* The next row or file that the source itself refused (a line beyond max-line-bytes, a header
     * that does not fit), false when there is none; to be asked after each next.  NULL: never
     * refuses. */
    bool (*take_reject)(Source *source, Reject *out);
    void (*pause)(Source *source, bool paused); /* back-pressure for sockets */
    /* For streamd.sources: file or connection, offset, lag as rows of (name, offset, size). */
    void (*status)(Source *source,
                   void (*row)(void *context, const char *name, int64_t offset, int64_t size),
                   void *context);
    void (*close)(Source *source);
} SourceClass;
struct Source {
    const SourceClass *class;
};

/* ---- writing ---- */

typedef enum OutputMode { OUTPUT_APPEND, OUTPUT_UPDATE, OUTPUT_COMPLETE } OutputMode;

/* Turns batches into bytes; one per lane, no locks. */
typedef struct Encoder Encoder;
typedef struct EncoderClass {
    Status (*encode)(Encoder *encoder, const Batch *batch, Buf *out, Err *err); /* the live rows */
    void (*header)(Encoder *encoder, Buf *out); /* adds nothing when the format has none */
    void (*free)(Encoder *encoder);
} EncoderClass;
struct Encoder {
    const EncoderClass *class;
};

/* What a format found out about one file: which of its fields is which column (from a header). */
typedef struct FormatBinding {
    const uint16_t
        *fields; /* per PHYSICAL column, in order: which field it is; NULL: the same place */
    int field_count;
} FormatBinding;

/* Chunk.origin of chunks that hold bytes in a format. */
typedef struct ChunkOrigin {
    const char *file_path; /* or the peer of a connection; lives as long as the chunk */
    int64_t file_mtime_us;
    const FormatBinding *binding;  /* NULL: fields by position */
    const Value *partition_values; /* of the table's PARTITION columns, in their order */
    int64_t max_row_bytes;         /* 'max-line-bytes' */
} ChunkOrigin;

typedef struct CutPlan CutPlan; /* a format's own */

typedef struct FormatClass {
    const char *name;      /* "csv" */
    const char *extension; /* ".csv" */
    const OptionSpec *options;
    /* Reads what stands before the first row (BOM, skipped lines, header): `head` is the file's
     * beginning, `whole` says that it is all of it.  *consumed bytes and *lines lines are not rows;
     * *consumed = SIZE_MAX asks for more bytes.  A header that does not fit is 42703/22000 naming
     * file and column. */
    Status (*binding_new)(const Relation *table, const char *file_path, Str head, bool whole,
                          Arena *arena, size_t *consumed, int64_t *lines, FormatBinding **out,
                          Err *err);
    /* What cut must know of the table, made once; lives as long as the arena and the table.  NULL:
     * nothing. */
    const CutPlan *(*cut_plan)(const Relation *table, Arena *arena);
    /* `data` begins at a row.  Returns how many leading bytes are whole rows (0: none yet).
     * `final`: nothing follows, so everything is.  A row that is not closed within max_row_bytes
     * counts as ended at its first line end (the decoder rejects that line).  Stateless, so the
     * answer does not depend on chunking. *lines: line ends in those bytes. */
    size_t (*cut)(const CutPlan *plan, const char *data, size_t length, bool final,
                  int64_t max_row_bytes, int64_t *lines);
    /* Decodes chunks whose origin is a ChunkOrigin and which hold whole rows only. */
    Status (*decoder_new)(const DecodeSpec *spec, Decoder **out, Err *err);
    /* NULL: cannot be written.  The table's columns in order (those of `skip` left out: partition
     * columns); a TIMESTAMPTZ on the clocks of `zone`. */
    Status (*encoder_new)(Encoder **out, const Relation *table, const bool *skip, const Zone *zone,
                          Err *err);
} FormatClass;

typedef struct SinkTraits {
    bool append, update, complete; /* modes it can take */
    bool transactional;            /* staged and published with the commit */
    bool bytes;                    /* write_bytes may be used (one unpartitioned stream of bytes) */
    bool immediate;                /* rows leave as they come (terminal, socket) */
    bool overwrites_once; /* OVERWRITE puts one result in place of what is there: the query has to
                             end */
    const char *complete_hint; /* not complete: why, and what instead; NULL: nothing to say */
} SinkTraits;

typedef struct SinkConfig {
    const Relation *table;
    OutputMode mode;
    bool overwrite;       /* INSERT OVERWRITE */
    const Zone *zone;     /* on whose clocks a TIMESTAMPTZ is written */
    const char *job_name; /* "etl-1a2b3c4d": the name in part files; for an INSERT "insert-…" */
    const RowStore *committed; /* rows of `state` as of the last commit; NULL: a new job */
    bool first;     /* `committed` is empty, for nothing was: only what an attempt that died left is
                       removed */
    bool ephemeral; /* nothing outlives the process: no fsync needed before the end */
    const Clock *clock;
    const _Atomic bool *cancelled; /* whoever waits for a peer then gives up (57014); NULL: never */
    void (*notice)(void *context, const char *text);
    void *notice_context;
} SinkConfig;

typedef struct Sink Sink;
typedef struct SinkClass {
    const char *name;
    const OptionSpec *options;
    const StateTable *state; /* staged files and the like; NULL: stateless */
    Status (*describe)(const Relation *table, SinkTraits *traits, Err *err);
    /* Recovers by the rules of delivery when `committed` is given. */
    Status (*open)(Sink **out, const SinkConfig *config, Err *err);
    Status (*write)(Sink *sink, const Batch *batch, Err *err);
    Status (*write_bytes)(Sink *sink, const char *bytes, size_t count, uint64_t rows, Err *err);
    /* complete mode: what follows replaces all that was written before */
    Status (*restart)(Sink *sink, Err *err);
    /* End of an epoch: makes everything durable that the commit will name; changed rows of `state`
     * to out. `roll`: part files are to be published now whatever their age (FLUSH, stop, end). */
    Status (*stage)(Sink *sink, bool roll, RowStore *out, Err *err);
    /* After the commit: renames what rolled, writes what the commit holds. */
    Status (*publish)(Sink *sink, Err *err);
    /* Drops everything since the last stage that was committed. */
    Status (*abort)(Sink *sink, Err *err);
    /* When, by the clock, an open part file is to be rolled: the engine then ends an epoch even if
     * nothing came in.  INT64_MAX: nothing is open.  NULL: never. */
    int64_t (*due_us)(Sink *sink);
    /* Frees the sink; what was not staged and committed is lost. */
    void (*close)(Sink *sink);
} SinkClass;
struct Sink {
    const SinkClass *class;
};

/* ---- registries (generated from the lists in io/meson.build) ---- */
const SourceClass *source_class_find(const char *name);
const SinkClass *sink_class_find(const char *name);
const FormatClass *format_class_find(const char *name);
void connector_names(void (*visit)(void *context, const char *name), void *context);
void format_names(void (*visit)(void *context, const char *name), void *context);
/* The spec tables that a table with this connector and format may use, for options_check. */
int option_tables(const char *connector, const char *format, const OptionSpec *const **tables);

#endif
