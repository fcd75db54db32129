/*
 * op_window.c - PHYSICAL_WINDOW: TUMBLE, HOP and CUMULATE add window_start, window_end,
 * window_time.
 *
 *     TUMBLE    | 0 | 1 | 2 |        one window a row
 *     HOP       |---0---|            every slide_us one of size_us
 *                   |---1---|
 *     CUMULATE  |-0-|                from the start of size_us to each step of slide_us
 *               |---1---|
 *
 * Windows are half-open and aligned to the epoch plus offset_us.  Before an
 * aggregate order does not matter, so rows leave grouped by window
 * with the bounds as constants where a batch has few windows; without one each
 * row is followed by itself in its next window.
 */
#include "executor/clones.h"
#include "executor/operator.h"
#include "executor/repeat.h"

enum {
    FEW_WINDOWS = 8,
    MOST_WINDOWS = 100000,     /* of one row */
    TIME_BEHIND_END_US = 1000, /* window_time is the last millisecond, as Flink has it */
    BOUND_COLUMNS = 3          /* window_start, window_end, window_time */
};

typedef struct WindowOp {
    Operator op;
    bool order_known, ordered;
    Vector *cols;
    /* by row: where `more` goes on, and the memory of what it emits */
    const Batch *in;
    Vector time;
    uint32_t next, next_window; /* live row, its window */
    bool missed;                /* the row was late for a window */
    Arena memory;
    uint16_t parents[BATCH_ROWS];
} WindowOp;

extern const OperatorClass operator_window;

static Status create(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err)
{
    if (plan->as.window.kind == WINDOW_SESSION)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "SESSION windows are not supported yet");
    if (plan->as.window.size_us <= 0 ||
        (plan->as.window.kind != WINDOW_TUMBLE && plan->as.window.slide_us <= 0))
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1, "a window's size must be positive");
    if (plan->as.window.kind != WINDOW_TUMBLE &&
        plan->as.window.size_us / plan->as.window.slide_us > MOST_WINDOWS)
        return err_set(err, SQLSTATE_LIMIT_EXCEEDED, -1, "a row would be in more than %d windows",
                       MOST_WINDOWS);
    WindowOp *self = operator_make(sizeof *self, &operator_window, plan, host, lane, job);
    self->cols = ARENA_ARRAY(job, Vector, plan->column_count);
    *out = &self->op;
    return OK;
}

/* ---- bounds ---- */

/* The greatest multiple of `step` from `offset` on that is not above `time`. */
static int64_t align_down(int64_t time, int64_t offset, int64_t step)
{
    i128 behind = ((i128)time - offset) % step;
    if (behind < 0)
        behind += step;
    i128 start = time - behind;
    return start < INT64_MIN ? INT64_MIN : (int64_t)start;
}

static int64_t add_clamped(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? (b < 0 ? INT64_MIN : INT64_MAX) : sum;
}

typedef struct Bounds {
    int64_t start, end;
} Bounds;

/* The j-th window of a time, by ascending end; false when it has no more. */
static bool window_bounds(const PhysicalNode *plan, int64_t time, uint32_t j, Bounds *bounds)
{
    int64_t size = plan->as.window.size_us, slide = plan->as.window.slide_us;
    int64_t offset = plan->as.window.offset_us;
    if (plan->as.window.kind == WINDOW_TUMBLE) {
        bounds->start = align_down(time, offset, size);
        bounds->end = add_clamped(bounds->start, size);
        return j == 0;
    }
    if (plan->as.window.kind == WINDOW_CUMULATE) {
        bounds->start = align_down(time, offset, size);
        i128 past = (i128)time - bounds->start;
        i128 end = (past / slide + 1 + j) * slide;
        bounds->end = add_clamped(bounds->start, end < size ? (int64_t)end : size);
        return end - slide < size;
    }
    /* HOP: starts last, last - slide, … that are above time - size. */
    int64_t last = align_down(time, offset, slide);
    i128 reach = (i128)last - ((i128)time - size); /* of the last start above the bound */
    i128 count = reach > 0 ? (reach + slide - 1) / slide : 0;
    if ((i128)j >= count)
        return false;
    i128 start = (i128)last - (count - 1 - j) * slide;
    bounds->start = start < INT64_MIN ? INT64_MIN : (int64_t)start;
    bounds->end = add_clamped(bounds->start, size);
    return true;
}

/* ---- rows that leave ---- */

static void shared_columns(WindowOp *self, const Batch *in)
{
    memcpy(self->cols, in->cols, sizeof *self->cols * in->col_count);
}

static void make_bounds(WindowOp *self, const Batch *in, Arena *scratch, uint32_t rows)
{
    const PhysicalColumn *columns = self->op.plan->columns + in->col_count;
    for (int c = 0; c < BOUND_COLUMNS; c++)
        vector_make(&self->cols[in->col_count + c], scratch, columns[c].type, rows, false);
}

static void set_bounds(WindowOp *self, uint16_t first, uint32_t row, Bounds bounds)
{
    ((int64_t *)self->cols[first].data)[row] = bounds.start;
    ((int64_t *)self->cols[first + 1].data)[row] = bounds.end;
    ((int64_t *)self->cols[first + 2].data)[row] = add_clamped(bounds.end, -TIME_BEHIND_END_US);
}

/* Rows sel[0…count-1] of `in`, all in one window. */
static Status emit_window(WindowOp *self, const Batch *in, const uint16_t *sel, uint32_t count,
                          Bounds bounds, Arena *scratch, Err *err)
{
    make_bounds(self, in, scratch, 1);
    set_bounds(self, in->col_count, 0, bounds);
    for (int c = 0; c < BOUND_COLUMNS; c++)
        self->cols[in->col_count + c].form = VECTOR_CONST;
    Batch out = *in;
    out.cols = self->cols;
    out.col_count = (uint16_t)(in->col_count + BOUND_COLUMNS);
    out.sel = sel;
    out.sel_count = (uint16_t)count;
    return operator_emit(&self->op, &out, scratch, err);
}

static int64_t row_wm(const Batch *in, uint32_t row)
{
    return in->wm ? in->wm[row] : in->wm_first;
}

static void report_late(WindowOp *self, const Batch *in, uint32_t row, int64_t time)
{
    const OperatorHost *host = self->op.host;
    if (host->late)
        host->late(host->context, self->op.lane, self->op.plan->id, in, row, time, row_wm(in, row));
}

/* ---- before an aggregate: window after window ---- */

typedef struct Few {
    Bounds bounds[FEW_WINDOWS];
    uint32_t count, rows[FEW_WINDOWS];
} Few;

/* Notes the window of the i-th row; false when there are too many. */
static bool few_add(Few *few, Bounds bounds, uint16_t *window_of, uint32_t i, uint32_t *last)
{
    uint32_t w = *last;
    if (w >= few->count || few->bounds[w].end != bounds.end) {
        for (w = 0; w < few->count && few->bounds[w].end != bounds.end; w++)
            ;
        if (w == FEW_WINDOWS)
            return false;
        if (w == few->count) {
            few->bounds[few->count] = bounds;
            few->rows[few->count++] = 0;
        }
        *last = w;
    }
    few->rows[w]++;
    window_of[i] = (uint16_t)w;
    return true;
}

static Status emit_few(WindowOp *self, const Batch *in, const Few *few, const uint16_t *rows,
                       const uint16_t *window_of, uint32_t count, Arena *scratch, Err *err)
{
    uint32_t at[FEW_WINDOWS], from[FEW_WINDOWS], sum = 0;
    for (uint32_t w = 0; w < few->count; w++) {
        from[w] = at[w] = sum;
        sum += few->rows[w];
    }
    uint16_t *sel = arena_alloc(scratch, sizeof *sel * (count + 1));
    for (uint32_t i = 0; i < count; i++)
        sel[at[window_of[i]]++] = rows[i];
    for (uint32_t w = 0; w < few->count; w++) {
        bool all = few->rows[w] == in->row_count;
        TRY(emit_window(self, in, all ? NULL : sel + from[w], few->rows[w], few->bounds[w], scratch,
                        err));
    }
    return OK;
}

static Status emit_many(WindowOp *self, const Batch *in, const uint16_t *rows, const Bounds *bounds,
                        uint32_t count, Arena *scratch, Err *err)
{
    make_bounds(self, in, scratch, in->row_count);
    for (uint32_t i = 0; i < count; i++)
        set_bounds(self, in->col_count, rows[i], bounds[i]);
    Batch out = *in;
    out.cols = self->cols;
    out.col_count = (uint16_t)(in->col_count + BOUND_COLUMNS);
    out.sel = rows;
    out.sel_count = (uint16_t)count;
    return operator_emit(&self->op, &out, scratch, err);
}

/* Rows and their j-th windows, by few windows as constants or with flat columns. */
static Status emit_rows(WindowOp *self, const Batch *in, const uint16_t *rows, const Bounds *bounds,
                        uint32_t count, bool ordered, Arena *scratch, Err *err)
{
    if (ordered)
        return emit_many(self, in, rows, bounds, count, scratch, err);
    uint16_t *window_of = arena_alloc(scratch, sizeof *window_of * (count + 1));
    Few few = {.count = 0};
    uint32_t last = 0, i = 0;
    while (i < count && few_add(&few, bounds[i], window_of, i, &last))
        i++;
    if (i == count)
        return emit_few(self, in, &few, rows, window_of, count, scratch, err);
    return emit_many(self, in, rows, bounds, count, scratch, err);
}

CLONES static void extremes(const int64_t *times, uint32_t count, int64_t *lowest, int64_t *highest)
{
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (uint32_t i = 0; i < count; i++) {
        low = times[i] < low ? times[i] : low;
        high = times[i] > high ? times[i] : high;
    }
    *lowest = low;
    *highest = high;
}

/* The batch's live rows have a time within one TUMBLE window and none is late: nothing to do a row.
 */
static bool one_window(const WindowOp *self, const Batch *in, const Vector *time, Bounds *bounds)
{
    const PhysicalNode *plan = self->op.plan;
    if (plan->as.window.kind != WINDOW_TUMBLE || time->valid)
        return false;
    const int64_t *times = time->data;
    int64_t low = INT64_MAX, high = INT64_MIN;
    uint32_t live = batch_live(in);
    if (in->sel) {
        for (uint32_t i = 0; i < live; i++) {
            int64_t t = times[in->sel[i]];
            low = t < low ? t : low;
            high = t > high ? t : high;
        }
    } else {
        extremes(times, live, &low, &high);
    }
    if (!window_bounds(plan, low, 0, bounds) || high >= bounds->end)
        return false;
    return !in->has_wm || !plan->as.window.drop_late || bounds->end > in->wm_after;
}

/* Rows in time with their j-th windows; `late` marks those that missed one. False: no row has a
 * j-th. */
static bool collect_windows(WindowOp *self, const Batch *in, const Vector *time, uint32_t j,
                            uint16_t *rows, Bounds *bounds, uint32_t *count, uint64_t *late)
{
    const PhysicalNode *plan = self->op.plan;
    const int64_t *times = time->data;
    uint32_t live = batch_live(in), kept = 0;
    bool any = false, tumble = plan->as.window.kind == WINDOW_TUMBLE;
    bool judge = in->has_wm && plan->as.window.drop_late;
    Bounds window = {0, 0};
    for (uint32_t i = 0; i < live; i++) {
        uint32_t row = batch_row(in, i);
        if (time->valid && !bitmap_get(time->valid, row))
            continue;
        if (!tumble || times[row] < window.start || times[row] >= window.end)
            if (!window_bounds(plan, times[row], j, &window))
                continue;
        any = true;
        if (judge && window.end <= row_wm(in, row)) {
            bitmap_set(late, row);
            continue;
        }
        rows[kept] = (uint16_t)row;
        bounds[kept++] = window;
    }
    *count = kept;
    return any;
}

static Status push_by_window(WindowOp *self, const Batch *in, bool ordered, Arena *scratch,
                             Err *err)
{
    const PhysicalNode *plan = self->op.plan;
    Vector time;
    vector_flatten(&time, &in->cols[plan->as.window.time], in->row_count, scratch);
    shared_columns(self, in);
    Bounds window;
    if (one_window(self, in, &time, &window))
        return emit_window(self, in, in->sel, batch_live(in), window, scratch, err);
    uint32_t live = batch_live(in);
    uint64_t late[VALID_WORDS] = {0};
    uint16_t *rows = arena_alloc(scratch, sizeof *rows * live);
    Bounds *bounds = arena_alloc(scratch, sizeof *bounds * live);
    uint32_t count;
    for (uint32_t j = 0; collect_windows(self, in, &time, j, rows, bounds, &count, late); j++) {
        if (count)
            TRY(emit_rows(self, in, rows, bounds, count, ordered, scratch, err));
        if (plan->as.window.kind == WINDOW_TUMBLE)
            break;
    }
    for (uint32_t i = 0; i < live; i++)
        if (bitmap_get(late, batch_row(in, i)))
            report_late(self, in, batch_row(in, i), ((const int64_t *)time.data)[batch_row(in, i)]);
    return OK;
}

/* ---- by row ---- */

/* Fills parents and bounds from (next, next_window) on, up to a batch; false when all rows are
 * through. */
static bool fill_by_row(WindowOp *self, Bounds *bounds, uint32_t *count)
{
    const Batch *in = self->in;
    const PhysicalNode *plan = self->op.plan;
    const int64_t *times = self->time.data;
    uint32_t live = batch_live(in);
    bool judge = in->has_wm && plan->as.window.drop_late;
    *count = 0;
    for (; self->next < live; self->next++, self->next_window = 0, self->missed = false) {
        uint32_t row = batch_row(in, self->next);
        if (self->time.valid && !bitmap_get(self->time.valid, row))
            continue;
        Bounds window;
        for (; window_bounds(plan, times[row], self->next_window, &window); self->next_window++) {
            if (judge && window.end <= row_wm(in, row)) {
                self->missed = true;
                continue;
            }
            if (*count == BATCH_ROWS)
                return true;
            self->parents[*count] = (uint16_t)row;
            bounds[(*count)++] = window;
        }
        if (self->missed)
            report_late(self, in, row, times[row]);
    }
    return false;
}

static Status more_by_row(Operator *op, Arena *scratch, Err *err)
{
    WindowOp *self = (WindowOp *)op;
    const Batch *in = self->in;
    arena_reset(&self->memory);
    Bounds *bounds = arena_alloc(&self->memory, sizeof *bounds * BATCH_ROWS);
    uint32_t count;
    (void)scratch;
    op->has_more = fill_by_row(self, bounds, &count);
    Batch out;
    repeat_rows(&out, in, self->parents, count, &self->memory);
    for (uint16_t c = 0; c < in->col_count; c++)
        repeat_column(&self->cols[c], &in->cols[c], self->parents, count, &self->memory);
    make_bounds(self, in, &self->memory, count);
    for (uint32_t i = 0; i < count; i++)
        set_bounds(self, in->col_count, i, bounds[i]);
    out.cols = self->cols;
    out.col_count = (uint16_t)(in->col_count + BOUND_COLUMNS);
    return operator_emit(op, &out, &self->memory, err);
}

/* ---- the operator ---- */

static bool can_fail(const PhysicalNode *plan)
{
    return (plan->kind == PHYSICAL_FILTER && plan->as.filter.program->can_fail) ||
           (plan->kind == PHYSICAL_PROJECT && plan->as.project.program->can_fail);
}

/* Whether the order of what comes out matters: unless an aggregate takes it all in, and no row on
 * the way there ends the statement by failing first. */
static bool is_ordered(WindowOp *self)
{
    if (self->order_known)
        return self->ordered;
    self->order_known = true;
    self->ordered = true;
    for (const Operator *op = self->op.out; op && op->plan; op = op->out) {
        PhysicalKind kind = op->plan->kind;
        if (kind == PHYSICAL_AGGREGATE)
            self->ordered = op->plan->as.aggregate.emit == EMIT_FIRST;
        if (kind != PHYSICAL_FILTER && kind != PHYSICAL_PROJECT && kind != PHYSICAL_EXPLODE &&
            kind != PHYSICAL_EXPAND)
            break;
        if (can_fail(op->plan) && !op->host->reject_rows)
            break;
    }
    return self->ordered;
}

static Status push(Operator *op, int input, const Batch *in, Arena *scratch, Err *err)
{
    WindowOp *self = (WindowOp *)op;
    (void)input;
    if (op->plan->as.window.kind == WINDOW_TUMBLE || !is_ordered(self))
        return push_by_window(self, in, is_ordered(self), scratch, err);
    vector_flatten(&self->time, &in->cols[op->plan->as.window.time], in->row_count, scratch);
    self->in = in;
    self->next = self->next_window = 0;
    self->missed = false;
    return more_by_row(op, scratch, err);
}

static void destroy(Operator *op)
{
    arena_deinit(&((WindowOp *)op)->memory);
}

const OperatorClass operator_window = {.name = "window",
                                       .kind = PHYSICAL_WINDOW,
                                       .create = create,
                                       .push = push,
                                       .more = more_by_row,
                                       .destroy = destroy};
