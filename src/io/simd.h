/*
 * simd.h - which instructions the hot loops may use, decided when the program first asks.
 *
 * STREAMD_SIMD=portable|avx2|avx512 lowers the level (never raises it above what the processor
 * has).
 */
#ifndef STREAMD_IO_SIMD_H
#define STREAMD_IO_SIMD_H

#include <stdbool.h>

typedef enum SimdLevel {
    SIMD_PORTABLE, /* 8 bytes at a time in plain C */
    SIMD_AVX2,     /* x86-64-v3 and carry-less multiplication */
    SIMD_AVX512    /* and BW, VL, VBMI2 */
} SimdLevel;

SimdLevel simd_level(void);
SimdLevel simd_best(void);      /* what this processor has */
void simd_set(SimdLevel level); /* for tests; must not be above simd_best */

#endif
