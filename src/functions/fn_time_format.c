/*
 * fn_time_format.c - date_format, to_char, to_timestamp, to_date and the Unix times.
 *
 * date_format and from_unixtime take Java's patterns, to_char PostgreSQL's, strftime and strptime
 * C's; to_timestamp
 * and to_date take either (time_format_guess).  Times with a zone are shown and read in the
 * session's.
 */
#include <math.h>
#include "functions/text_math.h"
#include "functions/time_format.h"
#include "functions/time_unit.h"

#define FAILS (FN_STRICT | FN_CAN_FAIL)

typedef enum StyleChoice { CHOOSE_JAVA, CHOOSE_POSTGRES, CHOOSE_C, CHOOSE_GUESS } StyleChoice;

typedef struct FormatState {
    TimeFormat format;
    bool known;
    StyleChoice style;
    int pattern_arg; /* 0: the fixed pattern of `format` */
    const Zone *zone;
    bool zoned; /* the argument is a TIMESTAMPTZ, or the result */
    bool is_try;
} FormatState;

static Status compile(const FormatState *state, Str pattern, TimeFormat *out, Arena *arena,
                      int32_t position, Err *err)
{
    TimeStyle style = state->style == CHOOSE_JAVA       ? STYLE_JAVA
                      : state->style == CHOOSE_POSTGRES ? STYLE_POSTGRES
                      : state->style == CHOOSE_C        ? STYLE_C
                                                        : time_format_guess(pattern);
    return time_format_compile(pattern, style, out, arena, position, err);
}

/* The format for a row; `known` is the pattern that *format was made from. */
static Status format_of(const FormatState *state, EvalCall *call, uint32_t row, const Text **known,
                        TimeFormat *format, Err *err)
{
    if (state->known)
        return OK;
    const Text *pattern = &ARG(call, state->pattern_arg, Text)[row];
    if (*known && text_equal(*known, pattern))
        return OK;
    TRY(compile(state, text_str(pattern), format, call->scratch, -1, err));
    *known = pattern;
    return OK;
}

/* ---- writing ---- */

static Status write_times(EvalCall *call, int64_t unit_us, Err *err)
{
    const FormatState *state = call->state;
    TimeFormat format = state->format;
    const Text *known = NULL;
    const bool is_date = call->args[0]->type.id == TYPE_DATE;
    Buf text;
    Status status = OK;
    buf_init(&text);
    EACH_ROW(call, row)
    {
        int64_t us, moment = is_date ? ARG(call, 0, int32_t)[row] : ARG(call, 0, int64_t)[row];
        call->failed_row = row;
        status = format_of(state, call, row, &known, &format, err);
        if (status != OK)
            break;
        if (__builtin_mul_overflow(moment, is_date ? US_PER_DAY : unit_us, &us)) {
            status = kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
            break;
        }
        int32_t offset = state->zoned ? zone_offset_seconds(state->zone, us) : 0;
        buf_clear(&text);
        time_format_write(&format, state->zoned ? zone_from_utc(state->zone, us) : us, offset,
                          &text);
        OUT(call, Text)[row] = text_make_copy(call->scratch, text.data, (uint32_t)text.length);
    }
    buf_deinit(&text);
    return status;
}
static Status date_format(EvalCall *call, Err *err)
{
    return write_times(call, 1, err);
}
static Status from_unixtime(EvalCall *call, Err *err)
{
    return write_times(call, US_PER_SECOND, err);
}

/* ---- reading ---- */

typedef void (*StoreTime)(EvalCall *call, uint32_t row, int64_t wall_us, int64_t utc_us);

static Status read_one(const FormatState *state, const TimeFormat *format, Str text,
                       int64_t *wall_us, int64_t *utc_us, Err *err)
{
    bool has_offset = false;
    int32_t offset = 0;
    TRY(time_format_read(format, text, wall_us, &has_offset, &offset, err));
    *utc_us = has_offset ? *wall_us - (int64_t)offset * US_PER_SECOND
                         : zone_to_utc(state->zone, *wall_us);
    if (has_offset) /* the wall time is the session's */
        *wall_us = zone_from_utc(state->zone, *utc_us);
    return OK;
}

static Status read_times(EvalCall *call, StoreTime store, Err *err)
{
    const FormatState *state = call->state;
    TimeFormat format = state->format;
    const Text *known = NULL;
    EACH_ROW(call, row)
    {
        int64_t wall = 0, utc = 0;
        call->failed_row = row;
        TRY(format_of(state, call, row, &known, &format, err));
        Str text = text_str(&ARG(call, 0, Text)[row]);
        Status status = read_one(state, &format, text, &wall, &utc, state->is_try ? NULL : err);
        if (status == OK)
            store(call, row, wall, utc);
        else if (state->is_try)
            out_null(call, row);
        else
            return status;
    }
    return OK;
}
static void store_timestamp(EvalCall *call, uint32_t row, int64_t wall_us, int64_t utc_us)
{
    (void)utc_us;
    OUT(call, int64_t)[row] = wall_us;
}
static void store_date(EvalCall *call, uint32_t row, int64_t wall_us, int64_t utc_us)
{
    (void)utc_us;
    OUT(call, int32_t)[row] = (int32_t)floor_div(wall_us, US_PER_DAY);
}
static void store_seconds(EvalCall *call, uint32_t row, int64_t wall_us, int64_t utc_us)
{
    (void)wall_us;
    OUT(call, int64_t)[row] = floor_div(utc_us, US_PER_SECOND);
}
static void store_moment(EvalCall *call, uint32_t row, int64_t wall_us, int64_t utc_us)
{
    (void)wall_us;
    OUT(call, int64_t)[row] = utc_us;
}
static Status to_moment(EvalCall *call, Err *err)
{
    return read_times(call, store_moment, err);
}
static Status to_timestamp(EvalCall *call, Err *err)
{
    return read_times(call, store_timestamp, err);
}
static Status to_date(EvalCall *call, Err *err)
{
    return read_times(call, store_date, err);
}
static Status unix_timestamp_text(EvalCall *call, Err *err)
{
    return read_times(call, store_seconds, err);
}

/* Without a pattern: the type's own text form. */
static Status parse_one(EvalCall *call, uint32_t row, void *out, Err *err)
{
    const FormatState *state = call->state;
    Type type = call->out->type;
    Str text = text_str(&ARG(call, 0, Text)[row]);
    Status status =
        type_class(type)->parse(type, text, out, call->scratch, state->is_try ? NULL : err);
    if (status == OK || !state->is_try)
        return status;
    out_null(call, row);
    return OK;
}
static Status parse_timestamp_one(EvalCall *call, uint32_t row, Err *err)
{
    return parse_one(call, row, &OUT(call, int64_t)[row], err);
}
EACH(parse_timestamp_text, parse_timestamp_one)

/* to_date('2024-02-28 10:00:00') takes a time of day too. */
static Status parse_date_one(EvalCall *call, uint32_t row, Err *err)
{
    const FormatState *state = call->state;
    Str text = text_str(&ARG(call, 0, Text)[row]);
    Type type = type_timestamp(6);
    int64_t us = 0;
    Status status =
        type_class(type)->parse(type, text, &us, call->scratch, state->is_try ? NULL : err);
    if (status != OK && !state->is_try)
        return status;
    if (status != OK)
        out_null(call, row);
    else
        OUT(call, int32_t)[row] = (int32_t)floor_div(us, US_PER_DAY);
    return OK;
}
EACH(parse_date_text, parse_date_one)

/* ---- Unix times ---- */

static Status from_seconds_one(EvalCall *call, uint32_t row, Err *err)
{
    double us = rint(ARG(call, 0, double)[row] * 1e6);
    if (!(us >= -9.2e18 && us <= 9.2e18))
        return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    OUT(call, int64_t)[row] = (int64_t)us;
    return OK;
}
EACH(from_seconds, from_seconds_one)

#define SCALE_UP(name, unit)                                                                       \
    static Status name##_one(EvalCall *call, uint32_t row, Err *err)                               \
    {                                                                                              \
        if (__builtin_mul_overflow(ARG(call, 0, int64_t)[row], (int64_t)(unit),                    \
                                   &OUT(call, int64_t)[row]))                                      \
            return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);                            \
        return OK;                                                                                 \
    }                                                                                              \
    EACH(name, name##_one)
SCALE_UP(timestamp_seconds, US_PER_SECOND)
SCALE_UP(timestamp_millis, 1000)
SCALE_UP(timestamp_micros, 1)
MAP1(unix_seconds, int64_t, int64_t, floor_div(x, US_PER_SECOND))
MAP1(unix_millis, int64_t, int64_t, floor_div(x, 1000))
MAP1(unix_micros, int64_t, int64_t, x)

/* to_timestamp_ltz(number, precision): 0 seconds, 3 milliseconds. */
static Status to_timestamp_ltz_one(EvalCall *call, uint32_t row, Err *err)
{
    int32_t precision = ARG(call, 1, int32_t)[row];
    if (precision != 0 && precision != 3 && precision != 6)
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                         "the precision of to_timestamp_ltz must be 0, 3 or 6");
    int64_t unit = precision == 0 ? US_PER_SECOND : precision == 3 ? 1000 : 1;
    if (__builtin_mul_overflow(ARG(call, 0, int64_t)[row], unit, &OUT(call, int64_t)[row]))
        return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    return OK;
}
EACH(to_timestamp_ltz, to_timestamp_ltz_one)

/* Of a wall time in the session's zone. */
static Status unix_timestamp_wall(EvalCall *call, Err *err)
{
    const FormatState *state = call->state;
    (void)err;
    EACH_ROW(call, row)
    OUT(call, int64_t)
    [row] = floor_div(zone_to_utc(state->zone, ARG(call, 0, int64_t)[row]), US_PER_SECOND);
    return OK;
}
static Status epoch_seconds(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, double)[row] = (double)ARG(call, 0, int64_t)[row] / 1e6;
    return OK;
}
static Status unix_timestamp_now(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, int64_t)[row] = floor_div(call->arrival_us, US_PER_SECOND);
    return OK;
}

/* ---- binding ---- */

static Status bind(const BindCall *call, FnBinding *binding, StyleChoice style, const char *fixed,
                   bool is_try, Err *err)
{
    FormatState *state = ARENA_NEW(call->arena, FormatState);
    const Str *pattern = NULL;
    *state = (FormatState){.style = style, .pattern_arg = 1, .is_try = is_try};
    binding->state = state;
    TRY(bind_session_zone(call, &state->zone, err));
    state->zoned = call->arg_count > 0 && binding->arg_types[0].id == TYPE_TIMESTAMPTZ;
    if (call->arg_count > 1)
        TRY(bind_constant_text(call, binding, 1, &pattern, err));
    Str text = pattern ? *pattern : fixed ? str_from(fixed) : (Str){"", 0};
    state->known = pattern || call->arg_count < 2;
    if (state->known)
        TRY(compile(state, text, &state->format, call->arena, call->position, err));
    if (is_try)
        binding->flags = FN_STRICT | FN_MAKES_NULL | (state->known ? 0 : FN_CAN_FAIL);
    return OK;
}
#define BIND(name, style, fixed, is_try)                                                           \
    static Status name(const BindCall *call, FnBinding *binding, Err *err)                         \
    {                                                                                              \
        return bind(call, binding, style, fixed, is_try, err);                                     \
    }
BIND(bind_java, CHOOSE_JAVA, "yyyy-MM-dd HH:mm:ss", false)
BIND(bind_to_char, CHOOSE_POSTGRES, NULL, false)
BIND(bind_c, CHOOSE_C, NULL, false)
BIND(bind_try_c, CHOOSE_C, NULL, true)
BIND(bind_read, CHOOSE_GUESS, "yyyy-MM-dd HH:mm:ss", false)
BIND(bind_try_read, CHOOSE_GUESS, "yyyy-MM-dd HH:mm:ss", true)
BIND(bind_weekday, CHOOSE_JAVA, "EEEE", false)
BIND(bind_month, CHOOSE_JAVA, "MMMM", false)

/* from_unixtime: the seconds are a moment, shown in the session's zone. */
static Status bind_from_unixtime(const BindCall *call, FnBinding *binding, Err *err)
{
    TRY(bind_java(call, binding, err));
    ((FormatState *)binding->state)->zoned = true;
    return OK;
}

#define TIME_ROWS(name, eval, bind_to)                                                             \
    {name, "s(ts)", FAILS, eval, bind_to}, {name, "s(zs)", FAILS, eval, bind_to},                  \
    {                                                                                              \
        name, "s(Ds)", FAILS, eval, bind_to                                                        \
    }

extern const ScalarFn fn_time_format[];
const ScalarFn fn_time_format[] = {
    TIME_ROWS("date_format", date_format, bind_java),
    TIME_ROWS("to_char", date_format, bind_to_char),
    TIME_ROWS("strftime", date_format, bind_c),
    {"strptime", "t(ss)", FAILS, to_timestamp, bind_c},
    {"try_strptime", "t(ss)", FAILS, to_timestamp, bind_try_c},
    {"dayname", "s(t)", FN_STRICT, date_format, bind_weekday},
    {"dayname", "s(D)", FN_STRICT, date_format, bind_weekday},
    {"monthname", "s(t)", FN_STRICT, date_format, bind_month},
    {"monthname", "s(D)", FN_STRICT, date_format, bind_month},
    {"from_unixtime", "s(8?s)", FAILS, from_unixtime, bind_from_unixtime},
    {"to_timestamp", "t(ss)", FAILS, to_timestamp, bind_read},
    {"to_timestamp", "t(s)", FAILS, parse_timestamp_text, bind_read},
    {"to_timestamp", "z(d)", FAILS, from_seconds, NULL},
    {"to_timestamp_ntz", "t(ss)", FAILS, to_timestamp, bind_read},
    {"to_timestamp_ntz", "t(s)", FAILS, parse_timestamp_text, bind_read},
    {"try_to_timestamp", "t(ss)", FAILS, to_timestamp, bind_try_read},
    {"try_to_timestamp", "t(s)", FAILS, parse_timestamp_text, bind_try_read},
    {"to_date", "D(ss)", FAILS, to_date, bind_read},
    {"to_date", "D(s)", FAILS, parse_date_text, bind_read},
    {"unix_timestamp", "8()", FN_STABLE, unix_timestamp_now, NULL},
    {"unix_timestamp", "8(s?s)", FAILS, unix_timestamp_text, bind_read},
    {"unix_timestamp", "8(t)", FN_STRICT, unix_timestamp_wall, bind_read},
    {"unix_timestamp", "8(z)", FN_STRICT, unix_seconds, NULL},
    {"to_unixtime", "8(t)", FN_STRICT, unix_timestamp_wall, bind_read},
    {"to_unixtime", "8(z)", FN_STRICT, unix_seconds, NULL},
    {"epoch", "d(t)", FN_STRICT, epoch_seconds, NULL},
    {"epoch", "d(z)", FN_STRICT, epoch_seconds, NULL},
    {"epoch_ms", "8(t)", FN_STRICT, unix_millis, NULL},
    {"unix_seconds", "8(z)", FN_STRICT, unix_seconds, NULL},
    {"unix_millis", "8(z)", FN_STRICT, unix_millis, NULL},
    {"unix_micros", "8(z)", FN_STRICT, unix_micros, NULL},
    {"timestamp_seconds", "z(8)", FAILS, timestamp_seconds, NULL},
    {"timestamp_millis", "z(8)", FAILS, timestamp_millis, NULL},
    {"timestamp_micros", "z(8)", FAILS, timestamp_micros, NULL},
    {"to_unix_timestamp", "8(s?s)", FAILS, unix_timestamp_text, bind_read},
    {"to_timestamp_ltz", "z(s?s)", FAILS, to_moment, bind_read},
    {"to_timestamp_ltz", "z(84)", FAILS, to_timestamp_ltz, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
