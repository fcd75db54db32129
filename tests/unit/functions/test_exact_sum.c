#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include "functions/exact_sum.h"

static uint64_t seed = 88172645463325252ull;

static uint64_t next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

/* Python's math.fsum: Shewchuk's partial sums, then rounded half to even. */
static double fsum(const double *values, size_t count)
{
    static double partials[4096];
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        double x = values[i];
        size_t kept = 0;
        for (size_t k = 0; k < n; k++) {
            double y = partials[k];
            if (fabs(x) < fabs(y)) {
                double swap = x;
                x = y;
                y = swap;
            }
            volatile double high = x + y;
            volatile double low = y - (high - x);
            if (low != 0)
                partials[kept++] = low;
            x = high;
        }
        n = kept;
        partials[n++] = x;
    }
    double high = 0, low = 0;
    if (n > 0) {
        high = partials[--n];
        while (n > 0) {
            double x = high, y = partials[--n];
            volatile double sum = x + y;
            volatile double rounded = sum - x;
            high = sum;
            low = y - rounded;
            if (low != 0)
                break;
        }
        if (n > 0 && ((low < 0 && partials[n - 1] < 0) || (low > 0 && partials[n - 1] > 0))) {
            double y = low * 2;
            volatile double x = high + y;
            if (y == x - high)
                high = x;
        }
    }
    return high;
}

typedef enum Kind { PRICES, MIXED, WIDE, CANCELLING, TINY, KINDS } Kind;

static double random_value(Kind kind)
{
    double unit = (double)(next() >> 11) * 0x1p-53, sign = next() & 1 ? 1 : -1;
    switch (kind) {
    case PRICES:
        return floor(unit * 3e6) / 100;
    case MIXED:
        return sign * ldexp(unit, (int)(next() % 120) - 60);
    case WIDE:
        return sign * ldexp(1 + unit, (int)(next() % 1900) - 950);
    case CANCELLING:
        return next() % 3 == 0 ? sign * 1e16 : sign * unit;
    case TINY:
        return sign * ldexp(unit, -1060 - (int)(next() % 20));
    case KINDS:
        break;
    }
    return 0;
}

static void add_all(ExactSum *sum, const double *values, size_t count, Arena *heap)
{
    for (size_t i = 0; i < count; i++) {
        exact_sum_add(sum, values[i], heap);
        sum->count++;
    }
}

static void assert_same(const ExactSum *a, const ExactSum *b)
{
    char x[EXACT_BYTES_MAX], y[EXACT_BYTES_MAX];
    size_t n = exact_sum_save(a, x);
    cr_assert_eq(n, exact_sum_save(b, y));
    cr_assert(n == 0 || memcmp(x, y, n) == 0);
    cr_assert_eq(exact_sum_kind(a), exact_sum_kind(b));
}

static void shuffle(double *values, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t k = next() % i;
        double swap = values[i - 1];
        values[i - 1] = values[k];
        values[k] = swap;
    }
}

enum { VALUES = 500 };

Test(exact_sum, agrees_with_fsum_in_any_order_and_grouping)
{
    static double values[VALUES], noise[VALUES];
    for (int round = 0; round < 400; round++) {
        Arena heap;
        arena_init(&heap);
        size_t count = next() % VALUES;
        for (size_t i = 0; i < count; i++) {
            values[i] = random_value((Kind)(round % KINDS));
            noise[i] = random_value((Kind)(next() % KINDS));
        }
        ExactSum straight = {.unit = 0}, shuffled = {.unit = 0}, merged = {.unit = 0};
        add_all(&straight, values, count, &heap);
        double expected = fsum(values, count), got = exact_sum_value(&straight, 1);
        cr_assert(got == expected, "round %d: %.17g, not %.17g", round, got, expected);

        shuffle(values, count);
        add_all(&shuffled, values, count, &heap);
        assert_same(&straight, &shuffled);

        /* Groups, merged; the noise comes and goes. */
        for (size_t i = 0; i < count;) {
            ExactSum part = {.unit = 0};
            size_t n = 1 + next() % 40;
            n = n > count - i ? count - i : n;
            add_all(&part, values + i, n, &heap);
            add_all(&part, noise + i, n, &heap);
            exact_sum_merge(&merged, &part, &heap);
            i += n;
        }
        for (size_t i = 0; i < count; i++)
            exact_sum_add_weighted(&merged, noise[i], -1, &heap);
        assert_same(&straight, &merged);

        /* Stored and read back, then everything taken away. */
        char bytes[EXACT_BYTES_MAX];
        ExactSum loaded = {.unit = 0};
        size_t length = exact_sum_save(&straight, bytes);
        cr_assert(exact_sum_load(&loaded, bytes, length, &heap));
        assert_same(&straight, &loaded);
        for (size_t i = 0; i < count; i++)
            exact_sum_add_weighted(&loaded, values[i], -1, &heap);
        cr_assert_eq(exact_sum_save(&loaded, bytes), 0);
        cr_assert(exact_sum_value(&loaded, 1) == 0 && !signbit(exact_sum_value(&loaded, 1)));
        arena_deinit(&heap);
    }
}

Test(exact_sum, weights_are_repetitions)
{
    for (int round = 0; round < 200; round++) {
        Arena heap;
        arena_init(&heap);
        ExactSum once = {.unit = 0}, often = {.unit = 0};
        for (int i = 0; i < 20; i++) {
            double value = random_value((Kind)(round % KINDS));
            int64_t weight = (int64_t)(next() % 41) - 20;
            exact_sum_add_weighted(&once, value, weight, &heap);
            for (int64_t n = 0; n < (weight < 0 ? -weight : weight); n++)
                exact_sum_add_weighted(&often, value, weight < 0 ? -1 : 1, &heap);
        }
        assert_same(&once, &often);
        exact_sum_add_weighted(&once, DBL_MAX, INT32_MAX, &heap);
        exact_sum_add_weighted(&once, DBL_MAX, -INT32_MAX, &heap);
        assert_same(&once, &often);
        arena_deinit(&heap);
    }
}

Test(exact_sum, quotients_are_nearest)
{
    for (int round = 0; round < 20000; round++) {
        Arena heap;
        arena_init(&heap);
        int64_t total = (int64_t)(next() >> 12), count = 1 + (int64_t)(next() % 4096);
        ExactSum sum = {.unit = 0};
        exact_sum_add(&sum, (double)total, &heap);
        double quotient = exact_sum_value(&sum, (uint64_t)count);
        /* |total - q count| is least for q = quotient; in units of 2^-64. */
        i128 best = 0;
        for (int side = 0; side < 3; side++) {
            double q = side == 0 ? quotient : nextafter(quotient, side == 1 ? 1e300 : -1e300);
            int exponent;
            double fraction = frexp(q, &exponent);
            i128 mantissa = (i128)ldexp(fraction, 53);
            int shift = 60 - (53 - exponent);
            if (q <= 0 || shift < 0 || shift > 60)
                continue;
            i128 distance = ((i128)total << 60) - (mantissa << shift) * count;
            distance = distance < 0 ? -distance : distance;
            if (side == 0)
                best = distance;
            else
                cr_assert(best <= distance, "%ld / %ld is not %.17g", total, count, quotient);
        }
        arena_deinit(&heap);
    }
}

Test(exact_sum, specials)
{
    Arena heap;
    arena_init(&heap);
    ExactSum sum = {.unit = 0};
    cr_assert(exact_sum_value(&sum, 1) == 0);
    exact_sum_add(&sum, -0.0, &heap);
    cr_assert(!signbit(exact_sum_value(&sum, 1)));
    exact_sum_add(&sum, 1.5, &heap);
    exact_sum_add(&sum, HUGE_VAL, &heap);
    cr_assert_eq(exact_sum_kind(&sum), EXACT_PLUS_INFINITY);
    exact_sum_add(&sum, -HUGE_VAL, &heap);
    cr_assert_eq(exact_sum_kind(&sum), EXACT_NAN);
    exact_sum_add_weighted(&sum, HUGE_VAL, -1, &heap);
    cr_assert_eq(exact_sum_kind(&sum), EXACT_MINUS_INFINITY);
    exact_sum_add_weighted(&sum, -HUGE_VAL, -1, &heap);
    cr_assert_eq(exact_sum_kind(&sum), EXACT_FINITE);
    cr_assert(exact_sum_value(&sum, 1) == 1.5);
    exact_sum_add(&sum, (double)NAN, &heap);
    cr_assert(isnan(exact_sum_value(&sum, 1)));
    exact_sum_add_weighted(&sum, (double)NAN, -1, &heap);
    cr_assert(exact_sum_value(&sum, 1) == 1.5);
    arena_deinit(&heap);
}

Test(exact_sum, ends_of_the_range)
{
    Arena heap;
    arena_init(&heap);
    ExactSum sum = {.unit = 0};
    exact_sum_add(&sum, DBL_MAX, &heap);
    exact_sum_add(&sum, DBL_MAX, &heap);
    cr_assert(isinf(exact_sum_value(&sum, 1)));
    cr_assert_eq(exact_sum_kind(&sum), EXACT_FINITE);
    cr_assert(exact_sum_value(&sum, 2) == DBL_MAX);
    exact_sum_add(&sum, -DBL_MAX, &heap);
    cr_assert(exact_sum_value(&sum, 1) == DBL_MAX);
    exact_sum_add(&sum, 0x1p-1074, &heap);
    cr_assert(exact_sum_value(&sum, 1) == DBL_MAX);
    exact_sum_add(&sum, -DBL_MAX, &heap);
    cr_assert(exact_sum_value(&sum, 1) == 0x1p-1074);
    cr_assert(exact_sum_value(&sum, 2) == 0); /* half of the least: to even */
    exact_sum_add(&sum, 0x1p-1073, &heap);
    cr_assert(exact_sum_value(&sum, 2) == 0x1p-1073);
    /* Many large values stay exact. */
    ExactSum many = {.unit = 0};
    for (int i = 0; i < 100000; i++)
        exact_sum_add(&many, 1e308, &heap);
    for (int i = 0; i < 99999; i++)
        exact_sum_add_weighted(&many, 1e308, -1, &heap);
    cr_assert(exact_sum_value(&many, 1) == 1e308);
    cr_assert_not(exact_sum_load(&many, "\1\0", 2, &heap));
    cr_assert_not(exact_sum_load(&many, "\0\xff\xff\1", 4, &heap));
    arena_deinit(&heap);
}
