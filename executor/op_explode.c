/*
 * op_explode.c - PHYSICAL_EXPLODE: one row per element of an array column.
 *
 * The columns that are passed on become dictionaries over the input's, so
 * nothing of them is copied.  The elements of rows in a row mostly lie one
 * behind the other: then they are taken where they lie.
 */
#include "executor/operator.h"
#include "executor/repeat.h"

typedef struct ExplodeOp {
    Operator op;
    Vector *cols;
    /* where `more` goes on, and the memory of what it emits */
    const Batch *in;
    uint32_t next, next_element; /* live row, element of it */
    Arena memory;
    uint16_t parents[BATCH_ROWS];
    uint32_t elements[BATCH_ROWS]; /* in the array's child; UINT32_MAX: NULL */
    uint32_t first_element;        /* where they are contiguous: only this one is known */
    int64_t ordinals[BATCH_ROWS];
} ExplodeOp;

extern const OperatorClass operator_explode;

static Status create(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err)
{
    (void)err;
    ExplodeOp *self = operator_make(sizeof *self, &operator_explode, plan, host, lane, job);
    self->cols = ARENA_ARRAY(job, Vector, plan->column_count);
    *out = &self->op;
    return OK;
}

/* The elements are not one behind the other any more: writes down the `count` that were. */
static void scatter(ExplodeOp *self, uint32_t count, bool *contiguous)
{
    for (uint32_t i = 0; *contiguous && i < count; i++)
        self->elements[i] = self->first_element + i;
    *contiguous = false;
}

/* Fills parents, elements and ordinals up to a batch; false when all rows are through. *contiguous:
 * the elements are first_element and those behind it. */
static bool fill(ExplodeOp *self, uint32_t *count, bool *contiguous)
{
    const Batch *in = self->in;
    const Vector *array = &in->cols[self->op.plan->as.explode.array];
    const ListEntry *entries = vector_base(array)->data;
    uint32_t live = batch_live(in), filled = 0;
    bool outer = self->op.plan->as.explode.outer, ordinality = self->op.plan->as.explode.ordinality;
    *contiguous = true;
    for (; self->next < live; self->next++, self->next_element = 0) {
        uint32_t row = batch_row(in, self->next);
        uint32_t length = 0, offset = 0;
        if (!vector_is_null(array, row)) {
            length = entries[vector_at(array, row)].length;
            offset = entries[vector_at(array, row)].offset;
        }
        if (length == 0 && outer) {
            if (filled == BATCH_ROWS)
                break;
            scatter(self, filled, contiguous);
            self->parents[filled] = (uint16_t)row;
            self->ordinals[filled] = 0;
            self->elements[filled++] = UINT32_MAX;
            continue;
        }
        uint32_t first = self->next_element, left = length - first, room = BATCH_ROWS - filled;
        uint32_t take = left < room ? left : room;
        if (filled == 0 && *contiguous)
            self->first_element = offset + first;
        if (take && self->first_element + filled != offset + first)
            scatter(self, filled, contiguous);
        for (uint32_t i = 0; i < take; i++)
            self->parents[filled + i] = (uint16_t)row;
        for (uint32_t i = 0; !*contiguous && i < take; i++)
            self->elements[filled + i] = offset + first + i;
        for (uint32_t i = 0; ordinality && i < take; i++)
            self->ordinals[filled + i] = (int64_t)first + i + 1;
        filled += take;
        if (take < left) {
            self->next_element = first + take;
            break;
        }
    }
    *count = filled;
    return self->next < live;
}

/* Rows first… of a FLAT vector as a vector of its own; shares memory but for the validity. */
static void slice(Vector *out, const Vector *in, uint32_t first, uint32_t count, Arena *memory)
{
    *out = *in;
    if (type_size(in->type))
        out->data = (char *)in->data + (size_t)first * type_size(in->type);
    if (in->valid) {
        out->valid = arena_zalloc(memory, ((size_t)count + 63) / 64 * 8);
        for (uint32_t i = 0; i < count; i++)
            if (bitmap_get(in->valid, first + i))
                bitmap_set(out->valid, i);
    }
    if (in->type.id == TYPE_ROW) {
        out->child = arena_alloc(memory, sizeof *out->child * in->type.row->count);
        for (uint16_t f = 0; f < in->type.row->count; f++)
            slice(&out->child[f], &in->child[f], first, count, memory);
    }
}

#define GATHER(T)                                                                                  \
    do {                                                                                           \
        T *to = out->data;                                                                         \
        const T *from = child->data;                                                               \
        for (uint32_t i = 0; i < count; i++)                                                       \
            if (self->elements[i] != UINT32_MAX)                                                   \
                to[i] = from[self->elements[i]];                                                   \
    } while (0)

/* Elements from here and there; false for nested ones. */
static bool gather(ExplodeOp *self, Vector *out, const Vector *child, uint32_t count)
{
    PhysicalClass physical = type_physical(child->type);
    if (child->form != VECTOR_FLAT || physical == PHYSICAL_LIST || physical == PHYSICAL_STRUCT)
        return false;
    switch (type_size(child->type)) {
    case 1:
        GATHER(uint8_t);
        break;
    case 2:
        GATHER(uint16_t);
        break;
    case 4:
        GATHER(uint32_t);
        break;
    case 8:
        GATHER(uint64_t);
        break;
    default:
        GATHER(Text);
        break;
    }
    for (uint32_t i = 0; i < count; i++)
        if (self->elements[i] == UINT32_MAX ||
            (child->valid && !bitmap_get(child->valid, self->elements[i])))
            vector_set_null(out, &self->memory, i, count);
    return true;
}

static void element_column(ExplodeOp *self, Vector *out, uint32_t count, bool contiguous)
{
    const Vector *array = vector_base(&self->in->cols[self->op.plan->as.explode.array]);
    const Vector *child = array->child;
    if (contiguous && child->form == VECTOR_FLAT) {
        slice(out, child, self->first_element, count, &self->memory);
        return;
    }
    vector_make(out, &self->memory, child->type, count, true);
    if (gather(self, out, child, count))
        return;
    for (uint32_t i = 0; i < count; i++) {
        if (self->elements[i] == UINT32_MAX) {
            vector_set_null(out, &self->memory, i, count);
            continue;
        }
        Vector one;
        const uint16_t zero = 0;
        slice(&one, child, self->elements[i], 1, &self->memory);
        vector_copy(out, i, count, &one, &zero, 1, &self->memory, NULL);
    }
}

static void ordinal_column(ExplodeOp *self, Vector *out, uint32_t count)
{
    vector_make(out, &self->memory, type_of(TYPE_BIGINT), count, false);
    memcpy(out->data, self->ordinals, count * sizeof *self->ordinals);
    for (uint32_t i = 0; i < count; i++)
        if (self->ordinals[i] == 0)
            vector_set_null(out, &self->memory, i, count);
}

static Status more(Operator *op, Arena *scratch, Err *err)
{
    ExplodeOp *self = (ExplodeOp *)op;
    const PhysicalNode *plan = op->plan;
    (void)scratch;
    TRY(operator_check(op, err));
    arena_reset(&self->memory);
    uint32_t count;
    bool contiguous;
    op->has_more = fill(self, &count, &contiguous);
    if (count == 0)
        return OK;
    Batch out;
    repeat_rows(&out, self->in, self->parents, count, &self->memory);
    out.cols = self->cols;
    out.col_count = plan->column_count;
    uint16_t c = 0;
    for (; c < plan->as.explode.pass_count; c++)
        repeat_column(&self->cols[c], &self->in->cols[plan->as.explode.pass[c]], self->parents,
                      count, &self->memory);
    element_column(self, &self->cols[c++], count, contiguous);
    if (plan->as.explode.ordinality)
        ordinal_column(self, &self->cols[c], count);
    return operator_emit(op, &out, &self->memory, err);
}

static Status push(Operator *op, int input, const Batch *in, Arena *scratch, Err *err)
{
    ExplodeOp *self = (ExplodeOp *)op;
    (void)input;
    self->in = in;
    self->next = self->next_element = 0;
    return more(op, scratch, err);
}

static void destroy(Operator *op)
{
    arena_deinit(&((ExplodeOp *)op)->memory);
}

const OperatorClass operator_explode = {.name = "explode",
                                        .kind = PHYSICAL_EXPLODE,
                                        .create = create,
                                        .push = push,
                                        .more = more,
                                        .destroy = destroy};
