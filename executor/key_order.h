/*
 * key_order.h - the beginning of a value as a number that orders as SQL orders the values.
 *
 * Values with equal prefixes must be compared in full; those whose prefixes
 * differ need not.  Nothing is said of NULL: callers put UINT64_MAX there and
 * compare in full on equality.
 */
#ifndef STREAMD_EXECUTOR_KEY_ORDER_H
#define STREAMD_EXECUTOR_KEY_ORDER_H

#include "types/type.h"

#define KEY_ORDER_SIGN (1ull << 63)

static inline uint64_t key_order_f64(double value)
{
    uint64_t bits;
    if (value != value)
        return UINT64_MAX; /* NaN is greatest */
    value += 0.0;
    memcpy(&bits, &value, sizeof bits);
    return bits & KEY_ORDER_SIGN ? ~bits : bits | KEY_ORDER_SIGN;
}

static inline uint64_t key_order_text(const Text *text)
{
    uint64_t bytes = 0;
    memcpy(&bytes, text_bytes(text), text->length < 8 ? text->length : 8);
    return __builtin_bswap64(bytes);
}

static inline uint64_t key_order_prefix(PhysicalClass physical, const void *value)
{
    int64_t integer = 0;
    switch (physical) {
    case PHYSICAL_BOOL:
        return *(const uint8_t *)value & 1u;
    case PHYSICAL_I8:
        integer = *(const int8_t *)value;
        break;
    case PHYSICAL_I16:
        integer = *(const int16_t *)value;
        break;
    case PHYSICAL_I32:
        integer = *(const int32_t *)value;
        break;
    case PHYSICAL_I64:
        integer = *(const int64_t *)value;
        break;
    case PHYSICAL_I128: /* the high half */
        memcpy(&integer, (const char *)value + 8, sizeof integer);
        break;
    case PHYSICAL_F32:
        return key_order_f64((double)*(const float *)value);
    case PHYSICAL_F64:
        return key_order_f64(*(const double *)value);
    case PHYSICAL_VIEW:
        return key_order_text(value);
    case PHYSICAL_INTERVAL:
    case PHYSICAL_LIST:
    case PHYSICAL_STRUCT:
        return 0;
    }
    return (uint64_t)integer ^ KEY_ORDER_SIGN;
}

#endif
