/*
 * agg_minmax.c - min and max of every type with an order; any_value.
 *
 * Over input with retractions the operator keeps each group's values itself
 * (AGG_NEEDS_VALUES); the state is the extreme value seen so far.
 */
#include "functions/agg.h"

/* Of values that are no text a state ends behind their last byte: the smaller groups are, the more
 * of them stay in the nearest cache. */
typedef struct Extreme {
    bool present;
    uint32_t capacity; /* of copy */
    union {
        uint8_t bytes[16];
        uint64_t aligned;
        Text text; /* long text lies in `copy` */
    } value;
    char *copy; /* in the heap arena */
} Extreme;
enum { EXTREME_BYTES_BEFORE = offsetof(Extreme, value) };

#define STATE(i) ((Extreme *)(void *)states[i])

/* `better`: x shall replace *best. */
#define UPDATE(name, T, better)                                                                    \
    static Status name(const AggBinding *binding, uint8_t *const *states,                          \
                       const Vector *const *args, const uint16_t *sel, uint32_t count,             \
                       const int32_t *weight, Arena *heap, Err *err)                               \
    {                                                                                              \
        const T *xs = args[0]->data;                                                               \
        (void)binding, (void)heap, (void)err;                                                      \
        AGG_EACH(                                                                                  \
            args, sel, count, weight, const T x = xs[row]; T best;                                 \
            memcpy(&best, STATE(i)->value.bytes, sizeof best);                                     \
            if (!STATE(i)->present || (better)) {                                                  \
                memcpy(STATE(i)->value.bytes, &x, sizeof x);                                       \
                STATE(i)->present = true;                                                          \
            });                                                                                    \
        return OK;                                                                                 \
    }
#define UPDATE_BOTH(S, T)                                                                          \
    UPDATE(min_##S, T, x < best)                                                                   \
    UPDATE(max_##S, T, x > best)
UPDATE_BOTH(i8, int8_t)
UPDATE_BOTH(i16, int16_t)
UPDATE_BOTH(i32, int32_t)
UPDATE_BOTH(i64, int64_t)
UPDATE_BOTH(i128, i128)
/* NaN is greatest; of 0.0 and -0.0 the positive one stays, so that the order of rows never shows.
 */
UPDATE(min_f32, float,
       x < best || (best != best && x == x) || (x == 0 && best == 0 && !__builtin_signbit(x)))
UPDATE(max_f32, float,
       x > best || (x != x && best == best) || (x == 0 && best == 0 && !__builtin_signbit(x)))
UPDATE(min_f64, double,
       x < best || (best != best && x == x) || (x == 0 && best == 0 && !__builtin_signbit(x)))
UPDATE(max_f64, double,
       x > best || (x != x && best == best) || (x == 0 && best == 0 && !__builtin_signbit(x)))

static void keep_text(Extreme *state, const Text *text, Arena *heap)
{
    if (text->length > TEXT_INLINE_BYTES) {
        if (text->length > state->capacity) {
            uint32_t capacity = text->length < 64 ? 64 : text->length + text->length / 2;
            state->copy = arena_alloc_aligned(heap, capacity, 1);
            state->capacity = capacity;
        }
        memmove(state->copy, text->data, text->length);
        state->value.text = text_make(state->copy, text->length);
    } else {
        state->value.text = *text;
    }
    state->present = true;
}

#define UPDATE_TEXT(name, test)                                                                    \
    static Status name(const AggBinding *binding, uint8_t *const *states,                          \
                       const Vector *const *args, const uint16_t *sel, uint32_t count,             \
                       const int32_t *weight, Arena *heap, Err *err)                               \
    {                                                                                              \
        const Text *xs = args[0]->data;                                                            \
        (void)binding, (void)err;                                                                  \
        AGG_EACH(args, sel, count, weight, Extreme *state = STATE(i); const Text *x = &xs[row];    \
                 if (!state->present || text_compare(x, &state->value.text) test 0)                \
                     keep_text(state, x, heap););                                                  \
        return OK;                                                                                 \
    }
UPDATE_TEXT(min_text, <)
UPDATE_TEXT(max_text, >)

/* Of equal ones (1 month, 30 days) that of more months, so that the order of rows never shows. */
static int interval_order(const TypeClass *class, Type type, const Interval *a, const void *b)
{
    Interval other;
    int order = class->compare(type, a, b);
    memcpy(&other, b, sizeof other);
    if (order == 0)
        order = (a->months > other.months) - (a->months < other.months);
    return order ? order : (a->days > other.days) - (a->days < other.days);
}

#define UPDATE_INTERVAL(name, test)                                                                \
    static Status name(const AggBinding *binding, uint8_t *const *states,                          \
                       const Vector *const *args, const uint16_t *sel, uint32_t count,             \
                       const int32_t *weight, Arena *heap, Err *err)                               \
    {                                                                                              \
        const Interval *xs = args[0]->data;                                                        \
        const TypeClass *class = type_class(binding->result);                                      \
        (void)heap, (void)err;                                                                     \
        AGG_EACH(                                                                                  \
            args, sel, count, weight, Extreme *state = STATE(i);                                   \
            if (!state->present ||                                                                 \
                interval_order(class, binding->result, &xs[row], state->value.bytes) test 0) {     \
                memcpy(state->value.bytes, &xs[row], sizeof xs[row]);                              \
                state->present = true;                                                             \
            });                                                                                    \
        return OK;                                                                                 \
    }
UPDATE_INTERVAL(min_interval, <)
UPDATE_INTERVAL(max_interval, >)

/* Offers the other state's value as a batch of one row, from a place aligned as columns are: a
 * state is aligned for a word, a DECIMAL in a column for sixteen bytes. */
static void merge(const AggBinding *binding, uint8_t *const *into, uint8_t *const *from,
                  uint32_t count, Arena *heap)
{
    _Alignas(16) uint8_t value[16];
    for (uint32_t i = 0; i < count; i++) {
        Extreme *other = (Extreme *)(void *)from[i];
        if (!other->present)
            continue;
        memcpy(value, other->value.bytes, type_size(binding->result));
        Vector one = {.type = binding->result, .data = value};
        const Vector *args[1] = {&one};
        if (binding->ops->update(binding, &into[i], args, NULL, 1, NULL, heap, NULL) != OK)
            return;
    }
}

static Status finish(const AggBinding *binding, uint8_t *const *states, uint32_t count, Vector *out,
                     uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    const size_t size = type_size(binding->result);
    const bool is_text = type_physical(binding->result) == PHYSICAL_VIEW;
    (void)err;
    for (uint32_t i = 0; i < count; i++) {
        const Extreme *state = STATE(i);
        char *to = (char *)out->data + (at + i) * size;
        memcpy(to, state->value.bytes, size);
        if (!state->present)
            vector_set_null(out, scratch, at + i, out_rows);
        else if (is_text)
            *(Text *)(void *)to =
                text_make_copy(scratch, text_bytes(&state->value.text), state->value.text.length);
    }
    return OK;
}

static Status columns(const AggBinding *binding, Type *types)
{
    types[0] = binding->result;
    return OK;
}
static Status save(const AggBinding *binding, uint8_t *const *states, uint32_t count, Vector *cols,
                   uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    return finish(binding, states, count, &cols[0], at, out_rows, scratch, err);
}
static Status load(const AggBinding *binding, uint8_t *state, const Vector *cols, uint32_t row,
                   Arena *heap, Err *err)
{
    Extreme *to = (Extreme *)(void *)state;
    (void)err;
    to->present = false;
    if (vector_is_null(&cols[0], row))
        return OK;
    if (type_physical(binding->result) == PHYSICAL_VIEW) {
        to->copy = NULL;
        to->capacity = 0;
        keep_text(to, vector_value(&cols[0], row), heap);
    } else {
        memcpy(to->value.bytes, vector_value(&cols[0], row), type_size(binding->result));
    }
    to->present = true;
    return OK;
}

#define EXTREME_OPS(update_rows, bytes)                                                            \
    {                                                                                              \
        .state_bytes = bytes, .retracts = false, .update = update_rows, .merge = merge,            \
        .finish = finish, .column_count = 1, .columns = columns, .save = save, .load = load        \
    }
#define BOTH_OPS(S, bytes)                                                                         \
    {                                                                                              \
        EXTREME_OPS(min_##S, bytes), EXTREME_OPS(max_##S, bytes)                                   \
    }
#define WORD_OPS(S) BOTH_OPS(S, EXTREME_BYTES_BEFORE + 8)
#define WIDE_OPS(S) BOTH_OPS(S, EXTREME_BYTES_BEFORE + 16)
static const AggOps extreme_ops[][2] = {
    [PHYSICAL_BOOL] = WORD_OPS(i8),
    [PHYSICAL_I8] = WORD_OPS(i8),
    [PHYSICAL_I16] = WORD_OPS(i16),
    [PHYSICAL_I32] = WORD_OPS(i32),
    [PHYSICAL_I64] = WORD_OPS(i64),
    [PHYSICAL_I128] = WIDE_OPS(i128),
    [PHYSICAL_F32] = WORD_OPS(f32),
    [PHYSICAL_F64] = WORD_OPS(f64),
    [PHYSICAL_VIEW] = BOTH_OPS(text, sizeof(Extreme)),
    [PHYSICAL_INTERVAL] = WIDE_OPS(interval),
};

static Status bind(const BindCall *call, AggBinding *binding, int which, Err *err)
{
    PhysicalClass physical = type_physical(binding->result);
    if (physical == PHYSICAL_LIST || physical == PHYSICAL_STRUCT)
        return bind_no_overload(call, binding->fn->name, err);
    binding->ops = &extreme_ops[physical][which];
    return OK;
}
static Status bind_min(const BindCall *call, AggBinding *binding, Err *err)
{
    return bind(call, binding, 0, err);
}
static Status bind_max(const BindCall *call, AggBinding *binding, Err *err)
{
    return bind(call, binding, 1, err);
}

extern const AggregateFn agg_minmax[];
const AggregateFn agg_minmax[] = {
    {"min", "a(a)", AGG_DISTINCT_IS_NOOP | AGG_NEEDS_VALUES, NULL, bind_min},
    {"max", "a(a)", AGG_DISTINCT_IS_NOOP | AGG_NEEDS_VALUES, NULL, bind_max},
    /* The least is one of them, and the same one in whichever order the rows come. */
    {"any_value", "a(a)", AGG_DISTINCT_IS_NOOP | AGG_NEEDS_VALUES, NULL, bind_min},
    {NULL, NULL, 0, NULL, NULL},
};
