/*
 * state_keys.c - key columns to words and hashes, and back; see state_map.h.
 *
 * Every key value becomes one or two words such that equal keys have equal
 * words (long text aside): integers are widened, floats made canonical.  One
 * text column is used where it lies.
 */
#include "executor/state_inside.h"

static inline uint64_t f64_word(double value)
{
    uint64_t word;
    if (value != value) /* one NaN for all */
        return 0x7FF8000000000000ull;
    value += 0.0; /* -0.0 is 0.0 */
    memcpy(&word, &value, sizeof word);
    return word;
}

static inline uint64_t f32_word(float value)
{
    uint32_t word;
    if (value != value)
        return 0x7FC00000u;
    value += 0.0f;
    memcpy(&word, &value, sizeof word);
    return word;
}

#define EACH(i, row) for (uint32_t i = 0, row = 0; i < count && (row = sel ? sel[i] : i, true); i++)
#define WIDEN(T, EXPR)                                                                             \
    do {                                                                                           \
        const T *from = vector->data;                                                              \
        EACH(i, row)                                                                               \
        {                                                                                          \
            const T value = from[row];                                                             \
            words[(size_t)row * stride] = (EXPR);                                                  \
        }                                                                                          \
    } while (0)

/* One column's words of the rows; those of NULLs are zero. */
static void column_words(const Vector *vector, const uint16_t *sel, uint32_t count, uint64_t *words,
                         uint32_t stride)
{
    switch (type_physical(vector->type)) {
    case PHYSICAL_BOOL:
        WIDEN(uint8_t, value & 1u);
        break;
    case PHYSICAL_I8:
        WIDEN(int8_t, (uint64_t)(int64_t)value);
        break;
    case PHYSICAL_I16:
        WIDEN(int16_t, (uint64_t)(int64_t)value);
        break;
    case PHYSICAL_I32:
        WIDEN(int32_t, (uint64_t)(int64_t)value);
        break;
    case PHYSICAL_I64:
        WIDEN(uint64_t, value);
        break;
    case PHYSICAL_F32:
        WIDEN(float, f32_word(value));
        break;
    case PHYSICAL_F64:
        WIDEN(double, f64_word(value));
        break;
    case PHYSICAL_INTERVAL: {
        const Interval *from = vector->data;
        EACH(i, row)
        {
            Interval value = interval_canonical(from[row]);
            memcpy(words + (size_t)row * stride, &value, sizeof value);
        }
        break;
    }
    case PHYSICAL_I128:
    case PHYSICAL_VIEW: {
        const char *from = vector->data;
        EACH(i, row)
        memcpy(words + (size_t)row * stride, from + 16 * (size_t)row, 16);
        break;
    }
    case PHYSICAL_LIST:
    case PHYSICAL_STRUCT:
        break;
    }
}

/* NULLs: their bit in the null words, zero words. */
static void mark_nulls(const StateLayout *layout, uint16_t key, const Vector *vector,
                       const uint16_t *sel, uint32_t count, uint64_t *words)
{
    const StateKeyColumn *column = &layout->columns[key];
    EACH(i, row)
    {
        if (bitmap_get(vector->valid, row))
            continue;
        uint64_t *at = words + (size_t)row * layout->key_words;
        bitmap_set(at, key);
        for (uint32_t w = 0; w < column->word_count; w++)
            at[column->word + w] = 0;
    }
}

static void mix_column(const StateLayout *layout, const StateKeyColumn *column,
                       const uint64_t *words, const uint16_t *sel, uint32_t count, uint64_t *hashes)
{
    words += column->word;
    if (column->is_text)
        EACH(i, row)
    hashes[row] =
        state_hash_mix(hashes[row], state_hash_text(words + (size_t)row * layout->key_words));
    else for (uint32_t w = 0; w < column->word_count; w++) EACH(i, row) hashes[row] =
        state_hash_mix(hashes[row], words[(size_t)row * layout->key_words + w]);
}

/* Column after column: words side by side in the row, hashes mixed. */
static void make_many(const StateLayout *layout, const Vector *const *cols, uint32_t rows,
                      const uint16_t *sel, uint32_t count, Arena *scratch, uint64_t *words,
                      uint64_t *hashes)
{
    bool has_nulls = false;
    for (uint32_t w = 0; w < layout->null_words; w++)
        EACH(i, row)
    words[(size_t)row * layout->key_words + w] = 0;
    EACH(i, row)
    hashes[row] = 0;
    for (uint16_t k = 0; k < layout->key_count; k++) {
        Vector flat;
        vector_flatten(&flat, cols[k], rows, scratch);
        column_words(&flat, sel, count, words + layout->columns[k].word, layout->key_words);
        if (flat.valid)
            mark_nulls(layout, k, &flat, sel, count, words);
        has_nulls |= flat.valid != NULL;
        mix_column(layout, &layout->columns[k], words, sel, count, hashes);
    }
    /* A row without NULLs hashes the same whether or not its batch has some. */
    if (has_nulls)
        EACH(i, row)
    for (uint32_t w = 0; w < layout->null_words; w++) {
        uint64_t nulls = words[(size_t)row * layout->key_words + w];
        hashes[row] = nulls ? state_hash_mix(hashes[row], nulls) : hashes[row];
    }
    EACH(i, row)
    hashes[row] |= STATE_HASH_MARK;
}

void state_keys_make(const StateMap *map, const Vector *const *cols, uint32_t rows,
                     const uint16_t *sel, uint32_t count, Arena *scratch, StateKeys *keys)
{
    const StateLayout *layout = &map->layout;
    *keys = (StateKeys){0};
    if (layout->kind == KEY_NONE)
        return;
    uint64_t *words, *hashes;
    if (layout->kind == KEY_MANY) {
        words = arena_alloc(scratch, 8u * layout->key_words * (size_t)rows);
        hashes = arena_alloc(scratch, sizeof *hashes * rows);
        make_many(layout, cols, rows, sel, count, scratch, words, hashes);
        keys->words = words;
        keys->hashes = hashes;
        return;
    }
    Vector flat;
    vector_flatten(&flat, cols[0], rows, scratch);
    keys->valid = flat.valid;
    keys->words = flat.data; /* where they lie, if they are words already */
    if (layout->kind == KEY_TEXT || type_physical(flat.type) == PHYSICAL_I64)
        return;
    words = arena_alloc(scratch, 8u * (size_t)rows);
    column_words(&flat, sel, count, words, 1);
    keys->words = words;
}

/* ---- and back ---- */

#define NARROW(T)                                                                                  \
    do {                                                                                           \
        T *to = (T *)out->data + at;                                                               \
        for (uint32_t i = 0; i < count; i++)                                                       \
            memcpy(&to[i], state_words(slots[i]) + word, sizeof(T)); /* little-endian */           \
    } while (0)

void state_key_column(const StateMap *map, StateSlot *const *slots, uint32_t count, uint16_t key,
                      Vector *out, uint32_t at, uint32_t out_rows, Arena *arena)
{
    const StateLayout *layout = &map->layout;
    uint32_t word = layout->columns[key].word;
    switch (type_size(layout->types[key])) {
    case 1:
        NARROW(uint8_t);
        break;
    case 2:
        NARROW(uint16_t);
        break;
    case 4:
        NARROW(uint32_t);
        break;
    case 8:
        NARROW(uint64_t);
        break;
    default:
        NARROW(Text);
        break;
    }
    for (uint32_t i = 0; i < count; i++) {
        bool is_null = layout->kind == KEY_MANY ? bitmap_get(state_words(slots[i]), key)
                                                : (slots[i]->flags & SLOT_NULL_KEY) != 0;
        if (is_null)
            vector_set_null(out, arena, at + i, out_rows);
        else if (out->valid)
            bitmap_set(out->valid, at + i);
    }
}
