/*
 * vector_copy.c - rows from one vector to another, of whatever form.
 *
 * A DICT vector becomes a selection of its dictionary, a CONST one a repeated row; then each
 * physical class has one loop per way of picking rows.
 */
#include "types/vector.h"
#include "types/vector_nested.h"

enum { BLOCK = VECTOR_ROWS };

/* Rows of a vector: the selected ones, or `first`, first + 1, …, or `first` again and again. */
typedef struct Rows {
    const uint16_t *sel;
    uint32_t first;
    bool repeat;
} Rows;

static inline uint32_t rows_at(Rows rows, uint32_t i)
{
    return rows.sel ? rows.sel[i] : rows.repeat ? rows.first : rows.first + i;
}

typedef struct Target {
    uint32_t rows; /* that the vector copied to has room for */
    Arena *arena, *text_arena;
} Target;

static void copy_rows(Vector *out, uint32_t at, const Target *target, const Vector *in, Rows rows,
                      uint32_t count);

static void copy_valid(Vector *out, uint32_t at, const Target *target, const Vector *in, Rows rows,
                       uint32_t count)
{
    if (!in->valid) {
        if (out->valid)
            vector_fill_valid(out->valid, at, count);
        return;
    }
    if (!out->valid)
        out->valid = vector_make_valid(target->arena, target->rows);
    for (uint32_t i = 0; i < count; i++) {
        if (bitmap_get(in->valid, rows_at(rows, i)))
            bitmap_set(out->valid, at + i);
        else
            bitmap_clear(out->valid, at + i);
    }
}

#define COPY_FIXED(name, T)                                                                        \
    static void copy_##name(void *out, uint32_t at, const void *in, Rows rows, uint32_t count)     \
    {                                                                                              \
        T *to = (T *)out + at;                                                                     \
        const T *from = (const T *)in + rows.first;                                                \
        if (rows.sel) {                                                                            \
            for (uint32_t i = 0; i < count; i++)                                                   \
                to[i] = from[rows.sel[i]];                                                         \
        } else if (rows.repeat) {                                                                  \
            for (uint32_t i = 0; i < count; i++)                                                   \
                to[i] = *from;                                                                     \
        } else if (count) {                                                                        \
            memcpy(to, from, (size_t)count * sizeof(T));                                           \
        }                                                                                          \
    }
COPY_FIXED(8, uint8_t)
COPY_FIXED(16, uint16_t)
COPY_FIXED(32, uint32_t)
COPY_FIXED(64, uint64_t)
COPY_FIXED(interval, Interval)
COPY_FIXED(128, Text)

/* Long text goes into one piece of the arena. */
static void own_text(Vector *out, uint32_t at, uint32_t count, Arena *arena)
{
    Text *texts = (Text *)out->data + at;
    if (out->valid)
        for (uint32_t i = 0; i < count; i++)
            if (!bitmap_get(out->valid, at + i))
                texts[i] = (Text){0};
    size_t bytes = 0;
    for (uint32_t i = 0; i < count; i++)
        bytes += texts[i].length > TEXT_INLINE_BYTES ? texts[i].length : 0;
    if (bytes == 0)
        return;
    char *to = arena_alloc_aligned(arena, bytes, 1);
    for (uint32_t i = 0; i < count; i++) {
        if (texts[i].length <= TEXT_INLINE_BYTES)
            continue;
        texts[i].data = memcpy(to, texts[i].data, texts[i].length);
        to += texts[i].length;
    }
}

static void copy_lists(Vector *out, uint32_t at, const Target *target, const Vector *in, Rows rows,
                       uint32_t count)
{
    const ListEntry *from = in->data;
    uint32_t elements = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = rows_at(rows, i);
        if (!in->valid || bitmap_get(in->valid, row))
            elements += from[row].length;
    }
    vector_reserve_elements(out, target->arena, elements);
    Target inner = *target;
    inner.rows = out->child_capacity;
    ListEntry *to = (ListEntry *)out->data + at;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = rows_at(rows, i);
        ListEntry entry = from[row];
        if (in->valid && !bitmap_get(in->valid, row))
            entry.length = 0;
        to[i] = (ListEntry){out->child_count, entry.length};
        copy_rows(out->child, out->child_count, &inner, in->child,
                  (Rows){.first = entry.length ? entry.offset : 0}, entry.length);
        out->child_count += entry.length;
    }
}

static void copy_data(Vector *out, uint32_t at, const Target *target, const Vector *in, Rows rows,
                      uint32_t count)
{
    switch (type_physical(in->type)) {
    case PHYSICAL_BOOL:
    case PHYSICAL_I8:
        copy_8(out->data, at, in->data, rows, count);
        break;
    case PHYSICAL_I16:
        copy_16(out->data, at, in->data, rows, count);
        break;
    case PHYSICAL_I32:
    case PHYSICAL_F32:
        copy_32(out->data, at, in->data, rows, count);
        break;
    case PHYSICAL_I64:
    case PHYSICAL_F64:
        copy_64(out->data, at, in->data, rows, count);
        break;
    case PHYSICAL_I128:
        copy_128(out->data, at, in->data, rows, count);
        break;
    case PHYSICAL_VIEW:
        copy_128(out->data, at, in->data, rows, count);
        if (target->text_arena)
            own_text(out, at, count, target->text_arena);
        break;
    case PHYSICAL_INTERVAL:
        copy_interval(out->data, at, in->data, rows, count);
        break;
    case PHYSICAL_LIST:
        copy_lists(out, at, target, in, rows, count);
        break;
    case PHYSICAL_STRUCT:
        for (uint16_t i = 0; i < in->type.row->count; i++)
            copy_rows(&out->child[i], at, target, &in->child[i], rows, count);
        break;
    }
}

static void copy_rows(Vector *out, uint32_t at, const Target *target, const Vector *in, Rows rows,
                      uint32_t count)
{
    if (in->form == VECTOR_DICT) {
        uint16_t picked[BLOCK];
        for (uint32_t done = 0; done < count; done += BLOCK) {
            uint32_t now = count - done < BLOCK ? count - done : BLOCK;
            for (uint32_t i = 0; i < now; i++)
                picked[i] = in->index[rows_at(rows, done + i)];
            copy_rows(out, at + done, target, in->child, (Rows){.sel = picked}, now);
        }
        return;
    }
    if (in->form == VECTOR_CONST)
        rows = (Rows){.repeat = true};
    copy_valid(out, at, target, in, rows, count);
    copy_data(out, at, target, in, rows, count);
}

void vector_copy(Vector *out, uint32_t at, uint32_t out_rows, const Vector *in, const uint16_t *sel,
                 uint32_t count, Arena *arena, Arena *text_arena)
{
    Target target = {out_rows, arena, text_arena};
    copy_rows(out, at, &target, in, (Rows){.sel = sel}, count);
}

/* Entries alone: the elements are shared. */
static void flatten_lists(Vector *out, const Vector *in, uint32_t rows, Arena *arena)
{
    const Vector *base = vector_base(in);
    ListEntry *to = out->data;
    for (uint32_t i = 0; i < rows; i++) {
        to[i] = ((const ListEntry *)base->data)[vector_at(in, i)];
        if (vector_is_null(in, i))
            vector_set_null(out, arena, i, rows);
    }
    *out->child = *base->child;
    out->child_count = base->child_count;
}

void vector_flatten(Vector *out, const Vector *in, uint32_t rows, Arena *arena)
{
    if (in->form == VECTOR_FLAT) {
        *out = *in;
        return;
    }
    Vector flat;
    vector_make(&flat, arena, in->type, rows, false);
    if (in->type.id == TYPE_ARRAY)
        flatten_lists(&flat, in, rows, arena);
    else
        vector_copy(&flat, 0, rows, in, NULL, rows, arena, NULL);
    *out = flat;
}
