/*
 * time_format.c - compiles patterns of dates and times, and writes by them.
 */
#include "functions/time_piece.h"
#include "functions/time_unit.h"

/* ---- compiling ---- */

typedef struct Compiler {
    Arena *arena;
    TimePiece *pieces;
    uint32_t count;
    int32_t position;
} Compiler;

static TimePiece *add(Compiler *c, PieceKind kind, size_t width)
{
    TimePiece *piece = &c->pieces[c->count++];
    *piece = (TimePiece){.kind = (uint8_t)kind,
                         .width = (uint8_t)(width < 20 ? width : 20),
                         .letters = 'c',
                         .literal = {"", 0}};
    return piece;
}

/* Joins literal bytes that stand next to each other; they lie so in the pattern's copy. */
static void add_literal(Compiler *c, const char *bytes, size_t length)
{
    TimePiece *last = c->count ? &c->pieces[c->count - 1] : NULL;
    if (last && last->kind == PIECE_LITERAL && last->literal.data + last->literal.length == bytes)
        last->literal.length += length;
    else
        add(c, PIECE_LITERAL, 0)->literal = (Str){bytes, length};
}

static bool java_letter(Compiler *c, char letter, size_t n)
{
    switch (letter) {
    case 'y':
    case 'u':
        add(c, PIECE_YEAR, n);
        return true;
    case 'Y':
        add(c, PIECE_ISO_YEAR, n);
        return true;
    case 'M':
    case 'L':
        if (n >= 3)
            add(c, PIECE_MONTH_NAME, n == 3 ? 3 : 9);
        else
            add(c, PIECE_MONTH, n);
        return true;
    case 'd':
        add(c, PIECE_DAY, n);
        return true;
    case 'D':
        add(c, PIECE_DOY, n);
        return true;
    case 'E':
        add(c, PIECE_WEEKDAY_NAME, n <= 3 ? 3 : 9);
        return true;
    case 'e':
    case 'c':
        add(c, PIECE_WEEKDAY, 1);
        return true;
    case 'w':
        add(c, PIECE_WEEK, n);
        return true;
    case 'Q':
    case 'q':
        add(c, PIECE_QUARTER, n);
        return true;
    case 'H':
        add(c, PIECE_HOUR24, n);
        return true;
    case 'k':
        add(c, PIECE_HOUR1TO24, n);
        return true;
    case 'K':
        add(c, PIECE_HOUR11, n);
        return true;
    case 'h':
        add(c, PIECE_HOUR12, n);
        return true;
    case 'm':
        add(c, PIECE_MINUTE, n);
        return true;
    case 's':
        add(c, PIECE_SECOND, n);
        return true;
    case 'S':
    case 'n':
        add(c, PIECE_FRACTION, letter == 'n' ? 9 : n);
        return true;
    case 'a':
        add(c, PIECE_AM, 2)->literal = STR("AM");
        return true;
    case 'G':
        add(c, PIECE_ERA, 2);
        return true;
    case 'X':
    case 'x':
    case 'Z':
    case 'z':
    case 'V':
    case 'O':
        add(c, PIECE_OFFSET, letter == 'Z' ? 2 : n > 3 ? 3 : n)->padded = letter == 'X';
        return true;
    default:
        return false;
    }
}

static Status compile_java(Compiler *c, Str pattern, Err *err)
{
    for (size_t i = 0; i < pattern.length;) {
        char letter = pattern.data[i];
        bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
        if (letter == '\'') {
            size_t end = i + 1;
            if (end < pattern.length && pattern.data[end] == '\'') {
                add_literal(c, pattern.data + i, 1);
                i += 2;
                continue;
            }
            for (; end < pattern.length; end++) {
                if (pattern.data[end] != '\'')
                    add_literal(c, pattern.data + end, 1);
                else if (end + 1 < pattern.length && pattern.data[end + 1] == '\'')
                    add_literal(c, pattern.data + ++end, 1);
                else
                    break;
            }
            i = end + 1;
        } else if (letter == '[' || letter == ']') {
            add(c, letter == '[' ? PIECE_OPTIONAL : PIECE_OPTIONAL_END, 0); /* always written */
            i++;
        } else if (!is_letter) {
            add_literal(c, pattern.data + i++, 1);
        } else {
            size_t n = 1;
            while (i + n < pattern.length && pattern.data[i + n] == letter)
                n++;
            if (!java_letter(c, letter, n))
                return err_set(err, SQLSTATE_INVALID_PARAMETER, c->position,
                               "unknown letter \"%c\" in the date pattern \"" STR_FORMAT "\"",
                               letter, STR_ARG(pattern));
            i += n;
        }
    }
    return OK;
}

typedef struct PgWord {
    const char *text; /* matched without regard to case when `any_case` */
    PieceKind kind;
    uint8_t width;
    char letters;
    bool any_case;
} PgWord;

/* Longer words stand before their beginnings. */
static const PgWord pg_words[] = {
    {"HH24", PIECE_HOUR24, 2, 0, true},
    {"HH12", PIECE_HOUR12, 2, 0, true},
    {"HH", PIECE_HOUR12, 2, 0, true},
    {"MI", PIECE_MINUTE, 2, 0, true},
    {"SSSSS", PIECE_DAY_SECONDS, 1, 0, true},
    {"SSSS", PIECE_DAY_SECONDS, 1, 0, true},
    {"SS", PIECE_SECOND, 2, 0, true},
    {"MS", PIECE_FRACTION, 3, 0, true},
    {"US", PIECE_FRACTION, 6, 0, true},
    {"FF1", PIECE_FRACTION, 1, 0, true},
    {"FF2", PIECE_FRACTION, 2, 0, true},
    {"FF3", PIECE_FRACTION, 3, 0, true},
    {"FF4", PIECE_FRACTION, 4, 0, true},
    {"FF5", PIECE_FRACTION, 5, 0, true},
    {"FF6", PIECE_FRACTION, 6, 0, true},
    {"A.M.", PIECE_AM, 4, 'u', false},
    {"P.M.", PIECE_AM, 4, 'u', false},
    {"a.m.", PIECE_AM, 4, 'l', false},
    {"p.m.", PIECE_AM, 4, 'l', false},
    {"AM", PIECE_AM, 2, 'u', false},
    {"PM", PIECE_AM, 2, 'u', false},
    {"am", PIECE_AM, 2, 'l', false},
    {"pm", PIECE_AM, 2, 'l', false},
    {"IYYY", PIECE_ISO_YEAR, 4, 0, true},
    {"IYY", PIECE_ISO_YEAR, 3, 0, true},
    {"IY", PIECE_ISO_YEAR, 2, 0, true},
    {"IDDD", PIECE_ISO_DAY_OF_YEAR, 3, 0, true},
    {"Y,YYY", PIECE_YEAR, 5, 0, true},
    {"YYYY", PIECE_YEAR, 4, 0, true},
    {"YYY", PIECE_YEAR, 3, 0, true},
    {"YY", PIECE_YEAR, 2, 0, true},
    {"Y", PIECE_YEAR, 1, 0, true},
    {"B.C.", PIECE_ERA, 4, 'u', false},
    {"A.D.", PIECE_ERA, 4, 'u', false},
    {"b.c.", PIECE_ERA, 4, 'l', false},
    {"a.d.", PIECE_ERA, 4, 'l', false},
    {"BC", PIECE_ERA, 2, 'u', false},
    {"AD", PIECE_ERA, 2, 'u', false},
    {"bc", PIECE_ERA, 2, 'l', false},
    {"ad", PIECE_ERA, 2, 'l', false},
    {"MONTH", PIECE_MONTH_NAME, 9, 'u', false},
    {"Month", PIECE_MONTH_NAME, 9, 'c', false},
    {"month", PIECE_MONTH_NAME, 9, 'l', false},
    {"MON", PIECE_MONTH_NAME, 3, 'u', false},
    {"Mon", PIECE_MONTH_NAME, 3, 'c', false},
    {"mon", PIECE_MONTH_NAME, 3, 'l', false},
    {"MM", PIECE_MONTH, 2, 0, true},
    {"RM", PIECE_MONTH_ROMAN, 4, 'u', false},
    {"rm", PIECE_MONTH_ROMAN, 4, 'l', false},
    {"DAY", PIECE_WEEKDAY_NAME, 9, 'u', false},
    {"Day", PIECE_WEEKDAY_NAME, 9, 'c', false},
    {"day", PIECE_WEEKDAY_NAME, 9, 'l', false},
    {"DY", PIECE_WEEKDAY_NAME, 3, 'u', false},
    {"Dy", PIECE_WEEKDAY_NAME, 3, 'c', false},
    {"dy", PIECE_WEEKDAY_NAME, 3, 'l', false},
    {"DDD", PIECE_DOY, 3, 0, true},
    {"DD", PIECE_DAY, 2, 0, true},
    {"D", PIECE_WEEKDAY, 1, 0, true},
    {"ID", PIECE_ISO_WEEKDAY, 1, 0, true},
    {"IW", PIECE_WEEK, 2, 0, true},
    {"I", PIECE_ISO_YEAR, 1, 0, true},
    {"WW", PIECE_WEEK_OF_YEAR, 2, 0, true},
    {"W", PIECE_WEEK_OF_MONTH, 1, 0, true},
    {"CC", PIECE_CENTURY, 2, 0, true},
    {"J", PIECE_JULIAN, 1, 0, true},
    {"Q", PIECE_QUARTER, 1, 0, true},
    {"TZH", PIECE_OFFSET_HOUR, 2, 0, true},
    {"TZM", PIECE_OFFSET_MINUTE, 2, 0, true},
    {"OF", PIECE_OFFSET, 4, 0, true},
};

static const PgWord *pg_word(Str rest)
{
    for (size_t i = 0; i < sizeof pg_words / sizeof *pg_words; i++) {
        const PgWord *word = &pg_words[i];
        Str text = str_from(word->text);
        if (rest.length < text.length)
            continue;
        Str start = {rest.data, text.length};
        if (word->any_case ? str_equal_nocase(start, text) : str_equal(start, text))
            return word;
    }
    return NULL;
}

static void compile_postgres(Compiler *c, Str pattern)
{
    bool fill = true; /* false after FM */
    for (size_t i = 0; i < pattern.length;) {
        Str rest = {pattern.data + i, pattern.length - i};
        if (rest.length >= 2 && str_equal_nocase((Str){rest.data, 2}, STR("FM"))) {
            fill = false;
            i += 2;
            continue;
        }
        if (*rest.data == '"') {
            for (i++; i < pattern.length && pattern.data[i] != '"'; i++) {
                if (pattern.data[i] == '\\' && i + 1 < pattern.length)
                    i++;
                add_literal(c, pattern.data + i, 1);
            }
            i++;
            continue;
        }
        const PgWord *word = pg_word(rest);
        if (!word) {
            add_literal(c, pattern.data + i++, 1);
            continue;
        }
        TimePiece *piece = add(c, word->kind, word->width);
        bool is_name = word->kind == PIECE_MONTH_NAME || word->kind == PIECE_WEEKDAY_NAME;
        bool is_year = word->kind == PIECE_YEAR || word->kind == PIECE_ISO_YEAR;
        bool has_shape = is_name || word->kind == PIECE_FRACTION || word->kind == PIECE_ERA ||
                         word->kind == PIECE_OFFSET || word->kind == PIECE_OFFSET_HOUR ||
                         word->kind == PIECE_OFFSET_MINUTE || word->kind == PIECE_MONTH_ROMAN;
        piece->letters = word->letters;
        piece->padded = (is_name && word->width == 9 && fill) || (is_year && word->width < 4) ||
                        (word->kind == PIECE_MONTH_ROMAN && fill);
        if (!fill && !has_shape && !(is_year && word->width < 4))
            piece->width = 1;
        if (word->kind == PIECE_AM)
            piece->literal = word->width == 4 ? STR("A.M.") : STR("AM");
        fill = true;
        i += strlen(word->text);
        if (!has_shape && word->kind != PIECE_AM && i + 2 <= pattern.length &&
            str_equal_nocase((Str){pattern.data + i, 2}, STR("th"))) {
            add(c, PIECE_ORDINAL, 2)->letters = pattern.data[i] == 'T' ? 'u' : 'l';
            i += 2;
        }
    }
}

static const struct {
    char letter;
    PieceKind kind;
    uint8_t width;
} c_letters[] = {
    {'Y', PIECE_YEAR, 4},       {'y', PIECE_YEAR, 2},         {'m', PIECE_MONTH, 2},
    {'d', PIECE_DAY, 2},        {'e', PIECE_DAY, 1},          {'H', PIECE_HOUR24, 2},
    {'I', PIECE_HOUR12, 2},     {'M', PIECE_MINUTE, 2},       {'S', PIECE_SECOND, 2},
    {'f', PIECE_FRACTION, 6},   {'g', PIECE_FRACTION, 3},     {'n', PIECE_FRACTION, 9},
    {'p', PIECE_AM, 2},         {'j', PIECE_DOY, 3},          {'b', PIECE_MONTH_NAME, 3},
    {'h', PIECE_MONTH_NAME, 3}, {'B', PIECE_MONTH_NAME, 9},   {'a', PIECE_WEEKDAY_NAME, 3},
    {'G', PIECE_ISO_YEAR, 4},   {'A', PIECE_WEEKDAY_NAME, 9}, {'V', PIECE_WEEK, 2},
    {'z', PIECE_OFFSET, 4},     {'u', PIECE_ISO_WEEKDAY, 1},
};

static Status compile_c(Compiler *c, Str pattern, Err *err)
{
    static const char *const joined[][2] = {
        {"T", "%H:%M:%S"}, {"F", "%Y-%m-%d"}, {"D", "%m/%d/%y"}, {"R", "%H:%M"}};
    for (size_t i = 0; i < pattern.length; i++) {
        char sign = pattern.data[i];
        bool bare = sign == '%' && i + 2 < pattern.length && pattern.data[i + 1] == '-';
        i += sign == '%' ? 1u + bare : 0u;
        if (sign != '%' || (i < pattern.length && pattern.data[i] == '%')) {
            add_literal(c, pattern.data + i, 1);
            continue;
        }
        char letter = i < pattern.length ? pattern.data[i] : ' ';
        uint32_t before = c->count;
        for (size_t k = 0; k < sizeof joined / sizeof *joined; k++)
            if (letter == *joined[k][0])
                TRY(compile_c(c, str_from(joined[k][1]), err));
        for (size_t k = 0; k < sizeof c_letters / sizeof *c_letters && c->count == before; k++)
            if (c_letters[k].letter == letter)
                add(c, c_letters[k].kind, bare ? 1 : c_letters[k].width)->literal = STR("AM");
        if (c->count == before)
            return err_set(err, SQLSTATE_INVALID_PARAMETER, c->position,
                           "unknown letter \"%c\" behind %% in the date pattern", letter);
    }
    return OK;
}

Status time_format_compile(Str pattern, TimeStyle style, TimeFormat *out, Arena *arena,
                           int32_t position, Err *err)
{
    Compiler c = {.arena = arena, .position = position};
    c.pieces = ARENA_ARRAY(arena, TimePiece, 3 * pattern.length + 1); /* %T is 5 of 2 letters */
    Str copy = {arena_strndup(arena, pattern.data, pattern.length), pattern.length};
    if (style == STYLE_JAVA)
        TRY(compile_java(&c, copy, err));
    else if (style == STYLE_C)
        TRY(compile_c(&c, copy, err));
    else
        compile_postgres(&c, copy);
    *out = (TimeFormat){.pieces = c.pieces, .count = c.count, .lenient = style == STYLE_POSTGRES};
    return OK;
}

TimeStyle time_format_guess(Str pattern)
{
    static const char *const signs[] = {"MI",  "HH24", "HH12", "YYYY", "DD",
                                        "MON", "FM",   "IYY",  "IW"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (memmem(pattern.data, pattern.length, signs[i], strlen(signs[i])))
            return STYLE_POSTGRES;
    return STYLE_JAVA;
}

/* ---- writing ---- */

static void write_number(Buf *out, int64_t value, int width)
{
    if (width == 2 && value >= 0 && value < 100) {
        char *to = buf_reserve(out, 2);
        to[0] = (char)('0' + value / 10);
        to[1] = (char)('0' + value % 10);
        out->length += 2;
        return;
    }
    char digits[24];
    char *end = format_i64(digits, value < 0 ? -value : value);
    if (value < 0)
        buf_add_char(out, '-');
    for (int64_t have = end - digits; have < width; have++)
        buf_add_char(out, '0');
    buf_add(out, digits, (size_t)(end - digits));
}

static void write_name(Buf *out, const TimePiece *piece, const char *name)
{
    size_t length = strlen(name), written = piece->width == 3 ? 3 : length;
    for (size_t i = 0; i < written; i++) {
        char c = name[i];
        if (piece->letters == 'u' && c >= 'a')
            c = (char)(c - 32);
        else if (piece->letters == 'l' && c < 'a')
            c = (char)(c + 32);
        buf_add_char(out, c);
    }
    for (size_t i = written; piece->padded && i < 9; i++)
        buf_add_char(out, ' ');
}

static void write_fraction(Buf *out, int64_t us, int width)
{
    char digits[6];
    for (int i = 5; i >= 0; i--, us /= 10)
        digits[i] = (char)('0' + us % 10);
    for (int i = 0; i < width; i++)
        buf_add_char(out, i < 6 ? digits[i] : '0');
}

static void write_offset(Buf *out, const TimePiece *piece, int32_t seconds)
{
    int32_t minutes = (seconds < 0 ? -seconds : seconds) / 60;
    if (piece->padded && seconds == 0) {
        buf_add_char(out, 'Z');
        return;
    }
    buf_add_char(out, seconds < 0 ? '-' : '+');
    write_number(out, minutes / 60, 2);
    if ((piece->width == 1 || piece->width == 4) && minutes % 60 == 0)
        return;
    if (piece->width >= 3)
        buf_add_char(out, ':');
    write_number(out, minutes % 60, 2);
}

typedef struct Parts {
    int32_t days;
    int year, month, day, hour, minute, second;
    int64_t us; /* of the second */
} Parts;

static void write_year(Buf *out, const TimePiece *piece, int64_t year)
{
    if (year <= 0) /* 0 is 1 BC */
        year = 1 - year;
    if (piece->kind == PIECE_YEAR && piece->width == 5) {
        write_number(out, year / 1000, 1);
        buf_add_char(out, ',');
        write_number(out, year % 1000, 3);
    } else if (piece->padded) {
        static const int cut[] = {1, 10, 100, 1000};
        write_number(out, year % cut[piece->width], piece->width);
    } else if (piece->width == 2) {
        write_number(out, year % 100, 2);
    } else {
        write_number(out, year, piece->width);
    }
}

static void write_cased(Buf *out, const char *text, bool lower)
{
    for (; *text; text++)
        buf_add_char(out, lower && *text >= 'A' && *text <= 'Z' ? (char)(*text + 32) : *text);
}

static void write_roman(Buf *out, const TimePiece *piece, int month)
{
    static const char *const roman[] = {"I",   "II",   "III", "IV", "V",  "VI",
                                        "VII", "VIII", "IX",  "X",  "XI", "XII"};
    const char *text = roman[month - 1];
    write_cased(out, text, piece->letters == 'l');
    for (size_t i = strlen(text); piece->padded && i < 4; i++)
        buf_add_char(out, ' ');
}

/* After the digits that stand last in `out`. */
static void write_ordinal(Buf *out, const TimePiece *piece)
{
    char last = out->length ? out->data[out->length - 1] : '0';
    bool teen = out->length > 1 && out->data[out->length - 2] == '1';
    const char *text = teen          ? "TH"
                       : last == '1' ? "ST"
                       : last == '2' ? "ND"
                       : last == '3' ? "RD"
                                     : "TH";
    write_cased(out, text, piece->letters == 'l');
}

/* The first day of the ISO year is the Monday of its week 1. */
static int iso_day_of_year(int32_t days)
{
    int iso_year, week;
    time_iso_week(days, &iso_year, &week);
    return (week - 1) * 7 + (int)floor_mod((int64_t)days + 3, 7) + 1;
}

static void write_piece(const TimePiece *piece, const Parts *p, int32_t offset, Buf *out)
{
    int iso_year, week, width = piece->width;
    switch ((PieceKind)piece->kind) {
    case PIECE_LITERAL:
        buf_add(out, piece->literal.data, piece->literal.length);
        break;
    case PIECE_YEAR:
        write_year(out, piece, p->year);
        break;
    case PIECE_ISO_YEAR:
        time_iso_week(p->days, &iso_year, &week);
        write_year(out, piece, iso_year);
        break;
    case PIECE_MONTH:
        write_number(out, p->month, width);
        break;
    case PIECE_MONTH_NAME:
        write_name(out, piece, calendar_months[p->month - 1]);
        break;
    case PIECE_MONTH_ROMAN:
        write_roman(out, piece, p->month);
        break;
    case PIECE_DAY:
        write_number(out, p->day, width);
        break;
    case PIECE_ISO_DAY_OF_YEAR:
        write_number(out, iso_day_of_year(p->days), width);
        break;
    case PIECE_WEEK_OF_YEAR:
        write_number(out, (p->days - days_from_civil(p->year, 1, 1)) / 7 + 1, width);
        break;
    case PIECE_WEEK_OF_MONTH:
        write_number(out, (p->day - 1) / 7 + 1, width);
        break;
    case PIECE_ORDINAL:
        write_ordinal(out, piece);
        break;
    case PIECE_DOY:
        write_number(out, p->days - days_from_civil(p->year, 1, 1) + 1, width);
        break;
    case PIECE_WEEKDAY_NAME:
        write_name(out, piece, calendar_weekdays[floor_mod((int64_t)p->days + 4, 7)]);
        break;
    case PIECE_WEEKDAY:
        write_number(out, floor_mod((int64_t)p->days + 4, 7) + 1, width);
        break;
    case PIECE_ISO_WEEKDAY:
        write_number(out, floor_mod((int64_t)p->days + 3, 7) + 1, width);
        break;
    case PIECE_WEEK:
        time_iso_week(p->days, &iso_year, &week);
        write_number(out, week, width);
        break;
    case PIECE_QUARTER:
        write_number(out, (p->month - 1) / 3 + 1, width);
        break;
    case PIECE_CENTURY:
        write_number(out, floor_div(p->year - 1, 100) + 1, width);
        break;
    case PIECE_HOUR24:
        write_number(out, p->hour, width);
        break;
    case PIECE_HOUR12:
        write_number(out, p->hour % 12 ? p->hour % 12 : 12, width);
        break;
    case PIECE_HOUR11:
        write_number(out, p->hour % 12, width);
        break;
    case PIECE_HOUR1TO24:
        write_number(out, p->hour ? p->hour : 24, width);
        break;
    case PIECE_MINUTE:
        write_number(out, p->minute, width);
        break;
    case PIECE_SECOND:
        write_number(out, p->second, width);
        break;
    case PIECE_FRACTION:
        write_fraction(out, p->us, width);
        break;
    case PIECE_DAY_SECONDS:
        write_number(out, p->hour * 3600 + p->minute * 60 + p->second, width);
        break;
    case PIECE_JULIAN:
        write_number(out, (int64_t)p->days + 2440588, width);
        break;
    case PIECE_AM:
        for (size_t i = 0; i < piece->literal.length; i++) {
            char c = i == 0 && p->hour >= 12 ? 'P' : piece->literal.data[i];
            buf_add_char(out, piece->letters == 'l' && c != '.' ? (char)(c + 32) : c);
        }
        break;
    case PIECE_ERA:
        write_cased(out, width == 4 ? (p->year > 0 ? "A.D." : "B.C.") : (p->year > 0 ? "AD" : "BC"),
                    piece->letters == 'l');
        break;
    case PIECE_OFFSET:
        write_offset(out, piece, offset);
        break;
    case PIECE_OFFSET_HOUR:
        buf_add_char(out, offset < 0 ? '-' : '+');
        write_number(out, (offset < 0 ? -offset : offset) / 3600, 2);
        break;
    case PIECE_OFFSET_MINUTE:
        write_number(out, (offset < 0 ? -offset : offset) / 60 % 60, 2);
        break;
    case PIECE_OPTIONAL:
    case PIECE_OPTIONAL_END:
        break;
    }
}

void time_format_write(const TimeFormat *format, int64_t wall_us, int32_t offset_seconds, Buf *out)
{
    int64_t time = floor_mod(wall_us, US_PER_DAY);
    Civil civil = time_civil((int32_t)floor_div(wall_us, US_PER_DAY));
    Parts parts = {.days = (int32_t)floor_div(wall_us, US_PER_DAY),
                   .hour = (int)(time / US_PER_HOUR),
                   .minute = (int)(time / US_PER_MINUTE % 60),
                   .second = (int)(time / US_PER_SECOND % 60),
                   .us = time % US_PER_SECOND,
                   .year = civil.year,
                   .month = civil.month,
                   .day = civil.day};
    for (uint32_t i = 0; i < format->count; i++)
        write_piece(&format->pieces[i], &parts, offset_seconds, out);
}
