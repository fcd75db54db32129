/*
 * zone.c - reads TZif files (RFC 8536) and the POSIX rule at their end.
 *
 *     header 44 bytes, version 1 body (skipped), header, version 2 body:
 *     transition times 8 bytes each, their type numbers, types of 6 bytes
 *     (offset 4, daylight 1, name 1), …, then "\n" rule "\n"
 *
 * Times after the last transition follow the rule, "CET-1CEST,M3.5.0,M10.5.0/3".
 */
#include "types/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/file.h"
#include "base/thread.h"
#include "types/type.h"

enum { HEADER_BYTES = 44, OFFSET_HOURS = 24 };

/* When a rule's change happens: Mm.w.d, Jn or n, and the time of day. */
typedef struct RuleDate {
    char kind; /* 'M', 'J', 'n' */
    int month, week, day;
    int32_t seconds;
} RuleDate;

typedef struct Rule {
    bool present, has_dst;
    int32_t standard, daylight; /* seconds east */
    RuleDate start, end;        /* of daylight time */
} Rule;

struct Zone {
    char name[ZONE_NAME_MAX];
    bool counts_west; /* see zone_counts_west */
    size_t count;
    int64_t *at;      /* transition times, seconds, ascending */
    int32_t *offsets; /* from each transition on */
    int32_t first;    /* before the first transition */
    Rule rule;
    Zone *next;
};

/* ---- the POSIX rule ---- */

static const char *skip_name(const char *p)
{
    if (*p == '<') {
        while (*p && *p != '>')
            p++;
        return *p ? p + 1 : p;
    }
    while ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z'))
        p++;
    return p;
}

static const char *read_int(const char *p, int *out)
{
    int value = 0;
    while (*p >= '0' && *p <= '9' && value < 100000)
        value = value * 10 + (*p++ - '0');
    *out = value;
    return p;
}

/* [+-]h[:m[:s]] */
static const char *read_time(const char *p, int32_t *seconds)
{
    int sign = 1, part[3] = {0, 0, 0};
    if (*p == '+' || *p == '-')
        sign = *p++ == '-' ? -1 : 1;
    for (int i = 0; i < 3; i++) {
        p = read_int(p, &part[i]);
        if (*p != ':')
            break;
        p++;
    }
    *seconds = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
    return p;
}

static const char *read_rule_date(const char *p, RuleDate *date)
{
    date->seconds = 7200;
    if (*p == 'M') {
        date->kind = 'M';
        p = read_int(p + 1, &date->month);
        p = read_int(*p == '.' ? p + 1 : p, &date->week);
        p = read_int(*p == '.' ? p + 1 : p, &date->day);
    } else {
        date->kind = *p == 'J' ? 'J' : 'n';
        p = read_int(*p == 'J' ? p + 1 : p, &date->day);
    }
    return *p == '/' ? read_time(p + 1, &date->seconds) : p;
}

static void rule_read(Rule *rule, const char *p)
{
    int32_t west;
    const char *name = p;
    p = skip_name(p);
    if (p == name || !*p)
        return;
    p = read_time(p, &west);
    rule->present = true;
    rule->standard = -west;
    if (!*p)
        return;
    p = skip_name(p);
    rule->daylight = rule->standard + 3600;
    if (*p && *p != ',') {
        p = read_time(p, &west);
        rule->daylight = -west;
    }
    if (*p != ',')
        return;
    p = read_rule_date(p + 1, &rule->start);
    if (*p != ',')
        return;
    read_rule_date(p + 1, &rule->end);
    rule->has_dst = true;
}

/* Seconds since the epoch, of local time, when `date` falls in `year`. */
static int64_t rule_moment(const RuleDate *date, int year)
{
    int64_t day;
    if (date->kind == 'M' && date->month >= 1 && date->month <= 12) {
        int32_t first = days_from_civil(year, date->month, 1);
        int weekday = (int)floor_mod((int64_t)first + 4, 7); /* 1970-01-01 was a Thursday */
        int offset = (date->day - weekday + 7) % 7 + (date->week - 1) * 7;
        while (offset >= days_in_month(year, date->month))
            offset -= 7;
        day = (int64_t)first + offset;
    } else {
        bool leap = days_in_month(year, 2) == 29;
        int n = date->kind == 'J' ? date->day - 1 + (leap && date->day >= 60) : date->day;
        day = (int64_t)days_from_civil(year, 1, 1) + n;
    }
    return day * 86400 + date->seconds;
}

static int32_t rule_offset(const Rule *rule, int64_t seconds)
{
    int year, month, day;
    if (!rule->has_dst)
        return rule->standard;
    civil_from_days((int32_t)floor_div(seconds + rule->standard, 86400), &year, &month, &day);
    int64_t start = rule_moment(&rule->start, year) - rule->standard;
    int64_t end = rule_moment(&rule->end, year) - rule->daylight;
    bool dst = start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end;
    return dst ? rule->daylight : rule->standard;
}

/* ---- TZif ---- */

static uint32_t read_u32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}
static int64_t read_i64(const unsigned char *p)
{
    return (int64_t)((uint64_t)read_u32(p) << 32 | read_u32(p + 4));
}

typedef struct Counts {
    uint32_t utc, standard, leap, times, types, chars;
} Counts;

/* False: not a TZif header or not all there. */
static bool read_header(const unsigned char *p, size_t left, size_t time_bytes, Counts *counts,
                        size_t *body)
{
    if (left < HEADER_BYTES || memcmp(p, "TZif", 4) != 0)
        return false;
    *counts = (Counts){read_u32(p + 20), read_u32(p + 24), read_u32(p + 28),
                       read_u32(p + 32), read_u32(p + 36), read_u32(p + 40)};
    size_t all = (size_t)counts->times * (time_bytes + 1) + (size_t)counts->types * 6 +
                 counts->chars + (size_t)counts->leap * (time_bytes + 4) + counts->standard +
                 counts->utc;
    *body = all;
    return counts->types > 0 && all <= left - HEADER_BYTES;
}

static bool zone_read(Zone *zone, const char *data, size_t size)
{
    const unsigned char *p = (const unsigned char *)data, *end = p + size;
    Counts counts;
    size_t body;
    if (!read_header(p, size, 4, &counts, &body) || p[4] < '2')
        return false;
    p += HEADER_BYTES + body;
    if (!read_header(p, (size_t)(end - p), 8, &counts, &body))
        return false;
    p += HEADER_BYTES;
    const unsigned char *numbers = p + (size_t)counts.times * 8, *types = numbers + counts.times;
    zone->count = counts.times;
    zone->at = mem_alloc((counts.times + 1) * sizeof *zone->at);
    zone->offsets = mem_alloc((counts.times + 1) * sizeof *zone->offsets);
    zone->first = (int32_t)read_u32(types);
    for (uint32_t i = 0; i < counts.times; i++) {
        if (numbers[i] >= counts.types)
            return false;
        zone->at[i] = read_i64(p + (size_t)i * 8);
        zone->offsets[i] = (int32_t)read_u32(types + (size_t)numbers[i] * 6);
    }
    char rule[128];
    size_t length = 0;
    p += body;
    if (p < end && *p == '\n')
        for (p++; p < end && *p != '\n' && length < sizeof rule - 1; p++)
            rule[length++] = (char)*p;
    rule[length] = 0;
    rule_read(&zone->rule, rule);
    return true;
}

/* ---- finding ---- */

static Mutex zones_lock = PTHREAD_MUTEX_INITIALIZER;
static Zone *zones; /* all that were ever asked for */

static void zone_drop(Zone *zone)
{
    free(zone->at);
    free(zone->offsets);
    free(zone);
}

/* [+-]h[h][:mm[:ss]] and nothing else; the sign may be missing. */
static bool read_offset(Str text, int32_t *seconds)
{
    int part[3] = {0, 0, 0}, count = 0;
    size_t i = 0;
    bool negative = text.length && text.data[0] == '-';
    i += negative || (text.length && text.data[0] == '+');
    for (; count < 3; count++) {
        size_t start = i;
        for (; i < text.length && text.data[i] >= '0' && text.data[i] <= '9'; i++)
            part[count] =
                i - start < 2 ? part[count] * 10 + (text.data[i] - '0') : OFFSET_HOURS + 1;
        if (i == start || part[count] > (count ? 59 : OFFSET_HOURS))
            return false;
        if (i == text.length)
            break;
        if (text.data[i++] != ':')
            return false;
    }
    *seconds = part[0] * 3600 + part[1] * 60 + part[2];
    if (negative)
        *seconds = -*seconds;
    return count < 3;
}

/* POSIX: a name of three letters or more, of anything in <>, or none; then the offset. */
static bool posix_offset(Str name, int32_t *west)
{
    size_t i = 0;
    if (name.length && name.data[0] == '<') {
        while (i < name.length && name.data[i] != '>')
            i++;
        i++;
    } else {
        while (i < name.length && (name.data[i] | 0x20) >= 'a' && (name.data[i] | 0x20) <= 'z')
            i++;
        if (i == 1 || i == 2)
            return false;
    }
    return i < name.length && read_offset((Str){name.data + i, name.length - i}, west);
}

/* ISO: "+09:00", "UTC+9", "GMT-03:30", "UT+1", "+0930"; the sign is always there. */
static bool iso_offset(Str name, int32_t *east)
{
    static const char *const prefixes[] = {"UTC", "GMT", "UT"};
    char text[8];
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        Str prefix = str_from(prefixes[i]);
        if (name.length > prefix.length &&
            str_equal_nocase((Str){name.data, prefix.length}, prefix)) {
            name.data += prefix.length;
            name.length -= prefix.length;
            break;
        }
    }
    if (name.length < 2 || (name.data[0] != '+' && name.data[0] != '-'))
        return false;
    if (name.length == 5 && !memchr(name.data, ':', name.length)) {
        (void)snprintf(text, sizeof text, "%.3s:%.2s", name.data, name.data + 3);
        name = str_from(text);
    }
    return read_offset(name, east);
}

static bool is_utc(Str name)
{
    return str_equal_nocase(name, STR("UTC")) || str_equal_nocase(name, STR("Z"));
}

static bool name_is_safe(Str name)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (i == 0 || (c != '/' && c != '_' && c != '+' && c != '-')))
            return false;
    }
    return name.length > 0 && name.length < ZONE_NAME_MAX;
}

static const char zone_folder[] = "/usr/share/zoneinfo";

/* The file of that name, or the one whose name differs in case only, one folder at a time; `name`
 * is then written as the database does. */
static bool zone_path(Arena *arena, Str *name, char **path)
{
    char *folder = arena_strdup(arena, zone_folder);
    char *exact = arena_strndup(arena, name->data, name->length);
    size_t start = 0;
    for (size_t i = 0; i <= name->length; i++) {
        if (i < name->length && name->data[i] != '/')
            continue;
        FileEntry *entries;
        size_t count, found;
        Str part = {name->data + start, i - start};
        if (file_list_directory(folder, arena, &entries, &count, NULL) != OK)
            return false;
        for (found = 0; found < count; found++)
            if (str_equal_nocase(str_from(entries[found].name), part))
                break;
        if (found == count)
            return false;
        folder = path_join(arena, folder, entries[found].name);
        memcpy(exact + start, entries[found].name, part.length);
        start = i + 1;
    }
    *path = folder;
    *name = (Str){exact, name->length};
    return true;
}

static Zone *zone_new(Str name, int32_t offset)
{
    Zone *zone = mem_zalloc(sizeof *zone);
    memcpy(zone->name, name.data, name.length);
    zone->first = offset;
    return zone;
}

static Zone *zone_load(Str asked)
{
    Arena arena;
    Str name = asked; /* then as the folder spells it, in the arena */
    char *path = NULL, *data = NULL;
    size_t size = 0;
    int32_t west;
    Zone *zone = NULL;
    arena_init(&arena);
    if (name_is_safe(name) && zone_path(&arena, &name, &path) &&
        file_read_all(path, &arena, &data, &size, NULL) == OK) {
        zone = zone_new(name, 0);
        if (!zone_read(zone, data, size)) {
            zone_drop(zone);
            zone = NULL;
        }
    }
    arena_deinit(&arena);
    if (!zone && asked.length < ZONE_NAME_MAX && posix_offset(asked, &west)) {
        zone = zone_new(asked, -west);
        zone->counts_west = asked.data[0] != '<' && west != 0;
    }
    return zone;
}

/* Offers the names below `folder`, and a place's whole name to who wrote "Seoul". */
static void offer_names(Arena *arena, const char *folder, const char *prefix, Nearest *whole,
                        Nearest *last, const char **of_last)
{
    FileEntry *entries;
    size_t count;
    if (file_list_directory(folder, arena, &entries, &count, NULL) != OK)
        return;
    for (size_t i = 0; i < count; i++) {
        const char *part = entries[i].name;
        char *path = path_join(arena, folder, part);
        /* "posix" and "right" hold the same names once more; files with a point are no zones. */
        if (part[0] < 'A' || part[0] > 'Z' || strchr(part, '.'))
            continue;
        char *name = arena_printf(arena, "%s%s", prefix, part);
        if (entries[i].is_directory) {
            offer_names(arena, path, arena_printf(arena, "%s/", name), whole, last, of_last);
            continue;
        }
        int before = last->distance;
        nearest_offer(whole, name);
        nearest_offer(last, part);
        if (last->distance < before)
            *of_last = name;
    }
}

void zone_suggest(Str name, Err *err)
{
    Arena arena;
    FileInfo info;
    if (!err)
        return;
    if (file_stat(zone_folder, &info, NULL) != OK || !info.exists) {
        (void)err_hint(err, "There is no time zone database in %s; install the package tzdata.",
                       zone_folder);
        return;
    }
    name = str_trim(name);
    if (name.length == 0 || name.length >= ZONE_NAME_MAX)
        return;
    arena_init(&arena);
    const char *wanted = arena_strndup(&arena, name.data, name.length), *of_last = NULL;
    Nearest whole = nearest_start(wanted), last = nearest_start(wanted);
    offer_names(&arena, zone_folder, "", &whole, &last, &of_last);
    if (of_last && last.distance < whole.distance)
        (void)err_hint(err, "Did you mean \"%s\"?", of_last);
    else
        (void)nearest_hint(&whole, err);
    arena_deinit(&arena);
}

/* Found or loaded; NULL: there is none. */
static const Zone *zone_get(Str name)
{
    Zone *zone;
    if (name.length >= ZONE_NAME_MAX)
        return NULL;
    mutex_lock(&zones_lock);
    for (zone = zones; zone; zone = zone->next)
        if (str_equal_nocase(str_from(zone->name), name))
            break;
    if (!zone && (zone = zone_load(name)) != NULL) {
        zone->next = zones;
        zones = zone;
    }
    mutex_unlock(&zones_lock);
    return zone;
}

static Status fail_unknown(Str name, Err *err)
{
    return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                   "time zone \"" STR_FORMAT "\" not recognized", STR_ARG(name));
}

Status zone_find(Str name, const Zone **out, Err *err)
{
    name = str_trim(name);
    *out = NULL;
    if (is_utc(name))
        return OK;
    *out = zone_get(name);
    return *out ? OK : fail_unknown(name, err);
}

/* "<+05:30>-05:30" */
static const Zone *zone_of_offset(int32_t east)
{
    char name[ZONE_NAME_MAX], *to = name;
    if (east == 0)
        return NULL;
    *to++ = '<';
    to = zone_format_offset(to, east);
    *to++ = '>';
    to = zone_format_offset(to, -east);
    return zone_get((Str){name, (size_t)(to - name)});
}

Status zone_find_iso(Str name, const Zone **out, Err *err)
{
    int32_t east;
    name = str_trim(name);
    if (iso_offset(name, &east)) {
        *out = zone_of_offset(east);
        return OK;
    }
    TRY(zone_find(name, out, err));
    return zone_counts_west(*out) ? fail_unknown(name, err) : OK;
}

bool zone_from_hours(Str number, const Zone **out)
{
    double hours;
    number = str_trim(number);
    if (!parse_f64(number.data, number.data + number.length, &hours) ||
        !(hours >= -OFFSET_HOURS && hours <= OFFSET_HOURS))
        return false;
    *out = zone_of_offset((int32_t)(hours * 3600));
    return true;
}

const char *zone_name(const Zone *zone)
{
    return zone ? zone->name : "UTC";
}

bool zone_counts_west(const Zone *zone)
{
    return zone && zone->counts_west;
}

/* ---- using ---- */

int32_t zone_offset_seconds(const Zone *zone, int64_t utc_us)
{
    if (!zone)
        return 0;
    int64_t seconds = floor_div(utc_us, US_PER_SECOND);
    size_t low = 0, high = zone->count; /* transitions at or before `seconds` */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (zone->at[middle] <= seconds)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->count && zone->rule.present)
        return rule_offset(&zone->rule, seconds);
    return low == 0 ? zone->first : zone->offsets[low - 1];
}

static int64_t shift(int64_t us, int64_t seconds)
{
    int64_t out;
    if (__builtin_add_overflow(us, seconds * US_PER_SECOND, &out))
        return seconds < 0 ? INT64_MIN : INT64_MAX;
    return out;
}

int64_t zone_from_utc(const Zone *zone, int64_t utc_us)
{
    return zone ? shift(utc_us, zone_offset_seconds(zone, utc_us)) : utc_us;
}

int64_t zone_to_utc(const Zone *zone, int64_t wall_us)
{
    if (!zone)
        return wall_us;
    int32_t before = zone_offset_seconds(zone, shift(wall_us, -86400));
    int32_t after = zone_offset_seconds(zone, shift(wall_us, 86400));
    int64_t first = shift(wall_us, -before), second = shift(wall_us, -after);
    if (before == after)
        return first;
    bool second_holds = zone_offset_seconds(zone, second) == after;
    return second_holds ? second : first;
}

char *zone_format_offset(char *to, int32_t seconds)
{
    int32_t left = seconds < 0 ? -seconds : seconds;
    int parts[3] = {left / 3600, left / 60 % 60, left % 60};
    int count = parts[2] ? 3 : parts[1] ? 2 : 1;
    *to++ = seconds < 0 ? '-' : '+';
    for (int i = 0; i < count; i++) {
        if (i > 0)
            *to++ = ':';
        *to++ = (char)('0' + parts[i] / 10);
        *to++ = (char)('0' + parts[i] % 10);
    }
    return to;
}
