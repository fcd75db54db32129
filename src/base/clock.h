/*
 * clock.h - the only place that reads the machine's clocks.
 *
 * Nothing in executor/ includes this.  The engine asks a Clock, which is the
 * machine's or, in replay, a virtual one that moves only when told to.
 */
#ifndef STREAMD_BASE_CLOCK_H
#define STREAMD_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Clock {
    bool is_virtual;
    _Atomic int64_t virtual_us; /* since 1970-01-01 00:00:00 UTC */
    int64_t began_us;           /* the machine's time when a virtual clock began */
} Clock;

int64_t clock_now_us(const Clock *clock); /* wall time, µs since the epoch; NULL: the machine's */
int64_t clock_mono_us(void);              /* for measuring and time-outs only */
int64_t clock_mono_ns(void);

#endif
