/*
 * agg_bit.c - bit_and, bit_or and bit_xor: how many values had each bit.
 */
#include "functions/agg.h"

enum { BITS_MOST = 64 };

/* `ones` is as long as the type has bits. */
typedef struct BitCounts {
    int64_t rows;
    int64_t ones[BITS_MOST];
} BitCounts;

#define STATE_BYTES(bits) ((1 + (bits)) * sizeof(int64_t))

static uint32_t bits_of(const AggBinding *binding)
{
    return (uint32_t)type_size(binding->result) * 8;
}

#define BIT_UPDATE(name, T, U)                                                                     \
    static Status name(const AggBinding *binding, uint8_t *const *states,                          \
                       const Vector *const *args, const uint16_t *sel, uint32_t count,             \
                       const int32_t *weight, Arena *heap, Err *err)                               \
    {                                                                                              \
        const T *xs = args[0]->data;                                                               \
        (void)binding, (void)heap, (void)err;                                                      \
        AGG_EACH(args, sel, count, weight, BitCounts *counts = (BitCounts *)(void *)states[i];     \
                 counts->rows += w; for (U bits = (U)xs[row]; bits; bits &= (U)(bits - 1))         \
                                        counts->ones[__builtin_ctzll(bits)] += w;);                \
        return OK;                                                                                 \
    }
BIT_UPDATE(update_i8, int8_t, uint8_t)
BIT_UPDATE(update_i16, int16_t, uint16_t)
BIT_UPDATE(update_i32, int32_t, uint32_t)
BIT_UPDATE(update_i64, int64_t, uint64_t)

static void merge(const AggBinding *binding, uint8_t *const *into, uint8_t *const *from,
                  uint32_t count, Arena *heap)
{
    (void)heap;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < 1 + bits_of(binding); k++)
            ((int64_t *)(void *)into[i])[k] += ((const int64_t *)(const void *)from[i])[k];
}

typedef enum BitFold { BIT_AND, BIT_OR, BIT_XOR } BitFold;

static bool bit_set(BitFold fold, int64_t ones, int64_t rows)
{
    return fold == BIT_AND ? ones == rows : fold == BIT_OR ? ones > 0 : (ones & 1) != 0;
}

static void finish(const AggBinding *binding, BitFold fold, uint8_t *const *states, uint32_t count,
                   Vector *out, uint32_t at, uint32_t out_rows, Arena *scratch)
{
    const size_t size = type_size(binding->result);
    for (uint32_t i = 0; i < count; i++) {
        const BitCounts *counts = (const BitCounts *)(const void *)states[i];
        uint64_t bits = 0;
        for (uint32_t k = 0; k < bits_of(binding); k++)
            bits |= (uint64_t)bit_set(fold, counts->ones[k], counts->rows) << k;
        memcpy((char *)out->data + (at + i) * size, &bits, size);
        if (counts->rows == 0)
            vector_set_null(out, scratch, at + i, out_rows);
    }
}
#define FINISH(name, fold)                                                                         \
    static Status name(const AggBinding *binding, uint8_t *const *states, uint32_t count,          \
                       Vector *out, uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)      \
    {                                                                                              \
        (void)err;                                                                                 \
        finish(binding, fold, states, count, out, at, out_rows, scratch);                          \
        return OK;                                                                                 \
    }
FINISH(finish_and, BIT_AND)
FINISH(finish_or, BIT_OR)
FINISH(finish_xor, BIT_XOR)

/* Stored as they lie in memory. */
static Status columns(const AggBinding *binding, Type *types)
{
    (void)binding;
    types[0] = type_of(TYPE_BYTES);
    return OK;
}
static Status save(const AggBinding *binding, uint8_t *const *states, uint32_t count, Vector *cols,
                   uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)out_rows, (void)err;
    for (uint32_t i = 0; i < count; i++)
        ((Text *)cols[0].data)[at + i] = text_make_copy(scratch, (const char *)states[i],
                                                        (uint32_t)STATE_BYTES(bits_of(binding)));
    return OK;
}
static Status load(const AggBinding *binding, uint8_t *state, const Vector *cols, uint32_t row,
                   Arena *heap, Err *err)
{
    const Text *stored = vector_value(&cols[0], row);
    (void)heap;
    if (stored->length != STATE_BYTES(bits_of(binding)))
        return agg_bad_state(err);
    memcpy(state, text_bytes(stored), stored->length);
    return OK;
}

#define BIT_OPS(S, bits, finish_rows)                                                              \
    {                                                                                              \
        .state_bytes = STATE_BYTES(bits), .retracts = true, .update = update_##S, .merge = merge,  \
        .finish = finish_rows, .column_count = 1, .columns = columns, .save = save, .load = load   \
    }
#define FOLDS(S, bits)                                                                             \
    static const AggOps and_##S = BIT_OPS(S, bits, finish_and),                                    \
                        or_##S = BIT_OPS(S, bits, finish_or),                                      \
                        xor_##S = BIT_OPS(S, bits, finish_xor);
FOLDS(i8, 8)
FOLDS(i16, 16)
FOLDS(i32, 32)
FOLDS(i64, 64)

extern const AggregateFn agg_bit[];
const AggregateFn agg_bit[] = {
    {"bit_and", "1(1)", AGG_DISTINCT_IS_NOOP, &and_i8, NULL},
    {"bit_and", "2(2)", AGG_DISTINCT_IS_NOOP, &and_i16, NULL},
    {"bit_and", "4(4)", AGG_DISTINCT_IS_NOOP, &and_i32, NULL},
    {"bit_and", "8(8)", AGG_DISTINCT_IS_NOOP, &and_i64, NULL},
    {"bit_or", "1(1)", AGG_DISTINCT_IS_NOOP, &or_i8, NULL},
    {"bit_or", "2(2)", AGG_DISTINCT_IS_NOOP, &or_i16, NULL},
    {"bit_or", "4(4)", AGG_DISTINCT_IS_NOOP, &or_i32, NULL},
    {"bit_or", "8(8)", AGG_DISTINCT_IS_NOOP, &or_i64, NULL},
    {"bit_xor", "1(1)", 0, &xor_i8, NULL},
    {"bit_xor", "2(2)", 0, &xor_i16, NULL},
    {"bit_xor", "4(4)", 0, &xor_i32, NULL},
    {"bit_xor", "8(8)", 0, &xor_i64, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
