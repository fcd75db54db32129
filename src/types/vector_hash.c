/*
 * vector_hash.c - hashes of whole columns.
 *
 * In blocks: pick the rows, hash them in one loop of their physical class, put the hash of NULL
 * where there is one, then store or combine.
 */
#include "base/hash.h"
#include "types/type_class.h"
#include "types/vector.h"

enum { BLOCK = 512 };

/* Hash of one position of a FLAT or CONST vector of lists or structs; recursive over the type. */
static uint64_t hash_one(const Vector *vector, uint32_t row)
{
    if (vector_is_null(vector, row))
        return TYPE_HASH_NULL;
    const void *value = vector_value(vector, row);
    const Vector *base = vector_base(vector);
    uint64_t hash = 0;
    if (vector->type.id == TYPE_ARRAY) {
        ListEntry entry = *(const ListEntry *)value;
        for (uint32_t i = 0; i < entry.length; i++)
            hash = hash_combine(hash, hash_one(base->child, entry.offset + i));
        return hash;
    }
    if (vector->type.id == TYPE_ROW) {
        uint32_t at = vector_at(vector, row);
        for (uint16_t i = 0; i < vector->type.row->count; i++)
            hash = hash_combine(hash, hash_one(&base->child[i], at));
        return hash;
    }
    return type_class(vector->type)->hash(vector->type, value);
}

#define HASH_LOOP(T, expression)                                                                   \
    do {                                                                                           \
        const T *values = base->data;                                                              \
        if (rows) {                                                                                \
            for (uint32_t i = 0; i < count; i++) {                                                 \
                const T *value = &values[rows[i]];                                                 \
                out[i] = (expression);                                                             \
            }                                                                                      \
        } else {                                                                                   \
            for (uint32_t i = 0; i < count; i++) {                                                 \
                const T *value = &values[first + i];                                               \
                out[i] = (expression);                                                             \
            }                                                                                      \
        }                                                                                          \
    } while (0)

/* Rows rows[i], or first + i, of a vector that is not DICT. */
static void hash_block(const Vector *base, const uint16_t *rows, uint32_t first, uint32_t count,
                       uint64_t *out)
{
    switch (type_physical(base->type)) {
    case PHYSICAL_BOOL:
        HASH_LOOP(bool, type_hash_i64(*value));
        break;
    case PHYSICAL_I8:
        HASH_LOOP(int8_t, type_hash_i64(*value));
        break;
    case PHYSICAL_I16:
        HASH_LOOP(int16_t, type_hash_i64(*value));
        break;
    case PHYSICAL_I32:
        HASH_LOOP(int32_t, type_hash_i64(*value));
        break;
    case PHYSICAL_I64:
        HASH_LOOP(int64_t, type_hash_i64(*value));
        break;
    case PHYSICAL_I128:
        HASH_LOOP(i128, type_hash_i128(*value));
        break;
    case PHYSICAL_F32:
        HASH_LOOP(float, type_hash_f32(*value));
        break;
    case PHYSICAL_F64:
        HASH_LOOP(double, type_hash_f64(*value));
        break;
    case PHYSICAL_INTERVAL:
        HASH_LOOP(Interval, type_hash_interval(value));
        break;
    case PHYSICAL_VIEW:
        if (base->valid) { /* under a NULL there may be no text */
            for (uint32_t i = 0; i < count; i++) {
                uint32_t row = rows ? rows[i] : first + i;
                out[i] = bitmap_get(base->valid, row)
                             ? type_hash_text((const Text *)base->data + row)
                             : TYPE_HASH_NULL;
            }
            return;
        }
        HASH_LOOP(Text, type_hash_text(value));
        break;
    case PHYSICAL_LIST:
    case PHYSICAL_STRUCT:
        for (uint32_t i = 0; i < count; i++)
            out[i] = hash_one(base, rows ? rows[i] : first + i);
        return;
    }
    if (base->valid)
        for (uint32_t i = 0; i < count; i++)
            if (!bitmap_get(base->valid, rows ? rows[i] : first + i))
                out[i] = TYPE_HASH_NULL;
}

void vector_hash(const Vector *vector, const uint16_t *sel, uint32_t count, uint64_t *hashes,
                 bool combine)
{
    if (vector->form == VECTOR_CONST) {
        uint64_t hash = hash_one(vector, 0);
        for (uint32_t i = 0; i < count; i++)
            hashes[i] = combine ? hash_combine(hashes[i], hash) : hash;
        return;
    }
    uint16_t picked[BLOCK];
    uint64_t fresh[BLOCK];
    for (uint32_t done = 0; done < count; done += BLOCK) {
        uint32_t now = count - done < BLOCK ? count - done : BLOCK;
        const uint16_t *rows = sel ? sel + done : NULL;
        if (vector->form == VECTOR_DICT) {
            for (uint32_t i = 0; i < now; i++)
                picked[i] = vector->index[rows ? rows[i] : done + i];
            rows = picked;
        }
        uint64_t *out = combine ? fresh : hashes + done;
        hash_block(vector_base(vector), rows, done, now, out);
        if (combine)
            for (uint32_t i = 0; i < now; i++)
                hashes[done + i] = hash_combine(hashes[done + i], fresh[i]);
    }
}
