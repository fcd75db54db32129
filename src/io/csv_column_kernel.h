/*
 * csv_column_kernel.h - the fast ways, included by csv_column_<level>.c, which defines
 *
 *     CSV_COLUMN_FNS         the name of the CsvColumnFns
 *     digits_read            up to 16 digits with at most one point, see there
 *     NUMBERS_FOUR           if it also has Four, four_read, four_doubles, four_digits: four at
 * once text_load              up to 12 bytes as an inline Text text_holds             whether up to
 * 16 bytes have some byte among them
 *
 * Fields are read up to 16 bytes before their end or behind their start, so chunks have CHUNK_PAD.
 */
#include <string.h>
#include "io/csv_column.h"

#define LIKELY(x)     __builtin_expect(!!(x), 1)
#define UNLIKELY(x)   __builtin_expect(!!(x), 0)
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* `quoted`: what is between quotes, should there be some.  Those inside are of no concern: no plain
 * form has any. */
ALWAYS_INLINE Field field_at(const char *data, const uint32_t *bounds, bool quoted, char quote)
{
    uint32_t start = bounds[0] + 1, end = bounds[1];
    if (quoted) {
        bool strip = (int32_t)(end - start) >= 2 && data[start] == quote && data[end - 1] == quote;
        start += strip;
        end -= strip;
    }
    return (Field){data + start, data + end, end - start};
}

/* Rows that the loops leave for later, so that no call stands in their way. */
static __attribute__((noinline)) void rows_slow(CsvColumn *column, const CsvRows *rows,
                                                const uint16_t *left, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        csv_column_slow(column, rows, left[i]);
}

/* Loops over the rows with `fast(column, field, row, store)`, a constant each, which says whether
 * the field was of the plain form; and before that, as long as there are that many, over groups of
 * GROUP rows with `group(column, fields, rows, store)`, which says that all were, or does nothing.
 */
enum { GROUP = 4 };
#define ONE_ROW(fast, bounds, row, store)                                                          \
    if (UNLIKELY(!fast(column, field_at(data, bounds, quoted, quote), row, store)))                \
    left[count++] = (uint16_t)(row)
#define COLUMN_LOOPS(name, fast, group, grouped, quoted_)                                          \
    static void name##_convert(CsvColumn *column, const CsvRows *rows, const uint16_t *sel,        \
                               uint32_t from, uint32_t to)                                         \
    {                                                                                              \
        const bool quoted = quoted_;                                                               \
        const char *data = rows->data, quote = column->special[0];                                 \
        size_t stride = rows->stride;                                                              \
        const uint32_t *bounds = rows->bounds + column->field;                                     \
        uint16_t left[VECTOR_ROWS];                                                                \
        uint32_t count = 0, row = from;                                                            \
        (void)quote;                                                                               \
        if (sel) {                                                                                 \
            for (; (grouped) && row + GROUP <= to; row += GROUP) {                                 \
                Field fields[GROUP];                                                               \
                for (uint32_t i = 0; i < GROUP; i++)                                               \
                    fields[i] = field_at(data, bounds + sel[row + i] * stride, quoted, quote);     \
                if (LIKELY(group(column, fields, sel + row, 0, true)))                             \
                    continue;                                                                      \
                for (uint32_t i = 0; i < GROUP; i++) {                                             \
                    ONE_ROW(fast, bounds + sel[row + i] * stride, sel[row + i], true);             \
                }                                                                                  \
            }                                                                                      \
            for (; row < to; row++) {                                                              \
                ONE_ROW(fast, bounds + sel[row] * stride, sel[row], true);                         \
            }                                                                                      \
        } else {                                                                                   \
            bounds += from * stride;                                                               \
            for (; (grouped) && row + GROUP <= to; row += GROUP, bounds += GROUP * stride) {       \
                Field fields[GROUP];                                                               \
                for (uint32_t i = 0; i < GROUP; i++)                                               \
                    fields[i] = field_at(data, bounds + i * stride, quoted, quote);                \
                if (LIKELY(group(column, fields, NULL, row, true)))                                \
                    continue;                                                                      \
                for (uint32_t i = 0; i < GROUP; i++) {                                             \
                    ONE_ROW(fast, bounds + i * stride, row + i, true);                             \
                }                                                                                  \
            }                                                                                      \
            for (; row < to; row++, bounds += stride) {                                            \
                ONE_ROW(fast, bounds, row, true);                                                  \
            }                                                                                      \
        }                                                                                          \
        if (UNLIKELY(count > 0))                                                                   \
            rows_slow(column, rows, left, count);                                                  \
    }                                                                                              \
    static void name##_validate(CsvColumn *column, const CsvRows *rows, const uint16_t *sel,       \
                                uint32_t from, uint32_t to)                                        \
    {                                                                                              \
        const bool quoted = quoted_;                                                               \
        const char *data = rows->data, quote = column->special[0];                                 \
        size_t stride = rows->stride;                                                              \
        const uint32_t *bounds = rows->bounds + column->field + from * stride;                     \
        uint16_t left[VECTOR_ROWS];                                                                \
        uint32_t count = 0, row = from;                                                            \
        (void)sel, (void)quote;                                                                    \
        for (; (grouped) && row + GROUP <= to; row += GROUP, bounds += GROUP * stride) {           \
            Field fields[GROUP];                                                                   \
            for (uint32_t i = 0; i < GROUP; i++)                                                   \
                fields[i] = field_at(data, bounds + i * stride, quoted, quote);                    \
            if (LIKELY(group(column, fields, NULL, row, false)))                                   \
                continue;                                                                          \
            for (uint32_t i = 0; i < GROUP; i++) {                                                 \
                ONE_ROW(fast, bounds + i * stride, row + i, false);                                \
            }                                                                                      \
        }                                                                                          \
        for (; row < to; row++, bounds += stride) {                                                \
            ONE_ROW(fast, bounds, row, false);                                                     \
        }                                                                                          \
        if (UNLIKELY(count > 0))                                                                   \
            rows_slow(column, rows, left, count);                                                  \
    }
#define COLUMN_LOOP(name, fast)                                                                    \
    COLUMN_LOOPS(name, fast, no_group, false, false)                                               \
    COLUMN_LOOPS(quoted_##name, fast, no_group, false, true)
#define COLUMN_LOOP_GROUPED(name, fast, group)                                                     \
    COLUMN_LOOPS(name, fast, group, true, false)                                                   \
    COLUMN_LOOPS(quoted_##name, fast, group, true, true)

ALWAYS_INLINE bool no_group(CsvColumn *column, const Field *fields, const uint16_t *sel,
                            uint32_t row, bool store)
{
    (void)column, (void)fields, (void)sel, (void)row, (void)store;
    return false;
}

ALWAYS_INLINE uint64_t load8(const char *from)
{
    uint64_t word;
    memcpy(&word, from, 8);
    return word;
}

ALWAYS_INLINE uint32_t load4(const char *from)
{
    uint32_t word;
    memcpy(&word, from, 4);
    return word;
}

/* ---- numbers ---- */

typedef struct Number {
    uint64_t digits;
    uint32_t point;  /* 16: none; else 15 - how many digits follow it */
    uint32_t length; /* characters after the sign */
    bool negative;
} Number;

/* [-]digits[.digits] of at most 16 characters after the sign, with digits on both sides of a point.
 */
ALWAYS_INLINE bool number_read(Field field, bool with_point, bool store, Number *number)
{
    bool negative = *field.start == '-';
    uint32_t length = field.length - negative;
    *number = (Number){.length = length, .negative = negative, .point = 16};
    if (UNLIKELY(length - 1 > 15))
        return false;
    bool good = digits_read(field.end, length, with_point, store, &number->digits, &number->point);
    return good && (!with_point || (number->point != 15 && number->point != 16 - length));
}

#define INTEGER_FAST(name, T, most_digits)                                                         \
    ALWAYS_INLINE bool name##_fast(CsvColumn *column, Field field, uint32_t row, bool store)       \
    {                                                                                              \
        Number number;                                                                             \
        if (!number_read(field, false, store, &number) || number.length > (most_digits))           \
            return false;                                                                          \
        if (store)                                                                                 \
            ((T *)column->data)[row] = (T)(number.negative ? 0 - number.digits : number.digits);   \
        return true;                                                                               \
    }                                                                                              \
    INTEGER_GROUP(name, T, most_digits)                                                            \
    COLUMN_LOOP_GROUPED(name, name##_fast, name##_group)

#ifdef NUMBERS_FOUR
#define INTEGER_GROUP(name, T, most_digits)                                                        \
    ALWAYS_INLINE bool name##_group(CsvColumn *column, const Field *fields, const uint16_t *sel,   \
                                    uint32_t row, bool store)                                      \
    {                                                                                              \
        Four four;                                                                                 \
        uint64_t digits[GROUP];                                                                    \
        if (!four_read(fields, (most_digits) < 15 ? (most_digits) : 15, false, store, &four))      \
            return false;                                                                          \
        if (!store)                                                                                \
            return true;                                                                           \
        four_digits(&four, digits);                                                                \
        for (uint32_t i = 0; i < GROUP; i++)                                                       \
            ((T *)column->data)[sel ? sel[i] : row + i] = (T)digits[i];                            \
        return true;                                                                               \
    }
#else
#define INTEGER_GROUP(name, T, most_digits)                                                        \
    ALWAYS_INLINE bool name##_group(CsvColumn *column, const Field *fields, const uint16_t *sel,   \
                                    uint32_t row, bool store)                                      \
    {                                                                                              \
        return no_group(column, fields, sel, row, store);                                          \
    }
#endif

INTEGER_FAST(tinyint, int8_t, 2)
INTEGER_FAST(smallint, int16_t, 4)
INTEGER_FAST(integer, int32_t, 9)
INTEGER_FAST(bigint, int64_t, 16)

/* By Number.point: 10 to the number of digits after it. */
static const double point_powers[17] = {1e15, 1e14, 1e13, 1e12, 1e11, 1e10, 1e9, 1e8, 1e7,
                                        1e6,  1e5,  1e4,  1e3,  1e2,  1e1,  1e0, 1e0};

/* digits / 10^k is rounded once, for both are exact: W. Clinger, "How to read floating point
 * numbers accurately", 1990. */
ALWAYS_INLINE bool dbl_fast(CsvColumn *column, Field field, uint32_t row, bool store)
{
    Number number;
    if (!number_read(field, true, store, &number))
        return false;
    if (!store)
        return true;
    if (UNLIKELY(number.digits > 1ull << 53))
        return false;
    double value = (double)(int64_t)number.digits / point_powers[number.point];
    ((double *)column->data)[row] = number.negative ? -value : value;
    return true;
}

#ifdef NUMBERS_FOUR
/* At most 15 characters: the digits are exact as a double. */
ALWAYS_INLINE bool dbl_group(CsvColumn *column, const Field *fields, const uint16_t *sel,
                             uint32_t row, bool store)
{
    Four four;
    double values[GROUP];
    if (!four_read(fields, 15, true, store, &four))
        return false;
    if (!store)
        return true;
    if (!sel) {
        four_doubles(&four, point_powers, (double *)column->data + row);
        return true;
    }
    four_doubles(&four, point_powers, values);
    for (uint32_t i = 0; i < GROUP; i++)
        ((double *)column->data)[sel[i]] = values[i];
    return true;
}
COLUMN_LOOP_GROUPED(dbl, dbl_fast, dbl_group)
#else
COLUMN_LOOP(dbl, dbl_fast)
#endif

/* Rounding to double and then to float is rounding once unless the double lies in the middle
 * between two floats: only then might the true value be on either side of it. */
ALWAYS_INLINE bool real_fast(CsvColumn *column, Field field, uint32_t row, bool store)
{
    Number number;
    if (!number_read(field, true, store, &number))
        return false;
    if (!store)
        return true;
    double value = (double)(int64_t)number.digits / point_powers[number.point];
    uint64_t bits;
    memcpy(&bits, &value, 8);
    if (UNLIKELY(number.digits > 1ull << 53 || (bits & 0x1FFFFFFF) == 0x10000000))
        return false;
    ((float *)column->data)[row] = (float)(number.negative ? -value : value);
    return true;
}
COLUMN_LOOP(real, real_fast)

static const int64_t decimal_powers[19] = {1,
                                           10,
                                           100,
                                           1000,
                                           10000,
                                           100000,
                                           1000000,
                                           10000000,
                                           100000000,
                                           1000000000,
                                           10000000000,
                                           100000000000,
                                           1000000000000,
                                           10000000000000,
                                           100000000000000,
                                           1000000000000000,
                                           10000000000000000,
                                           100000000000000000,
                                           1000000000000000000};

/* With no more digits than the type has on either side of the point nothing is rounded or too
 * great. */
ALWAYS_INLINE bool decimal_fast(CsvColumn *column, Field field, uint32_t row, bool store)
{
    Number number;
    if (!number_read(field, true, store, &number))
        return false;
    uint32_t fraction = number.point == 16 ? 0 : 15 - number.point;
    uint32_t whole = number.length - fraction - (number.point != 16);
    uint32_t scale = column->type.scale;
    if (UNLIKELY(fraction > scale || whole > (uint32_t)column->type.precision - scale ||
                 scale - fraction > 18))
        return false;
    if (store) {
        i128 value = (i128)(int64_t)number.digits * decimal_powers[scale - fraction];
        ((i128 *)column->data)[row] = number.negative ? -value : value;
    }
    return true;
}
COLUMN_LOOP(decimal, decimal_fast)

/* ---- booleans ---- */

ALWAYS_INLINE bool boolean_fast(CsvColumn *column, Field field, uint32_t row, bool store)
{
    bool is_true = field.length == 4 && load4(field.start) == 0x65757274; /* "true" */
    bool is_false = field.length == 5 && load4(field.start) == 0x736C6166 && field.start[4] == 'e';
    if (store)
        ((bool *)column->data)[row] = is_true;
    return is_true || is_false;
}
COLUMN_LOOP(boolean, boolean_fast)

/* ---- dates and times ---- */

ALWAYS_INLINE uint32_t two_digits(uint64_t word, unsigned byte)
{
    return (uint32_t)((word >> (8 * byte)) & 15) * 10 + (uint32_t)((word >> (8 * byte + 8)) & 15);
}

/* YYYY-MM-DD at `at` to days; false: not of that form or no such day. */
static __attribute__((noinline)) bool date_read(CsvColumn *column, const char *at)
{
    static const uint8_t lengths[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int i = 0; i < 10; i++)
        if (i == 4 || i == 7 ? at[i] != '-' : (unsigned char)(at[i] - '0') > 9)
            return false;
    int year = (at[0] - '0') * 1000 + (at[1] - '0') * 100 + (at[2] - '0') * 10 + (at[3] - '0');
    int month = (at[5] - '0') * 10 + (at[6] - '0'), day = (at[8] - '0') * 10 + (at[9] - '0');
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (year < 1 || month < 1 || month > 12 || day < 1 ||
        day > lengths[month] + (month == 2 && leap))
        return false;
    column->days = days_from_civil(year, month, day);
    memcpy(column->date_text, at, 10);
    return true;
}

ALWAYS_INLINE bool same_date(const CsvColumn *column, const char *at)
{
    uint64_t first = load8(at) ^ load8(column->date_text);
    uint64_t second = (load8(at + 8) ^ load8(column->date_text + 8)) & 0xFFFF;
    return (first | second) == 0;
}

ALWAYS_INLINE bool date_fast(CsvColumn *column, Field field, uint32_t row, bool store)
{
    if (UNLIKELY(field.length != 10))
        return false;
    if (UNLIKELY(!same_date(column, field.start)) && !date_read(column, field.start))
        return false;
    if (store)
        ((int32_t *)column->data)[row] = column->days;
    return true;
}
COLUMN_LOOP(date, date_fast)

/* YYYY-MM-DD[T ]HH:MM at `at`: the minute's µs. */
static __attribute__((noinline)) bool minute_read(CsvColumn *column, const char *at)
{
    if (!same_date(column, at) && !date_read(column, at))
        return false;
    if ((at[10] != 'T' && at[10] != ' ') || at[13] != ':')
        return false;
    int hour_tens = at[11] - '0', hour_ones = at[12] - '0';
    int minute_tens = at[14] - '0', minute_ones = at[15] - '0';
    if ((unsigned)hour_tens > 2 || (unsigned)hour_ones > 9 || (unsigned)minute_tens > 5 ||
        (unsigned)minute_ones > 9 || hour_tens * 10 + hour_ones > 23)
        return false;
    int64_t minutes = (hour_tens * 10 + hour_ones) * 60 + minute_tens * 10 + minute_ones;
    column->minute_us = column->days * US_PER_DAY + minutes * 60 * US_PER_SECOND;
    memcpy(column->minute_text, at, 16);
    return true;
}

/* A digit's byte xor '0' is at most 9, so that adding 0x76 does not reach 0x80; a byte above 0x7F
 * is found by itself, before its carry could hide another.
 * ":SS", ":SS.mmm" or ":SS.mmmuuu" after the minute; the digits and the signs between them are
 * tested at once by their difference to ":00.000". */
ALWAYS_INLINE bool timestamp_fast(CsvColumn *column, Field field, uint32_t row, bool store)
{
    const char *at = field.start;
    if (UNLIKELY((field.length != 23 && field.length != 19 && field.length != 26) ||
                 field.length > column->longest))
        return false;
    uint64_t changed =
        (load8(at) ^ load8(column->minute_text)) | (load8(at + 8) ^ load8(column->minute_text + 8));
    if (UNLIKELY(changed) && !minute_read(column, at))
        return false;
    uint64_t x = load8(at + 16);
    uint64_t us = 0;
    if (field.length == 19) {
        x = (x & 0xFFFFFF) ^ 0x30303A;
        if (UNLIKELY((x & 0xFF) != 0 || ((x | (x + 0x767A00)) & 0x808000) != 0))
            return false;
    } else {
        x = (x & 0x00FFFFFFFFFFFFFFu) ^ 0x003030302E30303Au;
        if (UNLIKELY((x & 0xFF0000FFu) != 0 ||
                     ((x | (x + 0x0076767600767600u)) & 0x0080808000808000u) != 0))
            return false;
        us = (uint64_t)(two_digits(x, 4) * 10 + (uint32_t)(x >> 48 & 15)) * 1000;
        if (field.length == 26) {
            uint32_t rest = (load4(at + 22) >> 8) ^ 0x303030;
            if (UNLIKELY(((rest | (rest + 0x767676)) & 0x808080) != 0))
                return false;
            us += two_digits(rest, 0) * 10 + (rest >> 16);
        }
    }
    uint32_t seconds = two_digits(x, 1);
    if (UNLIKELY(seconds > 59))
        return false;
    if (store)
        ((int64_t *)column->data)[row] =
            column->minute_us + (int64_t)(seconds * (uint64_t)US_PER_SECOND + us);
    return true;
}
COLUMN_LOOP(timestamp, timestamp_fast)

/* ---- text ---- */

ALWAYS_INLINE void text_store(CsvColumn *column, const char *start, uint32_t length, uint32_t row)
{
    Text *text = (Text *)column->data + row;
    if (LIKELY(length <= TEXT_INLINE_BYTES)) {
        text_load(start, length, text);
    } else {
        text->length = length;
        memcpy(text->prefix, start, 4);
        text->data = start;
    }
}

ALWAYS_INLINE bool text_fast(CsvColumn *column, Field field, uint32_t row, bool store)
{
    if (UNLIKELY(field.length - 1 > INT32_MAX - 1)) /* empty or missing */
        return false;
    if (store)
        text_store(column, field.start, field.length, row);
    return true;
}
COLUMN_LOOPS(text, text_fast, no_group, false, false)

/* Where there are quotes or a csv.null-value. */
ALWAYS_INLINE bool special_text_fast(CsvColumn *column, Field field, uint32_t row, bool store)
{
    if (LIKELY(*field.start != column->special[0] && *field.start != column->special[1]))
        return text_fast(column, field, row, store);
    uint32_t length = field.length - 2;
    if (*field.start != column->special[0] || length > INT32_MAX - 2 ||
        column->dialect->escape >= 0)
        return false;
    if (!store)
        return true;
    bool escaped = length <= 16 ? text_holds(field.start + 1, length, column->special[0])
                                : memchr(field.start + 1, column->special[0], length) != NULL;
    if (UNLIKELY(escaped))
        return false;
    text_store(column, field.start + 1, length, row);
    return true;
}
COLUMN_LOOPS(special_text, special_text_fast, no_group, false, false)

#define FNS(name)                                                                                  \
    {                                                                                              \
        name##_convert, name##_validate, quoted_##name##_convert, quoted_##name##_validate         \
    }
const CsvColumnFns CSV_COLUMN_FNS = {
    .boolean = FNS(boolean),
    .tinyint = FNS(tinyint),
    .smallint = FNS(smallint),
    .integer = FNS(integer),
    .bigint = FNS(bigint),
    .real = FNS(real),
    .dbl = FNS(dbl),
    .decimal = FNS(decimal),
    .date = FNS(date),
    .timestamp = FNS(timestamp),
    .text = {text_convert, text_validate},
    .special_text = {special_text_convert, special_text_validate},
};
