/*
 * cast_text.c - casts from and to VARCHAR: the types' own text forms.
 */
#include "functions/cast.h"
#include "functions/time_math.h"
#include "functions/time_text.h"

/* ---- from text ---- */

static inline Status parse_any(const CastState *cast, Str text, void *to, Arena *scratch, Err *err)
{
    return cast->to_class->parse(cast->to, text, to, scratch, err);
}

/* `quick` reads the plain form; whatever it does not take goes to the type's parser. */
#define PARSE_KERNEL(name, T, W, quick, test)                                                      \
    static inline Status name##_one(const CastState *cast, const Text *x, T *y, Arena *scratch,    \
                                    Err *err)                                                      \
    {                                                                                              \
        Str text = text_str(x);                                                                    \
        W wide;                                                                                    \
        if (quick(text.data, text.data + text.length, &wide) && (test)) {                          \
            *y = (T)wide;                                                                          \
            return OK;                                                                             \
        }                                                                                          \
        return parse_any(cast, text, y, scratch, err);                                             \
    }                                                                                              \
    CAST_KERNEL(name, Text, T, name##_one)
PARSE_KERNEL(parse_to_i32, int32_t, int64_t, parse_i64, wide >= INT32_MIN && wide <= INT32_MAX)
PARSE_KERNEL(parse_to_i64, int64_t, int64_t, parse_i64, true)
PARSE_KERNEL(parse_to_f64, double, double, parse_f64, true)

#define PARSE_CLASS(name, T)                                                                       \
    static inline Status name##_one(const CastState *cast, const Text *x, T *y, Arena *scratch,    \
                                    Err *err)                                                      \
    {                                                                                              \
        return parse_any(cast, text_str(x), y, scratch, err);                                      \
    }                                                                                              \
    CAST_KERNEL(name, Text, T, name##_one)
PARSE_CLASS(parse_to_bool, bool)
PARSE_CLASS(parse_to_8, int8_t)
PARSE_CLASS(parse_to_16, int16_t)
PARSE_CLASS(parse_to_128, i128)
PARSE_CLASS(parse_to_float, float)
PARSE_CLASS(parse_to_view, Text)
PARSE_CLASS(parse_to_interval, Interval)

static inline Status text_to_date_one(const CastState *cast, const Text *x, int32_t *y,
                                      Arena *scratch, Err *err)
{
    TimeText read;
    if (parse_any(cast, text_str(x), y, scratch, err) == OK)
        return OK;
    if (!time_text_read(text_str(x), &read) || !read.has_date)
        return FAIL;
    *y = read.days;
    return OK;
}
CAST_KERNEL(parse_to_date, Text, int32_t, text_to_date_one)

/* TIME and TIMESTAMP; a zone is read and ignored. */
static inline Status text_to_moment_one(const CastState *cast, const Text *x, int64_t *y,
                                        Arena *scratch, Err *err)
{
    TimeText read;
    bool is_time = cast->to.id == TYPE_TIME;
    if (parse_any(cast, text_str(x), y, scratch, err) == OK)
        return OK;
    if (!time_text_read(text_str(x), &read) || !(is_time ? read.has_time : read.has_date))
        return FAIL;
    *y = time_round(read.us + (is_time ? 0 : read.days * US_PER_DAY), cast->to.precision);
    return OK;
}
CAST_KERNEL(parse_to_moment, Text, int64_t, text_to_moment_one)

/* A text without a zone is wall time in the session's zone. */
static inline Status text_to_timestamptz_one(const CastState *cast, const Text *x, int64_t *y,
                                             Arena *scratch, Err *err)
{
    TimeText read;
    Str text = text_str(x);
    (void)scratch;
    if (timestamptz_parse_in(cast->to, text, cast->zone, y, err) == OK)
        return OK;
    if (!time_text_read(text, &read) || !read.has_date)
        return FAIL;
    int64_t us = read.days * US_PER_DAY + read.us;
    us = !read.has_zone ? zone_to_utc(cast->zone, us)
         : read.zone    ? zone_to_utc(read.zone, us)
                        : us - read.offset_us;
    *y = time_round(us, cast->to.precision);
    return OK;
}
CAST_KERNEL(parse_to_timestamptz, Text, int64_t, text_to_timestamptz_one)

/* ---- to text ---- */

/* Bytes of the first `count` characters. */
static size_t cut_length(Str text, size_t count)
{
    size_t i = 0;
    while (i < text.length) {
        if (((unsigned char)text.data[i] & 0xC0) != 0x80 && count-- == 0)
            break;
        i++;
    }
    return i;
}

static inline Text cut(const CastState *cast, Arena *scratch, const char *bytes, size_t length)
{
    if (cast->to.length && length > cast->to.length)
        length = cut_length((Str){bytes, length}, cast->to.length);
    return text_make_copy(scratch, bytes, (uint32_t)length);
}

#define FORMAT_KERNEL(name, T, MAX, format)                                                        \
    static inline Status name##_one(const CastState *cast, const T *x, Text *y, Arena *scratch,    \
                                    Err *err)                                                      \
    {                                                                                              \
        char text[MAX];                                                                            \
        (void)err;                                                                                 \
        *y = cut(cast, scratch, text, (size_t)(format(text, *x) - text));                          \
        return OK;                                                                                 \
    }                                                                                              \
    CAST_KERNEL(name, T, Text, name##_one)
FORMAT_KERNEL(i8_to_text, int8_t, FORMAT_I64_MAX, format_i64)
FORMAT_KERNEL(i16_to_text, int16_t, FORMAT_I64_MAX, format_i64)
FORMAT_KERNEL(i32_to_text, int32_t, FORMAT_I64_MAX, format_i64)
FORMAT_KERNEL(i64_to_text, int64_t, FORMAT_I64_MAX, format_i64)
FORMAT_KERNEL(f32_to_text, float, FORMAT_F64_MAX, format_f32)
FORMAT_KERNEL(f64_to_text, double, FORMAT_F64_MAX, format_f64)
FORMAT_KERNEL(date_to_text, int32_t, FORMAT_TIMESTAMP_MAX, format_date)
FORMAT_KERNEL(timestamp_to_text, int64_t, FORMAT_TIMESTAMP_MAX, format_timestamp)

/* Everything else by vector_format, into one buffer for the batch. */
static Status any_to_text(EvalCall *call, Err *err)
{
    const CastState *cast = call->state;
    Buf text;
    (void)err;
    buf_init(&text);
    EACH_ROW(call, row)
    {
        buf_clear(&text);
        vector_format(call->args[0], row, cast->zone, &text);
        OUT(call, Text)[row] = cut(cast, call->scratch, text.data, text.length);
    }
    buf_deinit(&text);
    return OK;
}

static inline Status timestamptz_to_text_one(const CastState *cast, const int64_t *x, Text *y,
                                             Arena *scratch, Err *err)
{
    char text[FORMAT_TIMESTAMP_MAX];
    (void)err;
    char *end = format_timestamptz(text, *x, cast->zone);
    *y = cut(cast, scratch, text, (size_t)(end - text));
    return OK;
}
CAST_KERNEL(timestamptz_to_text, int64_t, Text, timestamptz_to_text_one)

static Status cut_text(EvalCall *call, Err *err)
{
    const CastState *cast = call->state;
    const Text *xs = ARG(call, 0, Text);
    (void)err;
    EACH_ROW(call, row)
    {
        Text x = xs[row];
        if (cast->to.length && x.length > cast->to.length) {
            Str text = text_str(&x);
            x = text_make(text.data, (uint32_t)cut_length(text, cast->to.length));
        }
        OUT(call, Text)[row] = x;
    }
    return OK;
}

static ScalarEval from_text(Type to)
{
    switch ((TypeId)to.id) {
    case TYPE_BOOLEAN:
        return parse_to_bool;
    case TYPE_TINYINT:
        return parse_to_8;
    case TYPE_SMALLINT:
        return parse_to_16;
    case TYPE_INT:
        return parse_to_i32;
    case TYPE_BIGINT:
        return parse_to_i64;
    case TYPE_FLOAT:
        return parse_to_float;
    case TYPE_DOUBLE:
        return parse_to_f64;
    case TYPE_DECIMAL:
        return parse_to_128;
    case TYPE_BYTES:
    case TYPE_JSON:
        return parse_to_view;
    case TYPE_DATE:
        return parse_to_date;
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
        return parse_to_moment;
    case TYPE_TIMESTAMPTZ:
        return parse_to_timestamptz;
    case TYPE_INTERVAL:
        return parse_to_interval;
    case TYPE_NULL:
    case TYPE_VARCHAR:
    case TYPE_ARRAY:
    case TYPE_ROW:
    case TYPE_COUNT:
        break;
    }
    return NULL;
}

static ScalarEval to_text(Type from)
{
    switch ((TypeId)from.id) {
    case TYPE_TINYINT:
        return i8_to_text;
    case TYPE_SMALLINT:
        return i16_to_text;
    case TYPE_INT:
        return i32_to_text;
    case TYPE_BIGINT:
        return i64_to_text;
    case TYPE_FLOAT:
        return f32_to_text;
    case TYPE_DOUBLE:
        return f64_to_text;
    case TYPE_DATE:
        return date_to_text;
    case TYPE_TIMESTAMP:
        return timestamp_to_text;
    case TYPE_TIMESTAMPTZ:
        return timestamptz_to_text;
    case TYPE_BOOLEAN:
    case TYPE_DECIMAL:
    case TYPE_BYTES:
    case TYPE_TIME:
    case TYPE_INTERVAL:
    case TYPE_ARRAY:
    case TYPE_ROW:
        return any_to_text;
    case TYPE_JSON:
    case TYPE_VARCHAR:
        return cut_text;
    case TYPE_NULL:
    case TYPE_COUNT:
        break;
    }
    return NULL;
}

ScalarEval cast_text_kernel(Type from, Type to, uint32_t *flags)
{
    if (to.id == TYPE_VARCHAR) {
        *flags = FN_STRICT;
        return to_text(from);
    }
    *flags = FN_STRICT | FN_CAN_FAIL;
    return from.id == TYPE_VARCHAR ? from_text(to) : NULL;
}
