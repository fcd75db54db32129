/* simd.c - see simd.h. */
#include "io/simd.h"

#include <stdlib.h>
#include <string.h>

SimdLevel simd_best(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2") ||
        !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("pclmul"))
        return SIMD_PORTABLE;
    if (!__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl") ||
        !__builtin_cpu_supports("avx512vbmi2"))
        return SIMD_AVX2;
    return SIMD_AVX512;
#else
    return SIMD_PORTABLE;
#endif
}

static SimdLevel level_chosen(void)
{
    static const char *const names[] = {"portable", "avx2", "avx512"};
    SimdLevel best = simd_best();
    const char *wanted = getenv("STREAMD_SIMD");
    for (int i = 0; wanted && i < (int)best; i++)
        if (strcmp(wanted, names[i]) == 0)
            return (SimdLevel)i;
    return best;
}

static _Atomic int level_known = -1;

SimdLevel simd_level(void)
{
    int level = level_known;
    if (level < 0) /* two threads may both look; they see the same */
        level_known = level = (int)level_chosen();
    return (SimdLevel)level;
}

void simd_set(SimdLevel level)
{
    level_known = (int)level;
}
