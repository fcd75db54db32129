/*
 * type.h - the SQL types.
 *
 * A Type is small and passed by value.  Under each logical type lies a
 * physical class, which says how a vector stores it:
 *
 *     BOOLEAN                 bool (one byte, 0 or 1)
 *     TINYINT SMALLINT INT    i8 i16 i32        DATE  i32, days since 1970-01-01
 *     BIGINT TIME TIMESTAMP*  i64               TIME  µs since midnight; TIMESTAMP µs since the
 * epoch FLOAT DOUBLE            f32 f64 DECIMAL(p,s)            i128, value * 10^s VARCHAR CHAR
 * BYTES JSON view16 (Text) INTERVAL                interval (months, days, µs) ARRAY list =
 * (offset, length) into a child vector ROW                     struct = one child per field
 *
 * One file type_<name>.c per type gives its TypeClass: parse, format, compare, hash.
 */
#ifndef STREAMD_TYPES_TYPE_H
#define STREAMD_TYPES_TYPE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "types/zone.h"

typedef enum TypeId {
    TYPE_NULL, /* of a bare NULL, before it is coerced */
    TYPE_BOOLEAN,
    TYPE_TINYINT,
    TYPE_SMALLINT,
    TYPE_INT,
    TYPE_BIGINT,
    TYPE_FLOAT,
    TYPE_DOUBLE,
    TYPE_DECIMAL,
    TYPE_VARCHAR,
    TYPE_BYTES,
    TYPE_DATE,
    TYPE_TIME,
    TYPE_TIMESTAMP,
    TYPE_TIMESTAMPTZ,
    TYPE_INTERVAL,
    TYPE_ARRAY,
    TYPE_ROW,
    TYPE_JSON,
    TYPE_COUNT
} TypeId;

typedef enum PhysicalClass {
    PHYSICAL_BOOL,
    PHYSICAL_I8,
    PHYSICAL_I16,
    PHYSICAL_I32,
    PHYSICAL_I64,
    PHYSICAL_I128,
    PHYSICAL_F32,
    PHYSICAL_F64,
    PHYSICAL_VIEW,
    PHYSICAL_INTERVAL,
    PHYSICAL_LIST,
    PHYSICAL_STRUCT
} PhysicalClass;

typedef __int128 i128;
typedef unsigned __int128 u128;

struct RowType;
typedef struct Type {
    uint8_t id;        /* TypeId */
    uint8_t precision; /* DECIMAL: digits in all, 1…38; TIME/TIMESTAMP: fraction digits, 0…6 */
    uint8_t scale;     /* DECIMAL: digits after the point */
    bool is_char;      /* VARCHAR: declared CHAR(n); no padding is stored or shown */
    uint32_t length;   /* VARCHAR(n): at most n characters; 0: any */
    const struct Type *element; /* ARRAY; lives as long as what uses it */
    const struct RowType *row;  /* ROW */
} Type;

typedef struct RowType {
    const char **names;
    Type *types;
    uint16_t count;
} RowType;

typedef struct Interval {
    int32_t months, days;
    int64_t us;
} Interval;

/* Text as 16 bytes: up to 12 bytes inline, longer ones a 4-byte prefix and a pointer into memory
 * that somebody else owns (a Chunk, an arena).  Unused inline bytes are zero, so that two short
 * texts are equal iff their 16 bytes are. */
enum { TEXT_INLINE_BYTES = 12 };
typedef struct Text {
    uint32_t length;
    char prefix[4]; /* inline: the first 4 of up to 12 bytes that run on into `data` */
    const char *data;
} Text;

static inline const char *text_bytes(const Text *text)
{
    return text->length <= TEXT_INLINE_BYTES ? (const char *)text + 4 : text->data;
}
static inline Str text_str(const Text *text)
{
    return (Str){text_bytes(text), text->length};
}
/* `bytes` must outlive the view unless length <= 12. */
static inline Text text_make(const char *bytes, uint32_t length)
{
    Text text = {.length = length};
    if (length <= TEXT_INLINE_BYTES) {
        char *to = (char *)&text + 4;
        memset(to, 0, 12);
        if (length)
            memcpy(to, bytes, length);
    } else {
        memcpy(text.prefix, bytes, 4);
        text.data = bytes;
    }
    return text;
}
/* The same, copying a long one into the arena. */
static inline Text text_make_copy(Arena *arena, const char *bytes, uint32_t length)
{
    if (length > TEXT_INLINE_BYTES) {
        char *copy = arena_alloc_aligned(arena, length, 1);
        memcpy(copy, bytes, length);
        bytes = copy;
    }
    return text_make(bytes, length);
}
static inline bool text_equal(const Text *a, const Text *b)
{
    uint64_t x, y;
    memcpy(&x, a, 8);
    memcpy(&y, b, 8);
    if (x != y)
        return false;
    if (a->length <= TEXT_INLINE_BYTES)
        return a->data == b->data; /* the other 8 inline bytes */
    return memcmp(a->data, b->data, a->length) == 0;
}
int text_compare(const Text *a, const Text *b); /* by bytes, as memcmp */

typedef struct ListEntry {
    uint32_t offset, length; /* elements [offset, offset + length) of the child */
} ListEntry;

/* A bare DECIMAL.  PostgreSQL's has any scale, Flink's and Spark's none; who casts '1.5' to it or
 * declares a price so wants to see the decimals, so it keeps ten of them, and 28 digits before. */
enum { DECIMAL_MAX_PRECISION = 38, DECIMAL_BARE_SCALE = 10 };

/* What a type knows.  `value` points to one value in physical form. */
typedef struct TypeClass {
    TypeId id;
    const char *name; /* as SQL shows it: "BIGINT" */
    PhysicalClass physical;
    uint16_t size; /* bytes a value */
    uint32_t pg_oid;
    int16_t pg_size;
    /* A TIMESTAMPTZ is shown in UTC, and read so without an offset; value_* and vector_* take a
     * zone.  ARRAY and ROW: format, compare and hash are NULL and parse says 0A000, for their
     * elements are not in the value itself; value_* and vector_* serve every type. */
    /* The text form (SPEC: Text) to a value; blanks around are allowed except for text types. Long
     * text is copied into `arena`.  22P02, 22003, 22007, 22008 on failure, with the text quoted. */
    Status (*parse)(Type type, Str text, void *value, Arena *arena, Err *err);
    void (*format)(Type type, const void *value, Buf *out);
    /* <0, 0, >0 in SQL's order (NaN greatest and equal to itself, -0.0 = 0.0). */
    int (*compare)(Type type, const void *a, const void *b);
    uint64_t (*hash)(Type type, const void *value); /* equal values hash equally */
} TypeClass;

const TypeClass *type_class(Type type);
uint32_t type_pg_oid(Type type); /* as the class's, of arrays by their element */
/* The type that SQL means by the bare name: TIME(6), TIMESTAMP(6), TIMESTAMPTZ(6), DECIMAL(38, 10).
 */
static inline Type type_of(TypeId id)
{
    Type type = {.id = (uint8_t)id};
    if (id == TYPE_TIME || id == TYPE_TIMESTAMP || id == TYPE_TIMESTAMPTZ) {
        type.precision = 6;
    } else if (id == TYPE_DECIMAL) {
        type.precision = DECIMAL_MAX_PRECISION;
        type.scale = DECIMAL_BARE_SCALE;
    }
    return type;
}
Type type_decimal(int precision, int scale);
Type type_timestamp(int precision); /* 0…6; TIMESTAMP is TIMESTAMP(6) */
Type type_varchar(uint32_t length); /* 0: any */
Type type_array(const Type *element);
uint16_t type_size(Type type); /* bytes a value in a vector */
PhysicalClass type_physical(Type type);
bool type_equal(Type a, Type b);
bool type_is_integer(Type type);
bool type_is_numeric(Type type); /* integers, FLOAT, DOUBLE, DECIMAL */
bool type_is_text(Type type);    /* VARCHAR/CHAR */
bool type_is_temporal(Type type);
/* "DECIMAL(10, 2)", "TIMESTAMP(3)", "ARRAY<INT>": parses back by type_from_name. */
void type_print(Type type, Buf *out);
const char *type_name(Type type, Arena *arena);
/* The type called `name` (case-insensitive; INT, INTEGER, INT4, STRING, TEXT, REAL, NUMERIC, …)
 * with the given arguments (arg_count 0…2); 42704 with the nearest name if there is none, 22023 for
 * bad arguments. */
Status type_resolve(const char *name, const int64_t *args, int arg_count, Type *out,
                    int32_t position, Err *err) MUST_CHECK;
/* A whole type's text, as type_print writes it; element types are made in the arena. */
Status type_from_text(Str text, Arena *arena, Type *out, Err *err) MUST_CHECK;

/* Formatting into raw memory, for writers' hot loops: no NUL; returns the end. */
enum {
    FORMAT_I64_MAX = 20,
    FORMAT_F64_MAX = 32,
    FORMAT_TIMESTAMP_MAX = 44,
    FORMAT_DECIMAL_MAX = 48,
    FORMAT_INTERVAL_MAX = 96
};
char *format_i64(char *to, int64_t value);
char *format_f64(char *to, double value); /* shortest, SPEC's plain/exponent rule: "2559.0" */
char *format_f32(char *to, float value);
char *format_date(char *to, int32_t days);
char *format_timestamp(char *to, int64_t us);
char *format_timestamptz(char *to, int64_t us, const Zone *zone); /* on its clocks: "…+09" */
char *format_time(char *to, int64_t us);
char *format_decimal(char *to, i128 value, int scale);
char *format_interval(char *to, Interval value); /* "1 day 02:03:04" */
/* Parsing of one whole field; false if it is not of the form or not in range. */
bool parse_i64(const char *from, const char *end, int64_t *value);
bool parse_f64(const char *from, const char *end, double *value); /* exact; nan, inf, infinity */
bool parse_f32(const char *from, const char *end, float *value);  /* rounded once, not twice */
bool parse_date(const char *from, const char *end, int32_t *days);
bool parse_timestamp(const char *from, const char *end,
                     int64_t *us); /* ' ' or 'T', fraction 0…n, Z */
/* Without an offset it is wall time of the zone. */
bool parse_timestamptz(const char *from, const char *end, const Zone *zone, int64_t *us);
bool parse_time(const char *from, const char *end, int64_t *us);
bool parse_decimal(const char *from, const char *end, int precision, int scale, i128 *value);
bool parse_bool(const char *from, const char *end, bool *value);
bool parse_interval(const char *from, const char *end, Interval *value);

/* A TIMESTAMPTZ's text, wall time of the zone where it has no offset; errors as TypeClass.parse. */
Status timestamptz_parse_in(Type type, Str text, const Zone *zone, int64_t *us,
                            Err *err) MUST_CHECK;
/* The nearest multiple of 10^-precision seconds, halves away from zero. */
int64_t timestamp_round(int64_t us, int precision);
/* Months as 30 days, days as 24 hours: what intervals are compared by. */
i128 interval_us(Interval value);
/* The one form of all intervals that compare equal: months of 30 days, days, then time, of one
 * sign. */
Interval interval_canonical(Interval value);

/* Civil calendar (proleptic Gregorian). */
extern const char *const calendar_months[12], *const calendar_weekdays[7]; /* from Sunday */
int32_t days_from_civil(int64_t year, int month, int day);
void civil_from_days(int32_t days, int *year, int *month, int *day);
int days_in_month(int year, int month);
static inline int64_t floor_div(int64_t value, int64_t by)
{
    int64_t quotient = value / by;
    return quotient - (value % by < 0);
}
static inline int64_t floor_mod(int64_t value, int64_t by)
{
    int64_t rest = value % by;
    return rest < 0 ? rest + by : rest;
}
enum { US_PER_SECOND = 1000000 };
#define US_PER_DAY 86400000000LL

#endif
