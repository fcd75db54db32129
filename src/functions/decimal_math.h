/*
 * decimal_math.h - arithmetic on the integers under DECIMAL, with 256 bits in between.
 */
#ifndef STREAMD_FUNCTIONS_DECIMAL_MATH_H
#define STREAMD_FUNCTIONS_DECIMAL_MATH_H

#include "types/type.h"

/* |value| < 10^38 */
bool decimal_fits(i128 value);
/* a * b / 10^drop rounded half away from zero; drop 0…76. False: more than 38 digits. */
bool decimal_multiply(i128 a, i128 b, int drop, i128 *out) MUST_CHECK;
/* a * 10^grow / b rounded half away from zero; b != 0, grow 0…76. False: more than 38 digits. */
bool decimal_divide(i128 a, i128 b, int grow, i128 *out) MUST_CHECK;
/* value * 10^(to - from), rounded half away from zero. False: more than 38 digits. */
bool decimal_rescale(i128 value, int from, int to, i128 *out) MUST_CHECK;
/* The nearest DOUBLE to value / 10^scale, and the other way (false: not finite or too many digits;
 * rounds half away from zero of the DOUBLE's shortest text). */
double decimal_to_double(i128 value, int scale);
bool decimal_from_double(double value, int scale, i128 *out) MUST_CHECK;

#endif
