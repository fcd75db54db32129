/*
 * fn_clock.c - now and its kin, and moving between time zones.
 *
 * The clock is the batch's arrival stamp, so that a replay sees the same times.
 */
#include "functions/time_unit.h"

#define FAILS (FN_STRICT | FN_CAN_FAIL)

typedef struct ClockState {
    const Zone *zone;
    bool known; /* timezone(): the zone is constant */
    bool iso;   /* its offsets count east */
    int zone_arg;
} ClockState;

static Status now(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, int64_t)[row] = call->arrival_us;
    return OK;
}
static int64_t wall_now(const EvalCall *call)
{
    const ClockState *state = call->state;
    return zone_from_utc(state->zone, call->arrival_us);
}
static Status local_timestamp(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, int64_t)[row] = wall_now(call);
    return OK;
}
static Status current_date(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, int32_t)[row] = (int32_t)floor_div(wall_now(call), US_PER_DAY);
    return OK;
}
static Status current_time(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, int64_t)[row] = floor_mod(wall_now(call), US_PER_DAY);
    return OK;
}

static Status bind_local(const BindCall *call, FnBinding *binding, Err *err)
{
    ClockState *state = ARENA_NEW(call->arena, ClockState);
    binding->state = state;
    return bind_session_zone(call, &state->zone, err);
}

/* ---- AT TIME ZONE ---- */

static Status zone_of(EvalCall *call, uint32_t row, const Zone **zone, Err *err)
{
    const ClockState *state = call->state;
    *zone = state->zone;
    if (state->known)
        return OK;
    return (state->iso ? zone_find_iso
                       : zone_find)(text_str(&ARG(call, state->zone_arg, Text)[row]), zone, err);
}
#define MOVE(name, time_arg, move)                                                                 \
    static Status name##_one(EvalCall *call, uint32_t row, Err *err)                               \
    {                                                                                              \
        const Zone *zone;                                                                          \
        TRY(zone_of(call, row, &zone, err));                                                       \
        OUT(call, int64_t)[row] = move(zone, ARG(call, time_arg, int64_t)[row]);                   \
        return OK;                                                                                 \
    }                                                                                              \
    EACH(name, name##_one)
MOVE(wall_to_moment, 1, zone_to_utc)
MOVE(moment_to_wall, 1, zone_from_utc)
MOVE(from_utc, 0, zone_from_utc)
MOVE(to_utc, 0, zone_to_utc)

/* From one zone's wall time to another's. */
static Status convert_wall(EvalCall *call, uint32_t row, int from_arg, int to_arg, int64_t wall,
                           int64_t *out, Err *err)
{
    const Zone *from, *to;
    TRY(zone_find_iso(text_str(&ARG(call, from_arg, Text)[row]), &from, err));
    TRY(zone_find_iso(text_str(&ARG(call, to_arg, Text)[row]), &to, err));
    *out = zone_from_utc(to, zone_to_utc(from, wall));
    return OK;
}
/* Spark's convert_timezone(from, to, time). */
static Status convert_timezone_one(EvalCall *call, uint32_t row, Err *err)
{
    return convert_wall(call, row, 0, 1, ARG(call, 2, int64_t)[row], &OUT(call, int64_t)[row], err);
}
/* Flink's convert_tz(text, from, to); NULL for what is no time. */
static Status convert_tz_one(EvalCall *call, uint32_t row, Err *err)
{
    char text[FORMAT_TIMESTAMP_MAX];
    Str in = text_str(&ARG(call, 0, Text)[row]);
    int64_t wall;
    if (!parse_timestamp(in.data, in.data + in.length, &wall)) {
        out_null(call, row);
        return OK;
    }
    TRY(convert_wall(call, row, 1, 2, wall, &wall, err));
    char *end = format_timestamp(text, wall - floor_mod(wall, US_PER_SECOND));
    OUT(call, Text)[row] = text_make_copy(call->scratch, text, (uint32_t)(end - text));
    return OK;
}
EACH(convert_timezone, convert_timezone_one)
EACH(convert_tz, convert_tz_one)

static Status bind_zone(const BindCall *call, FnBinding *binding, int arg, bool iso, Err *err)
{
    ClockState *state = ARENA_NEW(call->arena, ClockState);
    const Str *name;
    *state = (ClockState){.zone_arg = arg, .iso = iso};
    binding->state = state;
    TRY(bind_constant_text(call, binding, arg, &name, err));
    if (!name)
        return OK;
    state->known = true;
    binding->flags &= ~(uint32_t)FN_CAN_FAIL;
    Status status = (iso ? zone_find_iso : zone_find)(*name, &state->zone, err);
    if (status != OK && err) {
        err->position = call->position;
        zone_suggest(*name, err);
    }
    return status;
}
static Status bind_zone_first(const BindCall *call, FnBinding *binding, Err *err)
{
    return bind_zone(call, binding, 0, false, err);
}
/* Spark's functions read offsets as Java does. */
static Status bind_zone_spark(const BindCall *call, FnBinding *binding, Err *err)
{
    return bind_zone(call, binding, 1, true, err);
}

extern const ScalarFn fn_clock[];
const ScalarFn fn_clock[] = {
    {"now", "z()", FN_STABLE, now, NULL},
    {"current_timestamp", "z(?4)", FN_STABLE, now, NULL},
    {"transaction_timestamp", "z()", FN_STABLE, now, NULL},
    {"statement_timestamp", "z()", FN_STABLE, now, NULL},
    {"clock_timestamp", "z()", FN_STABLE, now, NULL},
    {"current_row_timestamp", "z()", FN_STABLE, now, NULL},
    {"proctime", "z()", FN_STABLE, now, NULL},
    {"localtimestamp", "t(?4)", FN_STABLE, local_timestamp, bind_local},
    {"current_date", "D()", FN_STABLE, current_date, bind_local},
    {"curdate", "D()", FN_STABLE, current_date, bind_local},
    {"today", "D()", FN_STABLE, current_date, bind_local},
    {"current_time", "T(?4)", FN_STABLE, current_time, bind_local},
    {"localtime", "T(?4)", FN_STABLE, current_time, bind_local},
    {"timezone", "z(st)", FAILS, wall_to_moment, bind_zone_first},
    {"timezone", "t(sz)", FAILS, moment_to_wall, bind_zone_first},
    {"from_utc_timestamp", "t(ts)", FAILS, from_utc, bind_zone_spark},
    {"to_utc_timestamp", "t(ts)", FAILS, to_utc, bind_zone_spark},
    {"convert_timezone", "t(sst)", FAILS, convert_timezone, NULL},
    {"convert_tz", "s(sss)", FAILS | FN_MAKES_NULL, convert_tz, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
