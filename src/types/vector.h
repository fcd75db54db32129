/*
 * vector.h - a column of up to VECTOR_ROWS values.
 *
 * Three forms:
 *     FLAT   data[row] for each row
 *     CONST  data[0] for every row
 *     DICT   child->data[index[row]]: values repeated or reordered without a copy
 * Kernels get FLAT vectors; vector_flatten makes them at the borders.
 *
 * Validity is a bitmap, bit set = not NULL, in the positions of `data`'s rows
 * (DICT: of the child's); a NULL pointer means that no value is NULL.  The data
 * under a NULL is defined (readable) but means nothing.
 */
#ifndef STREAMD_TYPES_VECTOR_H
#define STREAMD_TYPES_VECTOR_H

#include "types/type.h"
#include "types/value.h"

enum { VECTOR_ROWS = 2048, VALID_WORDS = VECTOR_ROWS / 64 };

typedef enum VectorForm { VECTOR_FLAT, VECTOR_CONST, VECTOR_DICT } VectorForm;

typedef struct Vector {
    Type type;
    uint8_t form; /* VectorForm */
    void *data;
    uint64_t *valid;       /* NULL: no NULLs */
    const uint16_t *index; /* DICT */
    struct Vector *child;  /* DICT: the dictionary; ARRAY: the elements (any count); ROW: fields */
    uint32_t child_count;  /* ARRAY: elements in the child */
    uint32_t child_capacity; /* ARRAY: room there, for vector_copy and vector_set_value; 0: full */
} Vector;

/* A FLAT vector for `rows` values in the arena, data cleared to zero bytes only if `clear`. */
void vector_make(Vector *out, Arena *arena, Type type, uint32_t rows, bool clear);
void vector_make_const(Vector *out, Arena *arena, const Value *value);

static inline bool bitmap_get(const uint64_t *bits, uint32_t i)
{
    return (bits[i >> 6] >> (i & 63)) & 1;
}
static inline void bitmap_set(uint64_t *bits, uint32_t i)
{
    bits[i >> 6] |= 1ull << (i & 63);
}
static inline void bitmap_clear(uint64_t *bits, uint32_t i)
{
    bits[i >> 6] &= ~(1ull << (i & 63));
}
/* Position of `row`'s value in data and valid, whatever the form. */
static inline uint32_t vector_at(const Vector *vector, uint32_t row)
{
    return vector->form == VECTOR_FLAT    ? row
           : vector->form == VECTOR_CONST ? 0
                                          : vector->index[row];
}
static inline const Vector *vector_base(const Vector *vector)
{
    return vector->form == VECTOR_DICT ? vector->child : vector;
}
bool vector_is_null(const Vector *vector, uint32_t row);
/* The physical value of a row (any form), to be read as the type's C type. */
const void *vector_value(const Vector *vector, uint32_t row);
/* Marks a row NULL, making an all-valid bitmap for `rows` rows in the arena when there is none. */
void vector_set_null(Vector *vector, Arena *arena, uint32_t row, uint32_t rows);
void vector_set_value(Vector *vector, Arena *arena, uint32_t row, uint32_t rows,
                      const Value *value);
Value vector_get(const Vector *vector, uint32_t row); /* text is borrowed, ARRAY items not loaded */
/* ARRAY elements of a row as Values in the arena, for printing and tests. */
Value vector_get_deep(const Vector *vector, uint32_t row, Arena *arena);
/* *out = the same values as FLAT for rows [0, rows); shares memory when it is FLAT already. */
void vector_flatten(Vector *out, const Vector *in, uint32_t rows, Arena *arena);
/* Writes sel's rows of `in` (any form; sel NULL: rows 0…count-1) to rows at…at+count-1 of the FLAT
 * `out`, which has room for `out_rows`.  Long text and list elements are copied into `text_arena`
 * unless it is NULL (then views are shared). */
void vector_copy(Vector *out, uint32_t at, uint32_t out_rows, const Vector *in, const uint16_t *sel,
                 uint32_t count, Arena *arena, Arena *text_arena);
/* hashes[i] for the i-th selected row; combine: mixed into what hashes[i] already holds. NULLs hash
 * alike.  Equal values of one type hash equally whatever the form. */
void vector_hash(const Vector *vector, const uint16_t *sel, uint32_t count, uint64_t *hashes,
                 bool combine);
/* SQL's total order with NULL greatest; both of the same type. */
int vector_compare(const Vector *a, uint32_t row_a, const Vector *b, uint32_t row_b);
/* Text form, a TIMESTAMPTZ on the clocks of `zone` (NULL: UTC); NULL: nothing. */
void vector_format(const Vector *vector, uint32_t row, const Zone *zone, Buf *out);

#endif
