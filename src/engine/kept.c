/*
 * kept.c - rows that were refused: rejected and late ones, counted and kept.
 *
 * A job's are written in the epoch's transaction, at most 'rejects.max-rows' of
 * each kind (the oldest go, the counts stay exact); a foreground statement's go
 * to its session, which shows the first in a notice and keeps as many.
 */
#include "engine/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include "base/file.h"

#define TEXT_COLUMN                                                                                \
    {                                                                                              \
        .id = TYPE_VARCHAR                                                                         \
    }
#define STAMP_COLUMN                                                                               \
    {                                                                                              \
        .id = TYPE_TIMESTAMP, .precision = 6                                                       \
    }

static StateColumn rejected_columns[] = {
    {"n", {.id = TYPE_BIGINT}},
    {"source", TEXT_COLUMN},
    {"file_path", TEXT_COLUMN},
    {"line", {.id = TYPE_BIGINT}},
    {"file_offset", {.id = TYPE_BIGINT}},
    {"raw", TEXT_COLUMN},
    {"reason", TEXT_COLUMN},
    {"at", STAMP_COLUMN},
};
static StateColumn late_columns[] = {
    {"n", {.id = TYPE_BIGINT}},  {"source", TEXT_COLUMN}, {"event_time", STAMP_COLUMN},
    {"watermark", STAMP_COLUMN}, {"row", TEXT_COLUMN},
};
const StateTable kept_tables[KEPT_KINDS] = {
    {"rejected_rows", rejected_columns, 8, 1, true},
    {"late_rows", late_columns, 5, 1, true},
};

static Type kept_types[KEPT_KINDS][8];
static pthread_once_t kept_types_made = PTHREAD_ONCE_INIT;

static void make_types(void)
{
    for (int kind = 0; kind < KEPT_KINDS; kind++)
        for (uint16_t i = 0; i < kept_tables[kind].column_count; i++)
            kept_types[kind][i] = kept_tables[kind].columns[i].type;
}

void kept_init(Kept *kept, int kind)
{
    (void)pthread_once(&kept_types_made, make_types);
    *kept = (Kept){0};
    row_store_init(&kept->rows, kept_types[kind], kept_tables[kind].column_count);
}

void kept_deinit(Kept *kept)
{
    row_store_deinit(&kept->rows);
}

static Value text_value(Arena *arena, const char *text, size_t length)
{
    if (!text)
        return value_null(type_of(TYPE_VARCHAR));
    /* What was rejected for its encoding is shown with ? in the bad places. */
    char *copy = arena_strndup(arena, text, length);
    if (!utf8_valid(copy, length))
        for (size_t i = 0; i < length; i++)
            if ((unsigned char)copy[i] >= 0x80)
                copy[i] = '?';
    return value_text(arena, (Str){copy, length});
}

static Value stamp_value(int64_t us)
{
    return (Value){.type = STAMP_COLUMN, .as.integer = us};
}

static Value number_value(int64_t number)
{
    return number < 0 ? value_null(type_of(TYPE_BIGINT)) : value_bigint(number);
}

/* Lanes collect rows by themselves, with their place in the source as number, and hand them over in
 * the turn of their chunk: in source order, whatever the number of lanes, rows a batch, and steps
 * of the plan in which they failed. */
static void keep(Job *job, int lane, int kind, int64_t place, Value *values)
{
    RowStore *rows = &job->lanes[lane].kept[kind].rows;
    values[0] = value_bigint(place);
    row_store_add_values(rows, values);
    job->lanes[lane].kept[kind].next++;
}

/* Rows of which the source knows no place among the others come last. */
enum { NO_PLACE = -1 };

typedef struct Place {
    uint64_t place;
    size_t index; /* among the rows kept */
} Place;

static int compare_places(const void *a, const void *b)
{
    const Place *x = a, *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static void sort_rows(RowStore *rows)
{
    Place *places = mem_alloc(sizeof *places * ((size_t)rows->row_count + 1));
    size_t count = 0;
    bool sorted = true;
    for (size_t b = 0; b < rows->batch_count; b++) {
        const int64_t *numbers = rows->batches[b].cols[0].data;
        for (uint32_t i = 0; i < rows->batches[b].row_count; i++, count++) {
            places[count] = (Place){(uint64_t)numbers[i], count};
            sorted &= count == 0 || places[count - 1].place <= places[count].place;
        }
    }
    if (!sorted) {
        RowStore ordered;
        qsort(places, count, sizeof *places, compare_places);
        row_store_init(&ordered, rows->types, rows->col_count);
        for (size_t i = 0; i < count; i++) {
            uint16_t row = (uint16_t)(places[i].index % rows->rows_per_batch);
            Batch one = rows->batches[places[i].index / rows->rows_per_batch];
            one.sel = &row;
            one.sel_count = 1;
            row_store_add(&ordered, &one);
        }
        row_store_deinit(rows);
        *rows = ordered;
    }
    free(places);
}

void kept_drop_from(Lane *lane, uint64_t end)
{
    for (int k = 0; k < KEPT_KINDS && end < UINT64_MAX; k++) {
        RowStore *rows = &lane->kept[k].rows, wanted;
        row_store_init(&wanted, rows->types, rows->col_count);
        for (size_t b = 0; b < rows->batch_count; b++) {
            Batch batch = rows->batches[b];
            const int64_t *numbers = batch.cols[0].data;
            uint16_t sel[BATCH_ROWS];
            batch.sel = sel;
            batch.sel_count = 0;
            for (uint16_t i = 0; i < batch.row_count; i++)
                if (numbers[i] == NO_PLACE || (uint64_t)numbers[i] < end)
                    sel[batch.sel_count++] = i;
            row_store_add(&wanted, &batch);
        }
        row_store_deinit(rows);
        *rows = wanted;
        lane->kept[k].next = (int64_t)rows->row_count;
    }
}

/* For the notice at a statement's end: what was rejected first. */
static void note_first(Job *job, const Batch *rows)
{
    Buf text;
    if (job->kept_first || !rows->row_count)
        return;
    buf_init(&text);
    const Vector *source = &rows->cols[1], *path = &rows->cols[2], *line = &rows->cols[3];
    if (!vector_is_null(path, 0)) {
        Buf whole;
        buf_init(&whole);
        vector_format(path, 0, NULL, &whole);
        buf_add_text(&text, path_base(buf_text(&whole)));
        buf_deinit(&whole);
    } else if (!vector_is_null(source, 0)) {
        vector_format(source, 0, NULL, &text);
    }
    if (text.length && !vector_is_null(line, 0)) {
        buf_add_text(&text, " line ");
        vector_format(line, 0, NULL, &text);
    }
    if (text.length)
        buf_add_text(&text, ": ");
    vector_format(&rows->cols[6], 0, NULL, &text);
    job->kept_first = mem_strdup(buf_text(&text));
    buf_deinit(&text);
}

Batch kept_newest(const Batch *batch, size_t *skip, uint16_t *sel)
{
    Batch out = *batch;
    size_t from = *skip < batch->row_count ? *skip : batch->row_count;
    *skip -= from;
    out.sel = sel;
    out.sel_count = 0;
    for (size_t i = from; i < batch->row_count; i++)
        sel[out.sel_count++] = (uint16_t)i;
    return out;
}

/* Only the newest can outlast the limit.  More are held for a while, so that a row is not moved
 * for each one that comes. */
static void drop_oldest(RowStore *rows, int64_t limit)
{
    size_t wanted = limit > 0 ? (size_t)limit : 0;
    if (rows->row_count <= wanted + wanted / 4)
        return;
    size_t skip = rows->row_count - wanted;
    RowStore newest;
    uint16_t sel[BATCH_ROWS];
    row_store_init(&newest, rows->types, rows->col_count);
    for (size_t b = 0; b < rows->batch_count; b++) {
        Batch batch = kept_newest(&rows->batches[b], &skip, sel);
        row_store_add(&newest, &batch);
    }
    row_store_deinit(rows);
    *rows = newest;
}

void kept_flush_lane(Lane *lane)
{
    Job *job = lane->job;
    for (int k = 0; k < KEPT_KINDS; k++) {
        Kept *from = &lane->kept[k], *to = &job->kept[k];
        if (!from->next)
            continue;
        int64_t limit = settings_int(&job->settings, "rejects.max-rows");
        sort_rows(&from->rows);
        if (k == KEPT_REJECTED)
            note_first(job, &from->rows.batches[0]);
        for (size_t b = 0; b < from->rows.batch_count; b++) {
            Batch *batch = &from->rows.batches[b];
            int64_t *numbers = batch->cols[0].data;
            for (uint32_t i = 0; i < batch->row_count; i++)
                numbers[i] = ++to->next;
            row_store_add(&to->rows, batch);
        }
        drop_oldest(&to->rows, limit);
        row_store_clear(&from->rows);
        from->next = 0;
    }
}

void kept_reject(Lane *lane, const Input *input, const Reject *reject)
{
    Job *job = lane->job;
    Arena arena;
    arena_init(&arena);
    Value values[8] = {
        [1] = text_value(&arena, input->table->name, strlen(input->table->name)),
        [2] = text_value(&arena, reject->file_path,
                         reject->file_path ? strlen(reject->file_path) : 0),
        [3] = number_value(reject->line),
        [4] = number_value(reject->file_offset),
        [5] = text_value(&arena, reject->raw.data ? reject->raw.data : "", reject->raw.length),
        [6] = text_value(&arena, reject->reason, strlen(reject->reason)),
        [7] = stamp_value(engine_now_us(job->engine)),
    };
    keep(job, lane->index, KEPT_REJECTED, NO_PLACE, values);
    arena_deinit(&arena);
}

static const PhysicalNode *find_node(const PhysicalNode *node, int id)
{
    if (node->id == id)
        return node;
    const PhysicalNode *found = NULL;
    for (int i = 0; i < node->input_count && !found; i++)
        found = find_node(node->inputs[i], id);
    return found;
}

/* Numbers and booleans as they are, the rest as strings. */
static json_t *json_of(const Vector *column, uint32_t row, const Zone *zone, Buf *text)
{
    if (vector_is_null(column, row))
        return json_null();
    buf_clear(text);
    vector_format(column, row, zone, text);
    switch ((int)column->type.id) {
    case TYPE_BOOLEAN:
    case TYPE_TINYINT:
    case TYPE_SMALLINT:
    case TYPE_INT:
    case TYPE_BIGINT:
    case TYPE_FLOAT:
    case TYPE_DOUBLE: {
        /* NaN and infinities are no JSON. */
        json_t *plain = json_loadb(buf_text(text), text->length, JSON_DECODE_ANY, NULL);
        if (plain)
            return plain;
        break;
    }
    default:
        break;
    }
    return json_stringn(buf_text(text), text->length);
}

/* A row of what plan node `id` takes in, or of what a scan decoded, as JSON; caller frees. */
static char *row_json(const Job *job, const Batch *batch, uint32_t row, int id)
{
    const PhysicalNode *node = find_node(job->plan->root, id);
    bool scan = node && node->kind == PHYSICAL_SCAN;
    const PhysicalNode *input = node && !scan && node->input_count ? node->inputs[0] : NULL;
    json_t *object = json_object();
    Buf text;
    buf_init(&text);
    for (uint16_t c = 0; c < batch->col_count; c++) {
        char number[16];
        const char *name = number;
        (void)snprintf(number, sizeof number, "c%u", c);
        if (scan && node->as.scan.names && c < node->as.scan.column_count)
            name = node->as.scan.names[c];
        else if (input && c < input->column_count)
            name = input->columns[c].name;
        (void)json_object_set_new(object, name, json_of(&batch->cols[c], row, job->zone, &text));
    }
    buf_deinit(&text);
    char *dump = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return dump;
}

static Value source_value(const Job *job, int lane, Arena *arena)
{
    const Input *input = job->lanes[lane].input;
    if (!input && job->input_count == 1)
        input = &job->inputs[0];
    const char *name = input ? input->table->name : NULL;
    return text_value(arena, name, name ? strlen(name) : 0);
}

void kept_reject_row(void *context, int lane, int node, const Batch *batch, uint32_t row,
                     const Err *err)
{
    Job *job = context;
    Arena arena;
    arena_init(&arena);
    job_lane_decode_late(&job->lanes[lane], batch);
    char *json = row_json(job, batch, row, node);
    Value values[8] = {
        [1] = source_value(job, lane, &arena),
        [2] = value_null(type_of(TYPE_VARCHAR)),
        [3] = number_value(-1),
        [4] = number_value(-1),
        [5] = text_value(&arena, json, json ? strlen(json) : 0),
        [6] = text_value(&arena, err->message, strlen(err->message)),
        [7] = stamp_value(engine_now_us(job->engine)),
    };
    keep(job, lane, KEPT_REJECTED, (int64_t)batch_seq(batch, row), values);
    free(json);
    arena_deinit(&arena);
}

void kept_late(void *context, int lane, int node, const Batch *batch, uint32_t row,
               int64_t event_time, int64_t watermark)
{
    Job *job = context;
    Arena arena;
    arena_init(&arena);
    char *json = row_json(job, batch, row, node);
    Value values[8] = {
        [1] = source_value(job, lane, &arena),
        [2] = stamp_value(event_time),
        [3] = stamp_value(watermark),
        [4] = text_value(&arena, json, json ? strlen(json) : 0),
    };
    keep(job, lane, KEPT_LATE, (int64_t)batch_seq(batch, row), values);
    free(json);
    arena_deinit(&arena);
}

Status kept_save(Job *job, Err *err)
{
    int64_t limit = settings_int(&job->settings, "rejects.max-rows");
    for (int l = 0; l < job->lane_count; l++)
        kept_flush_lane(&job->lanes[l]);
    for (int k = 0; k < KEPT_KINDS; k++) {
        Kept *kept = &job->kept[k];
        if (!kept->rows.row_count)
            continue;
        const StateTable *table = &kept_tables[k];
        for (size_t i = 0; i < kept->rows.batch_count; i++)
            TRY(store_apply(job->store, table->name, table, &kept->rows.batches[i], err));
        TRY(store_trim(job->store, table->name, table, kept->next - limit, err));
        TRY(store_set(job->store, table->name, kept->next, err));
    }
    return OK;
}

void kept_saved(Job *job)
{
    for (int k = 0; k < KEPT_KINDS; k++)
        if (job->kept[k].rows.row_count)
            row_store_clear(&job->kept[k].rows);
}

void kept_finish_foreground(Job *job, Session *session)
{
    for (int l = 0; job->lanes && l < job->lane_count; l++)
        kept_flush_lane(&job->lanes[l]);
    int64_t rejected = job->kept[KEPT_REJECTED].next, late = job->kept[KEPT_LATE].next;
    for (int k = 0; k < KEPT_KINDS; k++) {
        Kept *from = &job->kept[k], *to = &session->kept[k];
        for (size_t i = 0; i < from->rows.batch_count; i++)
            row_store_add(&to->rows, &from->rows.batches[i]);
        to->next += from->next;
        drop_oldest(&to->rows, settings_int(&session->settings, "rejects.max-rows"));
    }
    if (rejected)
        session_notice(session, SEVERITY_WARNING, SQLSTATE_WARNING,
                       "%lld row%s rejected, first: %s", (long long)rejected,
                       rejected == 1 ? "" : "s", job->kept_first ? job->kept_first : "");
    if (late)
        session_notice(session, SEVERITY_WARNING, SQLSTATE_WARNING,
                       "%lld late row%s left out of closed windows (see streamd.late_rows)",
                       (long long)late, late == 1 ? "" : "s");
}
