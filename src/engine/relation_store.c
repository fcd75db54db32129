/* relation_store.c - see relation_store.h. */
#include "engine/relation_store.h"

#include <stdlib.h>
#include "base/list.h"

#define ROWS_TABLE      "rows"
#define CHANGES_TABLE   "changes"
#define FOLLOWERS_TABLE "followers"
#define WRITERS_TABLE   "writers"
#define SEQ_KEY         "change_seq"

static StateColumn follower_columns[] = {{"name", {.id = TYPE_VARCHAR}},
                                         {"seq", {.id = TYPE_BIGINT}}};
static const StateTable followers_table = {FOLLOWERS_TABLE, follower_columns, 2, 1, false};

static StateColumn writer_columns[] = {{"job", {.id = TYPE_BIGINT}},
                                       {"epoch", {.id = TYPE_BIGINT}}};
static const StateTable writers_table = {WRITERS_TABLE, writer_columns, 2, 1, true};

static int column_index(const Relation *relation, const char *name)
{
    for (int i = 0; i < relation->column_count; i++)
        if (text_equal_nocase(relation->columns[i].name, name))
            return i;
    return -1;
}

/* The SQL tables of a relation: key columns first, or for append-only ones a number of arrival.
 * Computed columns are not kept. */
static void make_schemas(RelationStore *out, const Relation *relation)
{
    Arena *arena = &out->arena;
    out->relation = relation;
    out->order = ARENA_ARRAY(arena, uint16_t, relation->column_count + 1);
    out->given = ARENA_ARRAY(arena, uint16_t, relation->column_count + 1);
    out->keyed = relation->key_column_count > 0;
    uint16_t count = 0;
    for (int i = 0; i < relation->key_column_count; i++)
        out->order[count++] = (uint16_t)column_index(relation, relation->key_columns[i]);
    for (uint16_t i = 0; i < relation->column_count; i++) {
        bool is_key = false;
        for (int k = 0; k < relation->key_column_count; k++)
            is_key |= out->order[k] == i;
        if (!is_key && relation->columns[i].kind != COLUMN_COMPUTED)
            out->order[count++] = i;
    }
    for (uint16_t i = 0; i < count; i++)
        for (uint16_t before = 0; before < out->order[i]; before++)
            if (relation->columns[before].kind != COLUMN_COMPUTED)
                out->given[i]++;
    StateColumn *columns = ARENA_ARRAY(arena, StateColumn, count + 1);
    StateColumn *logged = ARENA_ARRAY(arena, StateColumn, count + 2);
    logged[0] = (StateColumn){"_seq", type_of(TYPE_BIGINT)};
    logged[1] = (StateColumn){"_weight", type_of(TYPE_INT)};
    for (uint16_t i = 0; i < count; i++) {
        const ColumnDef *column = &relation->columns[out->order[i]];
        columns[i] = (StateColumn){column->name, column->type};
        logged[i + 2] = columns[i];
    }
    out->rows =
        (StateTable){ROWS_TABLE, columns, count, (uint16_t)relation->key_column_count, false};
    out->changes = (StateTable){CHANGES_TABLE, logged, (uint16_t)(count + 2), 1, true};
}

static Status count_rows(void *context, const Batch *rows, Err *err)
{
    (void)err;
    *(int *)context += rows->row_count;
    return OK;
}

Status relation_store_open(RelationStore *out, Store *store, const Relation *relation, Err *err)
{
    *out = (RelationStore){.store = store};
    arena_init(&out->arena);
    mutex_init(&out->lock);
    make_schemas(out, relation);
    Status status = OK;
    bool own_transaction = !store_in_transaction(store);
    if (own_transaction)
        TRY_GOTO(store_begin(store, err));
    TRY_GOTO(store_ensure(store, ROWS_TABLE, &out->rows, err));
    TRY_GOTO(store_ensure(store, CHANGES_TABLE, &out->changes, err));
    TRY_GOTO(store_ensure(store, FOLLOWERS_TABLE, &followers_table, err));
    if (relation->kind == RELATION_INTERNAL)
        TRY_GOTO(store_ensure(store, WRITERS_TABLE, &writers_table, err));
    TRY_GOTO(store_get(store, SEQ_KEY, 0, &out->seq, err));
    TRY_GOTO(
        store_scan(store, FOLLOWERS_TABLE, &followers_table, count_rows, &out->followers, err));
    if (own_transaction)
        TRY_GOTO(store_commit(store, err));
done:
    if (status != OK) {
        if (own_transaction)
            store_rollback(store);
        relation_store_close(out);
    }
    return status;
}

void relation_store_close(RelationStore *relation)
{
    mutex_deinit(&relation->lock);
    arena_deinit(&relation->arena);
}

static void reorder(const RelationStore *relation, const Batch *in, Batch *out, Vector *columns)
{
    *out = *in;
    for (uint16_t i = 0; i < relation->rows.column_count; i++)
        columns[i] = in->cols[relation->given[i]];
    out->cols = columns;
    out->col_count = relation->rows.column_count;
}

static Status log_changes(RelationStore *relation, const Batch *rows, Err *err)
{
    Arena arena;
    arena_init(&arena);
    uint16_t count = relation->rows.column_count;
    Batch logged = *rows;
    logged.col_count = (uint16_t)(count + 2);
    logged.weight = NULL;
    logged.cols = ARENA_ARRAY(&arena, Vector, count + 2);
    vector_make(&logged.cols[0], &arena, type_of(TYPE_BIGINT), rows->row_count, true);
    vector_make(&logged.cols[1], &arena, type_of(TYPE_INT), rows->row_count, true);
    memcpy(logged.cols + 2, rows->cols, count * sizeof(Vector));
    for (uint32_t i = 0, live = batch_live(rows); i < live; i++) {
        uint32_t row = batch_row(rows, i);
        ((int64_t *)logged.cols[0].data)[row] = ++relation->seq;
        ((int32_t *)logged.cols[1].data)[row] = batch_weight(rows, row);
    }
    Status status = store_apply(relation->store, CHANGES_TABLE, &relation->changes, &logged, err);
    arena_deinit(&arena);
    return status;
}

Status relation_store_apply(RelationStore *relation, const Batch *batch, Err *err)
{
    Arena arena;
    arena_init(&arena);
    Batch rows;
    reorder(relation, batch, &rows, ARENA_ARRAY(&arena, Vector, relation->rows.column_count + 1));
    Status status = store_apply(relation->store, ROWS_TABLE, &relation->rows, &rows, err);
    mutex_lock(&relation->lock);
    bool logged = relation->followers > 0;
    mutex_unlock(&relation->lock);
    if (status == OK && logged)
        status = log_changes(relation, &rows, err);
    else if (status == OK)
        relation->seq += batch_live(batch);
    arena_deinit(&arena);
    return status;
}

typedef struct Clearing {
    RelationStore *relation;
    bool logged;
} Clearing;

static Status log_removal(void *context, const Batch *batch, Err *err)
{
    Clearing *clearing = context;
    int32_t *weight = mem_alloc(sizeof(int32_t) * BATCH_ROWS);
    for (int i = 0; i < batch->row_count; i++)
        weight[i] = -1;
    Batch removed = *batch;
    removed.weight = weight;
    Status status = clearing->logged ? log_changes(clearing->relation, &removed, err) : OK;
    free(weight);
    return status;
}

Status relation_store_clear(RelationStore *relation, Err *err)
{
    mutex_lock(&relation->lock);
    Clearing clearing = {relation, relation->followers > 0};
    mutex_unlock(&relation->lock);
    if (clearing.logged)
        TRY(store_scan(relation->store, ROWS_TABLE, &relation->rows, log_removal, &clearing, err));
    return store_clear(relation->store, ROWS_TABLE, err);
}

typedef struct LowestSeq {
    int64_t seq;
} LowestSeq;

static Status lowest_seq(void *context, const Batch *rows, Err *err)
{
    (void)err;
    LowestSeq *lowest = context;
    for (uint32_t i = 0; i < rows->row_count; i++) {
        int64_t seq = ((const int64_t *)rows->cols[1].data)[i];
        if (seq < lowest->seq)
            lowest->seq = seq;
    }
    return OK;
}

Status relation_store_finish(RelationStore *relation, Err *err)
{
    LowestSeq lowest = {INT64_MAX};
    TRY(store_scan(relation->store, FOLLOWERS_TABLE, &followers_table, lowest_seq, &lowest, err));
    TRY(store_trim(relation->store, CHANGES_TABLE, &relation->changes,
                   lowest.seq == INT64_MAX ? relation->seq : lowest.seq, err));
    return store_set(relation->store, SEQ_KEY, relation->seq, err);
}

static Status put_follower(RelationStore *relation, const char *follower, int64_t seq, int weight,
                           Err *err)
{
    Arena arena;
    arena_init(&arena);
    Vector columns[2];
    vector_make(&columns[0], &arena, type_of(TYPE_VARCHAR), 1, true);
    vector_make(&columns[1], &arena, type_of(TYPE_BIGINT), 1, true);
    *(Text *)columns[0].data = text_make_copy(&arena, follower, (uint32_t)strlen(follower));
    *(int64_t *)columns[1].data = seq;
    int32_t weights[1] = {weight};
    Batch batch = {.cols = columns, .col_count = 2, .row_count = 1, .weight = weights};
    Status status = store_apply(relation->store, FOLLOWERS_TABLE, &followers_table, &batch, err);
    arena_deinit(&arena);
    return status;
}

static Status recount_followers(RelationStore *relation, Err *err)
{
    int followers = 0;
    TRY(store_scan(relation->store, FOLLOWERS_TABLE, &followers_table, count_rows, &followers,
                   err));
    mutex_lock(&relation->lock);
    relation->followers = followers;
    mutex_unlock(&relation->lock);
    return OK;
}

static Status change_follower(RelationStore *relation, const char *follower, int64_t seq,
                              int weight, Err *err)
{
    Status status = store_begin(relation->store, err);
    if (status == OK)
        status = put_follower(relation, follower, seq, weight, err);
    if (status == OK)
        status = store_commit(relation->store, err);
    if (status == OK)
        status = recount_followers(relation, err);
    if (status != OK)
        store_rollback(relation->store);
    return status;
}

Status relation_store_follow(RelationStore *relation, const char *follower, int64_t seq, Err *err)
{
    return change_follower(relation, follower, seq, 1, err);
}

typedef struct Names {
    Arena *arena;
    LIST(const char *) list;
} Names;

static Status collect_names(void *context, const Batch *rows, Err *err)
{
    (void)err;
    Names *names = context;
    for (uint32_t i = 0; i < rows->row_count; i++) {
        Value name = vector_get(&rows->cols[0], i);
        Str text = text_str(&name.as.text);
        list_push_arena(names->arena, &names->list,
                        arena_strndup(names->arena, text.data, text.length));
    }
    return OK;
}

Status relation_store_followers(const RelationStore *relation, Arena *arena, const char ***names,
                                int *count, Err *err)
{
    Names found = {.arena = arena};
    TRY(store_scan(relation->store, FOLLOWERS_TABLE, &followers_table, collect_names, &found, err));
    *names = found.list.at;
    *count = (int)found.list.count;
    return OK;
}

Status relation_store_unfollow(RelationStore *relation, const char *follower, Err *err)
{
    return change_follower(relation, follower, 0, -1, err);
}

/* ---- jobs that write it ---- */

Status relation_store_index(RelationStore *relation, const uint16_t *columns, uint16_t count,
                            Err *err)
{
    Arena arena;
    arena_init(&arena);
    uint16_t *places = ARENA_ARRAY(&arena, uint16_t, count + 1u);
    for (uint16_t i = 0; i < count; i++)
        for (uint16_t c = 0; c < relation->rows.column_count; c++)
            if (relation->given[c] == columns[i])
                places[i] = c;
    Status status =
        store_ensure_index(relation->store, ROWS_TABLE, &relation->rows, places, count, err);
    arena_deinit(&arena);
    return status;
}

static Status read_epoch(void *context, const Batch *rows, Err *err)
{
    (void)err;
    *(int64_t *)context = ((const int64_t *)rows->cols[1].data)[0];
    return OK;
}

Status relation_store_written(RelationStore *relation, int64_t job, int64_t *epoch, Err *err)
{
    *epoch = 0;
    return store_scan_range(relation->store, WRITERS_TABLE, &writers_table, job - 1, job,
                            read_epoch, epoch, err);
}

Status relation_store_set_written(RelationStore *relation, int64_t job, int64_t epoch, Err *err)
{
    Vector columns[2] = {{.type = writer_columns[0].type, .data = &job},
                         {.type = writer_columns[1].type, .data = &epoch}};
    int32_t weight = epoch ? 1 : -1;
    Batch batch = {.cols = columns, .col_count = 2, .row_count = 1, .weight = &weight};
    return store_apply(relation->store, WRITERS_TABLE, &writers_table, &batch, err);
}

/* ---- reading ---- */

typedef struct Reading {
    const RelationStore *relation;
    RowStore *out;
    uint16_t skip; /* columns before the relation's */
} Reading;

static Status read_rows(void *context, const Batch *batch, Err *err)
{
    (void)err;
    Reading *reading = context;
    const RelationStore *relation = reading->relation;
    Arena arena;
    arena_init(&arena);
    Batch rows = *batch;
    rows.col_count = (uint16_t)relation->relation->column_count;
    rows.cols = ARENA_ARRAY(&arena, Vector, relation->relation->column_count + 1);
    for (uint16_t i = 0; i < rows.col_count; i++) {
        const ColumnDef *column = &relation->relation->columns[i];
        Value none = value_null(column->type);
        if (column->kind == COLUMN_COMPUTED) /* the plan computes it where it is read */
            vector_make_const(&rows.cols[i], &arena, &none);
    }
    for (uint16_t i = 0; i < relation->rows.column_count; i++)
        rows.cols[relation->order[i]] = batch->cols[i + reading->skip];
    if (reading->skip)
        rows.weight = batch->cols[1].data;
    row_store_add(reading->out, &rows);
    arena_deinit(&arena);
    return OK;
}

static Status read_relation(const char *path, const Relation *relation, bool changes, int64_t after,
                            RowStore *out, int64_t *seq, Err *err)
{
    RelationStore reader = {0};
    arena_init(&reader.arena);
    make_schemas(&reader, relation);
    Store *store = NULL;
    Status status = store_open(&store, path, STORE_READ_ONLY, true, err);
    if (status == OK)
        status = store_begin(store, err);
    if (status == OK)
        status = store_get(store, SEQ_KEY, 0, seq, err);
    Reading reading = {&reader, out, changes ? 2 : 0};
    if (status == OK)
        status = changes ? store_scan_range(store, CHANGES_TABLE, &reader.changes, after, *seq,
                                            read_rows, &reading, err)
                         : store_scan(store, ROWS_TABLE, &reader.rows, read_rows, &reading, err);
    store_close(store);
    arena_deinit(&reader.arena);
    return status;
}

Status relation_read(const char *path, const Relation *relation, RowStore *out, int64_t *seq,
                     Err *err)
{
    return read_relation(path, relation, false, 0, out, seq, err);
}

Status relation_read_changes(const char *path, const Relation *relation, int64_t after,
                             RowStore *out, int64_t *seq, Err *err)
{
    return read_relation(path, relation, true, after, out, seq, err);
}
