/* str.c - comparing, validating and measuring text; see str.h. */
#include "base/str.h"

static unsigned char lower(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool str_equal(Str a, Str b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

bool str_equal_nocase(Str a, Str b)
{
    if (a.length != b.length)
        return false;
    for (size_t i = 0; i < a.length; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    return true;
}

bool text_equal_nocase(const char *a, const char *b)
{
    for (; *a && lower(*a) == lower(*b); a++, b++) {
    }
    return *a == *b;
}

int str_compare(Str a, Str b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter ? memcmp(a.data, b.data, shorter) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

Str str_trim(Str s)
{
    while (s.length && is_blank(s.data[0])) {
        s.data++;
        s.length--;
    }
    while (s.length && is_blank(s.data[s.length - 1]))
        s.length--;
    return s;
}

bool str_has_prefix(Str s, Str prefix)
{
    return s.length >= prefix.length && str_equal((Str){s.data, prefix.length}, prefix);
}

bool str_has_suffix(Str s, Str suffix)
{
    return s.length >= suffix.length &&
           str_equal((Str){s.data + (s.length - suffix.length), suffix.length}, suffix);
}

static bool is_continuation(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* Length of the valid multi-byte character at p (Unicode table 3-7: no overlong forms, no
 * surrogates, nothing above U+10FFFF), or 0. */
static size_t utf8_character(const unsigned char *p, const unsigned char *end)
{
    size_t left = (size_t)(end - p);
    unsigned char c = p[0];
    if (c < 0xC2)
        return 0;
    if (c < 0xE0)
        return left >= 2 && is_continuation(p[1]) ? 2 : 0;
    if (c < 0xF0) {
        unsigned char low = c == 0xE0 ? 0xA0 : 0x80, high = c == 0xED ? 0x9F : 0xBF;
        return left >= 3 && p[1] >= low && p[1] <= high && is_continuation(p[2]) ? 3 : 0;
    }
    if (c < 0xF5) {
        unsigned char low = c == 0xF0 ? 0x90 : 0x80, high = c == 0xF4 ? 0x8F : 0xBF;
        return left >= 4 && p[1] >= low && p[1] <= high && is_continuation(p[2]) &&
                       is_continuation(p[3])
                   ? 4
                   : 0;
    }
    return 0;
}

static const unsigned char *skip_ascii(const unsigned char *p, const unsigned char *end)
{
    const uint64_t high_bits = 0x8080808080808080ull;
    uint64_t w[4];
    for (; end - p >= 32; p += 32) {
        memcpy(w, p, 32);
        if ((w[0] | w[1] | w[2] | w[3]) & high_bits)
            break;
    }
    for (; end - p >= 8; p += 8) {
        memcpy(w, p, 8);
        if (w[0] & high_bits)
            break;
    }
    while (p < end && *p < 0x80)
        p++;
    return p;
}

bool utf8_valid(const char *data, size_t length)
{
    if (!length)
        return true;
    const unsigned char *p = (const unsigned char *)data, *end = p + length;
    for (;;) {
        p = skip_ascii(p, end);
        if (p == end)
            return true;
        /* Text outside ASCII comes in runs. */
        do {
            size_t size = utf8_character(p, end);
            if (!size)
                return false;
            p += size;
        } while (p < end && *p >= 0x80);
    }
}

size_t utf8_count(const char *data, size_t length)
{
    size_t continuations = 0, i = 0;
    for (; length - i >= 8; i += 8) {
        uint64_t w;
        memcpy(&w, data + i, 8);
        /* Bit 7 set and bit 6 clear, gathered in the lowest bit of each byte. */
        uint64_t marks = (w >> 7) & ~(w >> 6) & 0x0101010101010101ull;
        continuations += (size_t)__builtin_popcountll(marks);
    }
    for (; i < length; i++)
        continuations += is_continuation((unsigned char)data[i]);
    return length - continuations;
}

enum { LONGEST_COMPARED = 127 };

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

int text_distance(const char *a, const char *b, int limit)
{
    size_t a_length = strlen(a), b_length = strlen(b);
    size_t apart = a_length > b_length ? a_length - b_length : b_length - a_length;
    if (limit < 0 || apart > (size_t)limit)
        return limit + 1;
    if (a_length > LONGEST_COMPARED || b_length > LONGEST_COMPARED)
        return text_equal_nocase(a, b) ? 0 : limit + 1;
    int rows[3][LONGEST_COMPARED + 1];
    int *before = rows[0], *above = rows[1], *row = rows[2];
    for (int j = 0; j <= (int)b_length; j++)
        above[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        int least = row[0] = (int)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned char ca = lower(a[i - 1]), cb = lower(b[j - 1]);
            int d = above[j - 1] + (ca != cb);
            d = smaller(d, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && ca == lower(b[j - 2]) && cb == lower(a[i - 2]))
                d = smaller(d, before[j - 2] + 1);
            row[j] = d;
            least = smaller(least, d);
        }
        /* A transposition reaches back two rows, so one row above the limit decides nothing yet. */
        if (least > limit + 1)
            return limit + 1;
        int *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return smaller(above[b_length], limit + 1);
}

Nearest nearest_start(const char *wanted)
{
    size_t length = strlen(wanted);
    int limit = length >= 10 ? 4 : (int)(length + 2) / 3;
    return (Nearest){.wanted = wanted, .best = NULL, .distance = limit + 1};
}

void nearest_offer(Nearest *nearest, const char *name)
{
    int d = text_distance(nearest->wanted, name, nearest->distance - 1);
    /* Names that share nothing are no help: "a" is not a misspelt "b". */
    if (d < nearest->distance &&
        (d == 0 || ((size_t)d < strlen(name) && (size_t)d < strlen(nearest->wanted)))) {
        nearest->best = name;
        nearest->distance = d;
    }
}

Status nearest_hint(const Nearest *nearest, Err *err)
{
    return nearest->best ? err_hint(err, "Did you mean \"%s\"?", nearest->best) : FAIL;
}

typedef struct Unit {
    const char *name;
    int64_t factor;
} Unit;

/* "12" or "1.5" at *p, as a whole number and a fraction in billionths. */
static bool read_number(const char **p, int64_t *whole, int64_t *billionths)
{
    const char *at = *p;
    int64_t value = 0, fraction = 0, scale = 100000000;
    bool digits = false;
    for (; *at >= '0' && *at <= '9'; at++, digits = true)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, *at - '0', &value))
            return false;
    if (*at == '.') {
        for (at++; *at >= '0' && *at <= '9'; at++, digits = true, scale /= 10)
            fraction += scale * (*at - '0');
    }
    if (!digits)
        return false;
    *p = at;
    *whole = value;
    *billionths = fraction;
    return true;
}

static const char *skip_blanks(const char *p)
{
    while (is_blank(*p))
        p++;
    return p;
}

/* Reads the unit at *p: letters, and the bytes of 'µ'. */
static const Unit *read_unit(const char **p, const Unit *units, size_t count)
{
    const char *start = *p, *end = start;
    while ((lower(*end) >= 'a' && lower(*end) <= 'z') || (unsigned char)*end >= 0x80)
        end++;
    Str name = {start, (size_t)(end - start)};
    for (size_t i = 0; i < count; i++) {
        if (str_equal_nocase(name, str_from(units[i].name))) {
            *p = end;
            return &units[i];
        }
    }
    return NULL;
}

static bool scaled(int64_t whole, int64_t billionths, int64_t factor, int64_t *result)
{
    int64_t part = (int64_t)((__int128)billionths * factor / 1000000000);
    return !__builtin_mul_overflow(whole, factor, result) &&
           !__builtin_add_overflow(*result, part, result);
}

bool text_to_bytes(const char *text, int64_t *bytes)
{
    const int64_t k = 1024, m = k * k, g = m * k, t = g * k, e = t * k;
    const Unit units[] = {
        {"", 1},    {"b", 1},         {"byte", 1}, {"bytes", 1},     {"k", k},   {"kb", k},
        {"kib", k}, {"kibibytes", k}, {"m", m},    {"mb", m},        {"mib", m}, {"mebibytes", m},
        {"g", g},   {"gb", g},        {"gib", g},  {"gibibytes", g}, {"t", t},   {"tb", t},
        {"tib", t}, {"tebibytes", t}, {"p", e},    {"pb", e},        {"pib", e},
    };
    int64_t whole, billionths, value;
    const char *p = skip_blanks(text);
    if (!read_number(&p, &whole, &billionths))
        return false;
    p = skip_blanks(p);
    const Unit *unit = read_unit(&p, units, sizeof units / sizeof *units);
    if (!unit || *skip_blanks(p) || !scaled(whole, billionths, unit->factor, &value))
        return false;
    *bytes = value;
    return true;
}

/* "hh:mm:ss" with a fraction perhaps. */
static bool clock_to_us(const char *p, int64_t *us)
{
    int64_t parts[3] = {0}, billionths = 0;
    for (int i = 0; i < 3; i++) {
        if (i > 0 && *p++ != ':')
            return false;
        if (*p < '0' || *p > '9' || !read_number(&p, &parts[i], &billionths) ||
            (i < 2 && (p[0] != ':' || billionths != 0)))
            return false;
        if (i > 0 && parts[i] > 59)
            return false;
    }
    if (*skip_blanks(p) || parts[0] > INT64_MAX / 3600000000 - 1)
        return false;
    *us = ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000000 + billionths / 1000;
    return true;
}

bool text_to_duration_us(const char *text, int64_t *us)
{
    static const int64_t s = 1000000, min = 60 * s, h = 60 * min, d = 24 * h;
    const Unit units[] = {
        {"us", 1},
        {"µs", 1},
        {"micro", 1},
        {"micros", 1},
        {"microsecond", 1},
        {"microseconds", 1},
        {"ms", 1000},
        {"milli", 1000},
        {"millis", 1000},
        {"millisecond", 1000},
        {"milliseconds", 1000},
        {"s", s},
        {"sec", s},
        {"secs", s},
        {"second", s},
        {"seconds", s},
        {"m", min},
        {"min", min},
        {"mins", min},
        {"minute", min},
        {"minutes", min},
        {"h", h},
        {"hour", h},
        {"hours", h},
        {"d", d},
        {"day", d},
        {"days", d},
        {"week", 7 * d},
        {"weeks", 7 * d},
    };
    const char *p = skip_blanks(text);
    if (clock_to_us(p, us))
        return true;
    int64_t total = 0;
    for (bool first = true; first || *p; first = false) {
        int64_t whole, billionths, value, factor = 1000;
        if (!read_number(&p, &whole, &billionths))
            return false;
        p = skip_blanks(p);
        if (!first || *p) {
            const Unit *unit = read_unit(&p, units, sizeof units / sizeof *units);
            if (!unit)
                return false;
            factor = unit->factor;
        }
        if (!scaled(whole, billionths, factor, &value) ||
            __builtin_add_overflow(total, value, &total))
            return false;
        p = skip_blanks(p);
    }
    *us = total;
    return true;
}

bool text_to_bool(const char *text, bool *value)
{
    static const char *const words[] = {"false", "true", "off", "on", "no", "yes", "0", "1"};
    Str s = str_trim(str_from(text));
    for (int i = 0; i < 8; i++) {
        if (str_equal_nocase(s, str_from(words[i]))) {
            *value = i % 2 == 1;
            return true;
        }
    }
    return false;
}

bool text_to_i64(const char *text, int64_t *value)
{
    const char *p = skip_blanks(text);
    bool negative = *p == '-';
    if (*p == '-' || *p == '+')
        p++;
    if (*p < '0' || *p > '9')
        return false;
    int64_t v = 0;
    for (; *p >= '0' && *p <= '9'; p++) {
        int digit = negative ? '0' - *p : *p - '0';
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, digit, &v))
            return false;
    }
    if (*skip_blanks(p))
        return false;
    *value = v;
    return true;
}
