/* parse.c - integers and booleans from text; see type.h. */
#include "types/parse_scan.h"

ParseResult parse_integer(const char *from, const char *end, int64_t *value)
{
    scan_trim(&from, &end);
    bool negative = false;
    if (from < end && (*from == '-' || *from == '+'))
        negative = *from++ == '-';
    if (from == end)
        return PARSE_FORM;
    if (end - from > 19) {
        for (const char *c = from; c < end; c++)
            if (!scan_is_digit(*c))
                return PARSE_FORM;
        while (from < end - 1 && *from == '0')
            from++;
        if (end - from > 19)
            return PARSE_RANGE;
    }
    uint64_t magnitude = 0;
    for (; end - from >= 8; from += 8) {
        uint64_t word = scan_load8(from);
        if (!scan_is_eight_digits(word))
            return PARSE_FORM;
        magnitude = magnitude * 100000000 + scan_eight_digits(word);
    }
    if (from < end) {
        uint64_t word = scan_load_short(from, (size_t)(end - from));
        word |= 0x3030303030303030u >> (8 * (end - from)); /* zeros in front */
        if (!scan_is_eight_digits(word))
            return PARSE_FORM;
        magnitude = magnitude * pow10_u64[end - from] + scan_eight_digits(word);
    }
    if (magnitude > (uint64_t)INT64_MAX + negative)
        return PARSE_RANGE;
    *value = (int64_t)(negative ? 0 - magnitude : magnitude);
    return PARSE_OK;
}

/* As PostgreSQL: 1, 0, on, off and any beginning of true, false, yes, no (and of "off" from "of").
 */
bool parse_bool(const char *from, const char *end, bool *value)
{
    static const struct {
        const char *word;
        uint8_t least;
        bool value;
    } words[] = {
        {"true", 1, true}, {"false", 1, false}, {"yes", 1, true}, {"no", 1, false},
        {"on", 2, true},   {"off", 2, false},   {"1", 1, true},   {"0", 1, false},
    };
    scan_trim(&from, &end);
    size_t length = (size_t)(end - from);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t whole = strlen(words[i].word);
        if (length < words[i].least || length > whole)
            continue;
        size_t same = 0;
        while (same < length && (from[same] | ' ') == words[i].word[same])
            same++;
        if (same == length) {
            *value = words[i].value;
            return true;
        }
    }
    return false;
}

bool parse_i64(const char *from, const char *end, int64_t *value)
{
    return parse_integer(from, end, value) == PARSE_OK;
}
