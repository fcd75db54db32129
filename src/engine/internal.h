/*
 * internal.h - what the engine's files share: the engine, its sessions and jobs.
 *
 * Threads.  Each background job has a thread of its own, which drives the
 * job's pipeline and lends itself and the pool's workers to its lanes; a
 * foreground statement runs on its session's thread in the same way.  Only that
 * thread touches a job's pipeline, sink and inputs; others talk to it through
 * the flags and counters under Job.lock.
 *
 * Locks, in the order in which they are taken:
 *     Engine.ddl     one statement at a time changes the catalog or the set of jobs
 *     Job.store_lock the job's database (writer connection)
 *     Input.lock     a job's source; in it one that follows a view takes the view's store_lock
 *     Engine.lock    the list of jobs
 *     Job.lock       a job's flags
 */
#ifndef STREAMD_ENGINE_INTERNAL_H
#define STREAMD_ENGINE_INTERNAL_H

#include <stdio.h>
#include "base/list.h"
#include "base/private_dir.h"
#include "base/thread.h"
#include "engine/engine.h"
#include "engine/relation_store.h"
#include "engine/settings.h"
#include "executor/pipeline.h"
#include "planner/planner.h"

typedef struct Job Job;
typedef struct JobRecord JobRecord;

/* ---- rows kept aside: rejected and late ones ---- */

enum { KEPT_REJECTED, KEPT_LATE, KEPT_KINDS };
extern const StateTable
    kept_tables[KEPT_KINDS]; /* n, then the columns of the system table but `job` */

typedef struct Kept {
    RowStore rows; /* not committed yet, or of foreground statements */
    int64_t next;  /* number of the next row: also how many there ever were */
} Kept;

/* ---- one input of a job ---- */

/* How far a lane may be ahead of the slowest without waiting. */
enum { PASSED_MOST = 64 };

/* Lets lanes through in order of ticket, carrying a value along. */
typedef struct Turnstile {
    Mutex lock;
    Cond moved;
    uint64_t next;
    int64_t value;
    bool passed[PASSED_MOST]; /* by ticket, of those after `next`: had nothing to do and did not
                                 wait */
    bool broken;              /* somebody failed: nobody waits any longer */
} Turnstile;

/* Rows of an input that were decoded ahead of their turn; see job_blocks.c. */
typedef struct Piece Piece;
typedef LIST(Piece *) PieceList;

typedef struct Input {
    int index;
    const PhysicalNode *scan;
    const Relation *table;
    Source *source;
    SourceTraits traits;
    DecodeSpec spec;
    Mutex lock; /* around calls of the source, whose status others may ask for */
    uint64_t next_ticket, first_ticket; /* first of the reading at hand */
    Turnstile watermarks, outputs;
    int64_t watermark; /* after all rows read: what the next barrier is told */
    int64_t wait_until_us;
    /* see job_idle.c: */
    int64_t idle_timeout_us, active_us; /* 0: never idle; by the clock, when it last gave a chunk */
    bool idle;                          /* under `watermarks.lock` */
    bool drained, ended;
    /* taken in blocks: */
    bool in_blocks, read_all;
    uint64_t good_rows; /* of all chunks before the next; in the turn of `watermarks` */
    PieceList ahead;
    int blocks_ahead; /* whole ones */
    Type *piece_types;
    _Atomic uint64_t rows, bytes;
    bool has_offsets; /* resumed */
    RowStore offsets;
    const char
        *followed; /* the followed relation's job or table, for waking; NULL: an outside source */
    int64_t followed_id;
} Input;

typedef struct Lane {
    Job *job;
    int index;
    Decoder **decoders; /* by input */
    Encoder *encoder;
    Buf bytes; /* encoded output of the chunk at hand */
    uint64_t byte_rows;
    RowStore held;         /* or its rows */
    bool holds;            /* several lanes run: output waits for its turn */
    PieceList pieces;      /* or its pieces, of an input that is taken in blocks */
    Kept kept[KEPT_KINDS]; /* of the chunk at hand */
    Arena arena;           /* batches of the chunk at hand */
    const Chunk *chunk;    /* at hand; NULL: none */
    Input *input;
    Decoder *decoding; /* of whose batch only the early columns are there; NULL: all are */
    uint32_t decoding_batch;
} Lane;

typedef enum JobKind { JOB_SELECT, JOB_INSERT, JOB_NAMED, JOB_VIEW } JobKind;
typedef enum JobState { JOB_RUNNING, JOB_FINISHED, JOB_STOPPED, JOB_FAILED } JobState;

typedef struct EpochRecord {
    int64_t epoch, started_us, committed_us, duration_us, rows_in, rows_out, bytes_in;
} EpochRecord;

struct Job {
    Engine *engine;
    Session *session; /* foreground: whose; NULL in the background */
    JobKind kind;
    int64_t id;
    char *name;        /* NULL: a foreground statement */
    char file_tag[80]; /* name-1a2b3c4d, in part files */
    char *sql, *plan_json;
    Arena arena; /* plan and everything of the job's lifetime */
    const PhysicalPlan *plan;
    Settings settings;
    const Zone *zone; /* the plan's session's; NULL: UTC */
    CatalogPin pin;   /* keeps the relations that the plan, inputs and sink have found */
    int64_t epoch_interval_us, min_interval_us, max_bytes, trigger_us;
    bool once, available_now;
    bool in_blocks;      /* some inputs are; see job_blocks.c */
    uint64_t rows_taken; /* of those */

    Input *inputs;
    int input_count;
    int64_t *watermarks;     /* scratch for barriers */
    int64_t joint_watermark; /* the highest that all active inputs had reached */
    bool idle_changed;       /* in this epoch */
    Pipeline *pipeline;
    Lane *lanes;
    int lane_count;

    const Relation *sink_table; /* NULL: SELECT, or a view */
    Sink *sink;                 /* NULL also for an internal table */
    SinkTraits sink_traits;
    bool drops_deletes; /* update mode into a sink without op */
    const Relation *view;
    RelationStore relation; /* of a view */
    RowStore pending;       /* a view's changes of this epoch, or an internal table's */
    StateTable outbox;      /* of a job that writes into an internal table; see job_table.c */
    RowStore *collected;    /* INSERT into an internal table: its rows; the statement's */
    bool pending_restart;   /* all rows before `pending` go */

    Store *store; /* NULL: nothing is kept */
    Mutex store_lock;
    Kept kept[KEPT_KINDS];
    char *kept_first; /* the first reject of a foreground statement, for its notice */
    bool reject_fails;
    int64_t files;   /* published so far */
    char *last_file; /* the growing or replaced one that was noted */

    /* the epoch at hand */
    int64_t epoch, epoch_started_us, last_commit_us;
    int64_t steady_us, set_back_us; /* PROCTIME(), and how far the clock was set back */
    bool epoch_open;
    uint64_t epoch_rows_in, epoch_bytes_in, epoch_rows_out;
    uint64_t rows_out;
    int64_t headings;
    bool output_since_flush;
    bool unpublished;         /* committed, and its files are not all there yet */
    LIST(EpochRecord) epochs; /* the last ones, for streamd.epochs; under `lock` */

    Thread thread;
    Mutex lock;
    Cond changed;
    /* under `lock` */
    JobState state;
    bool degraded, woken, failure_told;
    _Atomic bool stop, crash;
    int64_t flush_wanted, flush_done;
    Err error;
    char degraded_reason[256];
    int64_t retry_us; /* how long to wait until the next try */
    int64_t committed_epoch;
    _Atomic bool cancel;
    _Atomic bool
        gives_up; /* cancelled, or stopped for so long that nobody waits for a peer any more */
    int pins; /* under Engine.lock: somebody uses it who does not hold ddl; it is not freed before
               */
};

typedef LIST(Job *) JobList;

/* A job that is to run and could not be resumed, for the disk was full, or an INSERT that could not
 * be published: job_waiting.c. */
typedef struct WaitingJob {
    int64_t id;
    bool insert;
    char name[128];
    char reason[256];
} WaitingJob;

struct Engine {
    char *data_dir;
    bool is_private;
    PrivateDir private_dir; /* is_private: data_dir is this */
    int lock_fd;
    int threads, batch_rows;
    const Clock *clock;
    EngineConfig config;
    Catalog *catalog;
    Store *store; /* catalog.db; NULL until something must be kept in a private directory */
    Mutex ddl, lock;
    Mutex catalog_lock; /* catalog.db's connection; taken last */
    Cond changed;       /* some job's state */
    JobList jobs;
    WorkerPool *pool;
    int cores; /* of the machine */
    int failed_jobs;
    LIST(WaitingJob) waiting; /* under `lock` */
    Thread retrying;          /* what waits */
    bool closing;             /* under `lock` */
    _Atomic int64_t next_id;  /* counted under `ddl`, stored under `catalog_lock` */
    LIST(struct InternalTable *) tables;
    _Atomic uint64_t rows_read, bytes_read;
    int64_t started_us;
};

/* An internal table's database; lives as long as somebody may use the relation. */
typedef struct InternalTable {
    int64_t id;
    Store *store;
    RelationStore relation;
    Mutex lock;   /* writers */
    bool dropped; /* its store is closed */
} InternalTable;

/* A relation that goes with its session. */
typedef struct TemporaryRelation {
    char *schema, *name;
    int64_t id;
} TemporaryRelation;

struct Session {
    Engine *engine;
    SessionHost host;
    Settings settings;
    _Atomic bool cancelled;
    Mutex lock;
    Job *running; /* the foreground job, for session_cancel; under `lock` */
    Kept kept[KEPT_KINDS];
    LIST(TemporaryRelation) temporary;
    CatalogPin pin; /* of the statement that runs */
};

/* ---- engine.c ---- */
int64_t engine_now_us(const Engine *engine);
/* Makes the private directory, if there is no data directory yet. */
Status engine_need_directory(Engine *engine, Err *err);
void engine_notice(Engine *engine, Severity severity, const char *sqlstate, const char *message,
                   const char *hint);
/* "<data dir>/jobs/<id>.db" and "<data dir>/tables/<id>.db" */
char *engine_job_path(const Engine *engine, int64_t id, Arena *arena);
char *engine_table_path(const Engine *engine, int64_t id, Arena *arena);
Job *engine_find_job(Engine *engine, const char *name);     /* under ddl or lock */
Job *engine_view_job(Engine *engine, const Relation *view); /* under ddl */
/* The job that keeps up relation `id`, held in memory until engine_unpin; NULL: not loaded. */
Job *engine_pin_view(Engine *engine, int64_t id);
Job *engine_pin_job(Engine *engine, int64_t id);
void engine_unpin(Engine *engine, Job *job);
/* All that are loaded, in order of their making; for a short look, since whoever drops one waits.
 */
JobList engine_pin_jobs(Engine *engine);
void engine_unpin_jobs(Engine *engine, JobList *pinned);
/* FLUSH: those that were there when it began, one after the other; nothing is held while it waits.
 */
Status engine_flush(Engine *engine, const _Atomic bool *cancelled, Err *err);
/* Takes a job that does not run out of the list and frees it, once nobody has it pinned. */
void engine_forget_job(Engine *engine, Job *job);
/* Followers of relation `id` have something to read. */
void engine_wake_followers(Engine *engine, int64_t id);

void engine_remove_database(const char *path);
void engine_remove_job_files(Engine *engine, int64_t id);

/* ---- internal_table.c ---- */
Status engine_internal_table(Engine *engine, const Relation *table, InternalTable **out, Err *err);
/* Reading or writing the relation failed as *err says: 42P01 if that is because it was dropped. */
Status engine_relation_failed(Engine *engine, const Relation *relation, Err *err);
Status engine_internal_table_make(Engine *engine, const Relation *table, Err *err); /* a new one */
/* With its database; no error without.  `born`: the relation's; 0: nobody has seen it. */
void engine_internal_table_remove(Engine *engine, int64_t id, uint64_t born);
/* Followers of jobs that are no longer there, for a crash came between: nothing is kept for them.
 */
Status engine_forget_followers(Engine *engine, RelationStore *relation, Err *err);
typedef struct TableWrite {
    const RowStore *rows; /* with weights, or not */
    bool overwrite;
    int64_t job,
        epoch; /* whose rows these are: written once, however often it is tried.  0: of no job */
} TableWrite;
/* One transaction; wakes followers. */
Status internal_table_write(Engine *engine, const Relation *table, const TableWrite *write,
                            Err *err);
/* Rows of it will be taken back: they are found by these columns of the plan. */
Status internal_table_index(Engine *engine, const Relation *table, const uint16_t *columns,
                            uint16_t count, Err *err);
void internal_table_forget_job(Engine *engine, const Relation *table, int64_t job);
/* 55006 if a job that appends what the table gets, and cannot take rows back, follows it. */
Status internal_table_check_followers(Engine *engine, const Relation *table, const char *what,
                                      Err *err);

/* ---- job_waiting.c: jobs that wait to start, INSERTs that wait to be published ---- */
/* Resumes a job; on a full disk it waits from then on: *waits. */
Status job_waiting_resume(Engine *engine, const JobRecord *record, bool *waits, Err *err);
/* An INSERT that is committed and could not be published: it is from then on. */
void job_waiting_publish(Engine *engine, int64_t id, const Err *why);
Status job_waiting_start(Engine *engine, Err *err); /* what waits is tried again and again */
void job_waiting_end(Engine *engine);
void job_waiting_forget(Engine *engine, int64_t id);
/* The reason why a job waits; false: it does not. */
bool job_waiting_reason(Engine *engine, int64_t id, char *to, size_t size);
Status job_waiting_check(Engine *engine, Err *err); /* FLUSH fails, naming one; under `lock` */

/* ---- catalog_store.c ---- */
Status catalog_store_open(Engine *engine, Err *err);
Status catalog_store_relation(Engine *engine, const Relation *relation, Err *err);
/* In one transaction; old_id 0: none. */
Status catalog_store_replace_relation(Engine *engine, int64_t old_id, const Relation *relation,
                                      Err *err);
Status catalog_store_drop_relation(Engine *engine, int64_t id, Err *err);
Status catalog_store_job(Engine *engine, const Job *job, const char *state, Err *err);
Status catalog_store_failure(Engine *engine, int64_t id, const Err *why, Err *err);
Status catalog_store_drop_job(Engine *engine, int64_t id, Err *err);
/* Of one that is not loaded. */
Status catalog_store_job_state(Engine *engine, const JobRecord *record, const char *state,
                               Err *err);
/* The stored record of a job called `name`: *found=false when there is none.  Text in the arena. */
struct JobRecord {
    int64_t id;
    const char *name, *tag, *sql, *plan, *settings;
    const char *state;  /* running, stopped, finished or failed, when it was stored */
    const char *reason; /* of failed; NULL: not known */
    JobKind kind;
};
Status catalog_store_find_job(Engine *engine, const char *name, Arena *arena, JobRecord *out,
                              bool *found, Err *err);
Status catalog_store_jobs(Engine *engine, Arena *arena, JobRecord **out, int *count, Err *err);
/* What a stored job that is not loaded is: it does not run, whatever it did when its process ended.
 */
const char *job_record_state(const JobRecord *record);

/* ---- job.c: making, running and ending jobs ---- */
typedef struct JobSpec {
    JobKind kind;
    const char *name; /* NULL: foreground */
    int64_t id;       /* 0: a new one */
    const char *tag;  /* of a stored job */
    const char *sql;
    const PhysicalPlan *plan; /* lives in `arena`, which the job takes */
    Arena arena;
    const Relation *sink;
    bool overwrite;
    bool drops_deletes;
    const Relation *view;
    const Settings *settings;
    Session *session;
    const CatalogPin *pin; /* of who planned it; NULL: under ddl since then */
    bool durable;
} JobSpec;
Status job_new(Engine *engine, JobSpec *spec, Job **out, Err *err) MUST_CHECK;
void job_free(Job *job);
Status job_start(Job *job, Err *err) MUST_CHECK; /* on a thread of its own */
void job_cancel(Job *job);
void job_wake(Job *job);
void job_stop(Job *job, bool crash); /* returns when it has stopped */
/* FLUSH for one job; FAIL naming it when it is degraded or has ended by failure or stop. */
Status job_flush(Job *job, const _Atomic bool *cancelled, Err *err) MUST_CHECK;
bool job_is_outside(const Job *job); /* reads a source from outside, not only views and tables */

bool job_is_background(const Job *job);

/* ---- job_run.c ---- */
/* Runs on the calling thread until the inputs end, STOP, cancel or an error. */
Status job_run(Job *job, Err *err) MUST_CHECK;
bool job_all_ended(const Job *job);   /* the inputs have given all they have */
bool job_all_bounded(const Job *job); /* and will have no more in a later run */

/* ---- job_readers.c: who reads a table and is not loaded ---- */
Status job_other_readers(void *job, const Relation *table, OffsetsVisit visit, void *visitor,
                         Err *err);

/* ---- job_scan.c: chunks through lanes ---- */
Status job_scan_open(Job *job, Err *err);
void job_scan_close(Job *job);
void job_lanes_close(Job *job); /* once it runs no more; the inputs can still be asked */
/* Takes up to `budget` bytes from an input, until a moment of the monotonic clock (INT64_MAX:
 * none); *progress: something was there. STOP: no more wanted. */
Status job_round(Job *job, Input *input, int64_t budget, int64_t until_us, bool *progress,
                 Err *err);
Status job_barrier(Job *job, Err *err);
/* The time of the clock for PROCTIME(): where that was set back it goes on from where it was. */
int64_t job_steady_us(Job *job, int64_t now_us);

/* ---- job_blocks.c: inputs with watermarks in an order that their rows alone decide ---- */
void job_blocks_choose(Job *job); /* whether; the inputs are open */
/* As job_round: the next block. */
Status job_block(Job *job, Input *input, bool *progress, Err *err);
bool job_blocks_pending(const Job *job); /* rows were read that have not had their turn */
/* By a lane, instead of pushing a chunk's rows; `first`: good rows of the input before it. */
Status blocks_collect(Lane *lane, Input *input, Decoder *decoder, Batch *batches, uint32_t count,
                      int64_t before, uint64_t first, Err *err);
void blocks_hand_over(Lane *lane, Input *input); /* in the turn of the chunk */
void blocks_drop(PieceList *pieces);

void turnstile_init(Turnstile *turnstile);
void turnstile_deinit(Turnstile *turnstile);

/* ---- job_idle.c: inputs that are silent ---- */
void job_idle_open(Job *job, Input *input);
Status job_idle_resume(Job *job, Input *input, Err *err);
Status job_idle_save(Job *job, Err *err);
void job_idle_chunk(Job *job, Input *input);   /* a chunk of it comes; under its lock */
bool job_idle_check(Job *job, int64_t now_us); /* some input became idle: a barrier is due */
int64_t job_idle_due_us(const Job *job);
/* What a barrier is told: idle inputs as far as the others are. */
void job_idle_watermarks(Job *job, int64_t *watermarks);

/* ---- job_output.c: rows to the sink, the view or the session ---- */
Status job_output(void *job, const Batch *batch, Err *err);
Status job_output_restart(void *job, Err *err);
Status job_lane_output(void *job, int lane, const Batch *batch, Err *err);
bool job_lane_has_output(const Lane *lane);
Status job_lane_flush(Lane *lane, Err *err); /* the chunk's output, in its turn */

/* ---- job_epoch.c ---- */
Status job_commit(Job *job, bool roll, bool ends, Err *err);
/* The disk is full: a background job waits, degraded, and then tries again what failed. False: it
 * cannot wait, for something else failed or it is to stop. */
bool job_wait_degraded(Job *job, const Err *why);
Status job_collect_rows(void *row_store, const Batch *rows, Err *err); /* a StoreVisit */
Status job_recover(Job *job, Err *err); /* state, offsets, sink rows from the store */

/* ---- job_table.c: rows into an internal table ---- */
/* Applies what was committed and is not there. */
Status job_table_open(Job *job, bool overwrite, Err *err);
/* In the epoch's transaction; can be repeated. */
Status job_table_save(Job *job, int64_t epoch, Err *err);
Status job_table_apply(Job *job, int64_t epoch, Err *err); /* after it */
/* What a stored job has committed and a crash kept from its table. */
Status job_table_finish(Engine *engine, const JobRecord *record, Err *err);
/* Rows of the plan's result can be taken back, and the table takes part in it. */
bool job_table_takes_back(const PhysicalPlan *plan, const Relation *sink);

/* ---- job_order.c: who follows whom ---- */
const Relation *
job_target(const Job *job); /* the view or internal table that it makes; NULL: none */
const Relation *job_scanned(const Engine *engine, const PhysicalNode *scan); /* NULL: it is gone */
/* Each after those that make what it follows, else as they were made; under Engine.lock or ddl. */
void jobs_in_order(const Engine *engine, JobList *out);
bool engine_makers_run(Engine *engine, int64_t relation); /* jobs that write it */
/* 42P19 if a job with this plan would follow, directly or through others, what it writes; under
 * ddl. */
Status job_check_circle(Engine *engine, const PhysicalPlan *plan, const Relation *sink, Err *err);

/* ---- job_files.c: published files, for streamd.files ---- */
extern const StateTable job_files_table;
Status job_files_save(Job *job, const RowStore *sink_rows, const EpochRecord *epoch, Err *err);
Status job_files_recover(Job *job, Err *err);

/* ---- kept.c ---- */
void kept_init(Kept *kept, int kind);
void kept_deinit(Kept *kept);
/* A row is to be shown: converts the columns of its batch that wait for the filter. */
void job_lane_decode_late(Lane *lane, const Batch *batch);
void kept_reject(Lane *lane, const Input *input, const Reject *reject);
void kept_flush_lane(Lane *lane); /* in the turn of its chunk */
void kept_drop_from(Lane *lane,
                    uint64_t end); /* rows with this place in the source or a later one */
void kept_reject_row(void *job, int lane, int node, const Batch *batch, uint32_t row,
                     const Err *err);
void kept_late(void *job, int lane, int node, const Batch *batch, uint32_t row, int64_t event_time,
               int64_t watermark);
/* The batch but its first *skip rows, which are counted off; `sel` has room for BATCH_ROWS. */
Batch kept_newest(const Batch *batch, size_t *skip, uint16_t *sel);
Status kept_save(Job *job, Err *err); /* in the epoch's transaction; can be repeated */
void kept_saved(Job *job);            /* which was committed */
void kept_finish_foreground(Job *job,
                            Session *session); /* moves them to the session, with a notice */

/* ---- relation_source.c: views, internal and system tables as sources ---- */
/* `follow`: a snapshot, then changes; `ends`: … until those who make them have ended.
 * `append_only`: the plan takes no row back; should one go, the job fails. Followers are woken by
 * engine_wake_followers. */
Status relation_source_open(Engine *engine, Session *session, const Relation *relation, bool follow,
                            bool ends, bool append_only, const RowStore *offsets,
                            const char *follower, Source **out, Err *err);
/* Some of what its offset covers has not been handed out yet: no epoch ends here. */
bool relation_source_is_midway(const Source *source);
/* Nothing is kept for that follower any longer.  Should it fail, the log is kept longer than
 * needed. */
void relation_source_unfollow(Engine *engine, const Relation *relation, const char *follower);
extern const StateTable relation_source_offsets;

/* ---- system_tables.c ---- */
Status system_tables_add(Catalog *catalog, Err *err);
Status system_tables_add_state(Engine *engine, const Job *job, Err *err);
void system_tables_drop_state(Engine *engine, const Job *job);
Status system_table_rows(Engine *engine, Session *session, const Relation *relation, RowStore *out,
                         Err *err);

/* ---- session_*.c: statements ---- */
typedef struct StatementCall {
    Session *session;
    Engine *engine;
    const Statement *statement;
    const char *sql; /* NUL-terminated text */
    Arena *arena;
    bool is_select; /* an INSERT of CREATE TABLE AS, which says SELECT n as PostgreSQL does */
} StatementCall;
PlannerContext session_planner(StatementCall *call, PlanTarget target);
void statement_done(StatementCall *call, const char *tag); /* the host hears that it is done */
Status statement_query(StatementCall *call, Err *err);
Status statement_insert(StatementCall *call, Err *err);
Status statement_copy(StatementCall *call, Err *err);
Status statement_explain(StatementCall *call, Err *err);
Status statement_create(StatementCall *call, Err *err);
Status statement_create_as(StatementCall *call, Err *err); /* session_as.c */
Status statement_drop(StatementCall *call, Err *err);
Status statement_start_job(StatementCall *call, Err *err);
Status statement_stop_job(StatementCall *call, Err *err);
Status statement_flush(StatementCall *call, Err *err);
Status statement_show(StatementCall *call, Err *err);
Status statement_describe(StatementCall *call, Err *err);
Status statement_set(StatementCall *call, Err *err);
Status statement_reset(StatementCall *call, Err *err);
void session_notice(Session *session, Severity severity, const char *sqlstate, const char *format,
                    ...) PRINTF_LIKE(4, 5);
/* ---- view_uses.c ---- */
/* A plain view whose query names the relation; NULL: none.  Under ddl. */
const Relation *view_that_uses(const Engine *engine, const Relation *relation);

/* A small result of text rows: `cells` row by row, NULL for NULL. */
Status session_text_rows(Session *session, const char *const *names, int columns,
                         const char *const *cells, int rows, ResultKind kind, Err *err);

/* ---- session_create.c: definitions; under ddl ---- */
/* What CREATE says, done and not reported. */
Status session_create_relation(StatementCall *call, Err *err);
bool session_finds(const StatementCall *call); /* a relation of that name */

/* ---- session_drop.c: under ddl ---- */
/* Jobs that run, or may run again, need their tables: 55006. Those that have finished are unloaded.
 */
Status session_relation_in_use(StatementCall *call, const Relation *relation, Err *err);
Status session_drop_job(StatementCall *call, const char *name, bool if_exists, int32_t position,
                        Err *err);
/* INSERTs without a name that have come to their end: the oldest beyond some are dropped. */
Status session_drop_old_inserts(StatementCall *call, Err *err);
#define INSERT_JOB_PREFIX "insert-"
Status session_drop_relation(StatementCall *call, const DropStatement *drop, const NameList *name,
                             Err *err);
Status session_forget_relation(StatementCall *call, Err *err); /* that CREATE has just made */

/* ---- session_jobs.c: background jobs; under ddl ---- */
/* Two definitions are the same if their SQL is, IF NOT EXISTS aside. */
bool session_same_definition(const char *a, const char *b);
/* Makes, stores and starts a background job. */
Status session_start_job(Session *session, JobSpec *spec, Err *err);
Status session_create_job(StatementCall *call, Err *err); /* not reported */
Status session_create_named_job(StatementCall *call, Err *err);
/* *made: the view's job, 0 if it was there before. */
Status session_create_materialized(StatementCall *call, int64_t *made, Err *err);
/* Waits until what a new view's bounded inputs hold is in it; without ddl, for that may take long.
 */
Status session_wait_filled(StatementCall *call, int64_t id, Err *err);
void session_forget_ended(Engine *engine, const char *name); /* unloads it */
/* The table that a stored job's INSERT writes; NULL: it is gone. */
Status stored_sink(Engine *engine, const char *sql, Arena *arena, const Relation **out, Err *err);
/* Recovery of a foreground INSERT that was cut off. */
Status job_finish_insert(Engine *engine, const JobRecord *record, Err *err);
/* Resumes a stored job or view: used by START JOB, CREATE … IF NOT EXISTS and the daemon's start.
 */
Status job_resume(Engine *engine, const JobRecord *record, const Settings *settings, Err *err);

#endif
