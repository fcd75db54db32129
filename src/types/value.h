/*
 * value.h - one value outside a vector: constants in plans, options, parameters.
 */
#ifndef STREAMD_TYPES_VALUE_H
#define STREAMD_TYPES_VALUE_H

#include "types/type.h"

typedef struct Value {
    Type type;
    bool is_null;
    union {
        bool boolean;
        int64_t integer; /* TINYINT…BIGINT, DATE, TIME, TIMESTAMP, TIMESTAMPTZ */
        float f32;
        double f64;
        i128 decimal;
        Text text;
        Interval interval;
        struct {
            struct Value *items; /* NULL: not loaded (value_load, vector_get) */
            uint32_t count;
        } list; /* ARRAY, ROW */
    } as;
} Value;

Value value_null(Type type);
Value value_bool(bool boolean);
Value value_int(int32_t integer);
Value value_bigint(int64_t integer);
Value value_double(double f64);
Value value_text(Arena *arena, Str text); /* copies long text */

/* Between a Value and physical form. */
Value value_load(Type type, const void *physical); /* text views are borrowed */
void value_store(const Value *value, void *physical);
/* Text to a value of any type, ARRAY and ROW included; everything it needs is in the arena.  A
 * TIMESTAMPTZ without an offset is wall time of `zone` (NULL: UTC). */
Status value_parse(Type type, Str text, const Zone *zone, Arena *arena, Value *out,
                   Err *err) MUST_CHECK;
Value value_copy(const Value *value, Arena *arena); /* deep */
/* SQL's order, NULL greatest; types must be equal. */
int value_compare(const Value *a, const Value *b);
uint64_t value_hash(const Value *value);          /* as vector_hash */
bool value_equal(const Value *a, const Value *b); /* NULL equals NULL; types must be equal */
/* Text form, a TIMESTAMPTZ on the clocks of `zone` (NULL: UTC); NULL prints as NULL. */
void value_format(const Value *value, const Zone *zone, Buf *out);
/* As a SQL literal: 'it''s', DATE '…', NULL. */
void value_print_sql(const Value *value, const Zone *zone, Buf *out);

#endif
