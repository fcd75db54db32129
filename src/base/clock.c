/* clock.c - see clock.h. */
#include "base/clock.h"

#include <stddef.h>
#include <time.h>

int64_t clock_now_us(const Clock *clock)
{
    if (clock && clock->is_virtual)
        return clock->virtual_us;
    struct timespec t;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_mono_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_mono_us(void)
{
    return clock_mono_ns() / 1000;
}
