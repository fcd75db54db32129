/*
 * fn_bits.c - single bits and bytes, and Spark's names for shifts.
 */
#include "functions/text_math.h"

#define FAILS (FN_STRICT | FN_CAN_FAIL)
#define TOTAL (FN_STRICT | FN_TOTAL)

/* As Java: only the low bits of the distance count. */
MAP2(shl_i32, int32_t, int32_t, int32_t, (uint32_t)x << (y & 31))
MAP2(shl_i64, int64_t, int32_t, int64_t, (uint64_t)x << (y & 63))
MAP2(shr_i32, int32_t, int32_t, int32_t, x >> (y & 31))
MAP2(shr_i64, int64_t, int32_t, int64_t, x >> (y & 63))
MAP2(shru_i32, int32_t, int32_t, int32_t, (uint32_t)x >> (y & 31))
MAP2(shru_i64, int64_t, int32_t, int64_t, (uint64_t)x >> (y & 63))
MAP1(count_bool, bool, int32_t, x)
MAP1(count_i32, int32_t, int32_t, __builtin_popcountll((unsigned long long)x))
MAP1(count_i64, int64_t, int32_t, __builtin_popcountll((unsigned long long)x))

static Status count_bytes(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        Str in = text_str(&ARG(call, 0, Text)[row]);
        int64_t count = 0;
        for (size_t i = 0; i < in.length; i++)
            count += __builtin_popcount((unsigned char)in.data[i]);
        OUT(call, int64_t)[row] = count;
    }
    return OK;
}

/* Where bit or byte n of a BYTES lies; bits from each byte's lowest, as PostgreSQL counts. */
static Status place(EvalCall *call, uint32_t row, bool bits, size_t *byte, int *shift, Err *err)
{
    Str in = text_str(&ARG(call, 0, Text)[row]);
    int64_t n = ARG(call, 1, int64_t)[row];
    int64_t count = (int64_t)in.length * (bits ? 8 : 1);
    if (n < 0 || n >= count)
        return eval_fail(call, row, err, SQLSTATE_ARRAY_SUBSCRIPT, -1,
                         "index %lld out of valid range, 0..%lld", (long long)n,
                         (long long)count - 1);
    *byte = (size_t)(bits ? n / 8 : n);
    *shift = bits ? (int)(n % 8) : 0;
    return OK;
}

static Status get(EvalCall *call, uint32_t row, bool bits, Err *err)
{
    size_t byte = 0;
    int shift = 0;
    TRY(place(call, row, bits, &byte, &shift, err));
    unsigned value = (unsigned char)text_bytes(&ARG(call, 0, Text)[row])[byte];
    OUT(call, int32_t)[row] = (int32_t)(bits ? value >> shift & 1 : value);
    return OK;
}
static Status set(EvalCall *call, uint32_t row, bool bits, Err *err)
{
    size_t byte = 0;
    int shift = 0;
    TRY(place(call, row, bits, &byte, &shift, err));
    Str in = text_str(&ARG(call, 0, Text)[row]);
    int32_t value = ARG(call, 2, int32_t)[row];
    if (bits && (value < 0 || value > 1))
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1, "new bit must be 0 or 1");
    char *to = text_room(call, row, in.length, err);
    if (!to)
        return FAIL;
    memcpy(to, in.data, in.length);
    to[byte] = (char)(bits ? (to[byte] & ~(1 << shift)) | value << shift : value);
    OUT(call, Text)[row] = text_from(to, in.length);
    return OK;
}
static Status get_bit_one(EvalCall *call, uint32_t row, Err *err)
{
    return get(call, row, true, err);
}
static Status get_byte_one(EvalCall *call, uint32_t row, Err *err)
{
    return get(call, row, false, err);
}
static Status set_bit_one(EvalCall *call, uint32_t row, Err *err)
{
    return set(call, row, true, err);
}
static Status set_byte_one(EvalCall *call, uint32_t row, Err *err)
{
    return set(call, row, false, err);
}
EACH(get_bit, get_bit_one)
EACH(get_byte, get_byte_one)
EACH(set_bit, set_bit_one)
EACH(set_byte, set_byte_one)

extern const ScalarFn fn_bits[];
const ScalarFn fn_bits[] = {
    {"shiftleft", "4(44)", TOTAL, shl_i32, NULL},
    {"shiftleft", "8(84)", TOTAL, shl_i64, NULL},
    {"shiftright", "4(44)", TOTAL, shr_i32, NULL},
    {"shiftright", "8(84)", TOTAL, shr_i64, NULL},
    {"shiftrightunsigned", "4(44)", TOTAL, shru_i32, NULL},
    {"shiftrightunsigned", "8(84)", TOTAL, shru_i64, NULL},
    {"bit_count", "4(b)", TOTAL, count_bool, NULL},
    {"bit_count", "4(4)", TOTAL, count_i32, NULL},
    {"bit_count", "4(8)", TOTAL, count_i64, NULL},
    {"bit_count", "8(x)", FN_STRICT, count_bytes, NULL},
    {"get_bit", "4(x8)", FAILS, get_bit, NULL},
    {"get_byte", "4(x8)", FAILS, get_byte, NULL},
    {"set_bit", "x(x84)", FAILS, set_bit, NULL},
    {"set_byte", "x(x84)", FAILS, set_byte, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
