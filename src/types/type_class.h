/*
 * type_class.h - for the type_<name>.c files: the table they are in, and what they share.
 */
#ifndef STREAMD_TYPES_TYPE_CLASS_H
#define STREAMD_TYPES_TYPE_CLASS_H

#include "base/hash.h"
#include "types/parse_scan.h"
#include "types/type.h"

extern const TypeClass *const type_classes[TYPE_COUNT]; /* generated from the list in meson.build */

/* FAIL with "invalid input syntax for type …" or "… is out of range for type …"; OK for PARSE_OK.
 */
Status type_check_parse(ParseResult result, Type type, Str text, const char *form_sqlstate,
                        const char *range_sqlstate, Err *err) MUST_CHECK;

static inline int type_compare_i64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

enum { TYPE_HASH_NULL = 0x6E756C6C };

/* One value's hash by physical class; vector_hash uses the same ones. */
static inline uint64_t type_hash_i64(int64_t value)
{
    return hash_u64((uint64_t)value);
}
static inline uint64_t type_hash_i128(i128 value)
{
    return hash_u64((uint64_t)value ^ hash_u64((uint64_t)((u128)value >> 64)));
}
static inline uint64_t type_hash_f64(double value)
{
    uint64_t bits;
    value += 0.0; /* -0.0 to 0.0 */
    memcpy(&bits, &value, 8);
    return hash_u64(value == value ? bits : 0x7FF8000000000000u);
}
static inline uint64_t type_hash_f32(float value)
{
    return type_hash_f64((double)value);
}
static inline uint64_t type_hash_text(const Text *text)
{
    if (text->length > TEXT_INLINE_BYTES)
        return hash_bytes(text->data, text->length);
    uint64_t first, second;
    memcpy(&first, text, 8);
    memcpy(&second, &text->data, 8);
    u128 product = (u128)(first ^ 0xA0761D6478BD642Fu) * (second ^ 0xE7037ED1A0B428DBu);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}
static inline uint64_t type_hash_interval(const Interval *value)
{
    return type_hash_i128(interval_us(*value));
}
static inline int type_compare_f64(double a, double b)
{
    if (a < b || a > b)
        return a < b ? -1 : 1;
    return (a != a) - (b != b);
}

/* The members compare and hash of a class over one of the C integer types. */
#define TYPE_INTEGER_ORDER(name, T)                                                                \
    static int name##_compare(Type type, const void *a, const void *b)                             \
    {                                                                                              \
        (void)type;                                                                                \
        return type_compare_i64(*(const T *)a, *(const T *)b);                                     \
    }                                                                                              \
    static uint64_t name##_hash(Type type, const void *value)                                      \
    {                                                                                              \
        (void)type;                                                                                \
        return type_hash_i64(*(const T *)value);                                                   \
    }

/* All members of a class over signed integers of type T. */
#define TYPE_INTEGER(name, T, least, most)                                                         \
    static Status name##_parse(Type type, Str text, void *value, Arena *arena, Err *err)           \
    {                                                                                              \
        (void)arena;                                                                               \
        int64_t wide = 0;                                                                          \
        ParseResult result = parse_integer(text.data, text.data + text.length, &wide);             \
        if (result == PARSE_OK && (wide < (least) || wide > (most)))                               \
            result = PARSE_RANGE;                                                                  \
        TRY(type_check_parse(result, type, text, SQLSTATE_INVALID_TEXT, SQLSTATE_OUT_OF_RANGE,     \
                             err));                                                                \
        *(T *)value = (T)wide;                                                                     \
        return OK;                                                                                 \
    }                                                                                              \
    static void name##_format(Type type, const void *value, Buf *out)                              \
    {                                                                                              \
        (void)type;                                                                                \
        char *to = buf_reserve(out, FORMAT_I64_MAX);                                               \
        out->length += (size_t)(format_i64(to, *(const T *)value) - to);                           \
    }                                                                                              \
    TYPE_INTEGER_ORDER(name, T)

/* Text types share everything but parse and, BYTES, format. */
void type_text_format(Type type, const void *value, Buf *out);
int type_text_compare(Type type, const void *a, const void *b);
uint64_t type_text_hash(Type type, const void *value);
/* The parse member of ARRAY and ROW, whose elements have no place in a single value. */
Status type_nested_parse(Type type, Str text, void *value, Arena *arena, Err *err);

#endif
