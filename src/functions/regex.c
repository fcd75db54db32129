/*
 * regex.c - compiling, keeping and matching.
 *
 * Compiled patterns are kept for the life of the process, since JIT code cannot
 * live in an arena; beyond KEPT_MAX of them further ones are interpreted from the
 * caller's arena.
 */
#include "functions/regex.h"
#include "base/hash.h"
#include "base/thread.h"
#include "functions/text_math.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { KEPT_MAX = 1024, PATTERN_MAX = 64 * 1024, MATCH_LIMIT = 1000000, HEAP_LIMIT_KIB = 65536 };

struct Regex {
    pcre2_code *code;
    uint32_t groups, flags;
    bool jit;
    Str pattern;
    Regex *next;
};

static Mutex kept_lock = PTHREAD_MUTEX_INITIALIZER;
static Regex *kept[256];
static int kept_count;

static void *arena_take(size_t size, void *arena)
{
    return arena_alloc(arena, size);
}
static void arena_leave(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

static uint32_t pcre_options(uint32_t flags)
{
    uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
    if (flags & REGEX_POSTGRES && !(flags & REGEX_LINES))
        options |= PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY;
    if (flags & REGEX_LINES)
        options |= PCRE2_MULTILINE;
    if (flags & REGEX_DOT_ALL)
        options |= PCRE2_DOTALL;
    if (flags & REGEX_NOCASE)
        options |= PCRE2_CASELESS;
    if (flags & REGEX_EXTENDED)
        options |= PCRE2_EXTENDED;
    if (flags & REGEX_LITERAL)
        options = PCRE2_UTF | PCRE2_LITERAL | (flags & REGEX_NOCASE ? PCRE2_CASELESS : 0);
    return options;
}

/* PostgreSQL's escapes that Perl lacks. */
static void translate(Str pattern, Buf *out)
{
    for (size_t i = 0; i < pattern.length; i++) {
        char c = pattern.data[i], next = i + 1 < pattern.length ? pattern.data[i + 1] : 0;
        if (c != '\\' || next == 0) {
            buf_add_char(out, c);
            continue;
        }
        i++;
        if (next == 'y')
            buf_add_text(out, "\\b");
        else if (next == 'Y')
            buf_add_text(out, "\\B");
        else if (next == 'm')
            buf_add_text(out, "\\b(?=\\w)");
        else if (next == 'M')
            buf_add_text(out, "\\b(?<=\\w)");
        else if (next == 'Z')
            buf_add_text(out, "\\z");
        else
            buf_printf(out, "\\%c", next);
    }
}

static Status compile(Str pattern, uint32_t flags, Regex *out, pcre2_general_context *memory,
                      int32_t position, Err *err)
{
    Buf text;
    int code = 0;
    size_t offset = 0;
    if (pattern.length > PATTERN_MAX)
        return err_set(err, SQLSTATE_LIMIT_EXCEEDED, position,
                       "a regular expression is longer than %d bytes", PATTERN_MAX);
    buf_init(&text);
    if (flags & REGEX_POSTGRES && !(flags & REGEX_LITERAL))
        translate(pattern, &text);
    else
        buf_add(&text, pattern.data, pattern.length);
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    out->code = pcre2_compile((PCRE2_SPTR)buf_text(&text), text.length, pcre_options(flags), &code,
                              &offset, context);
    pcre2_compile_context_free(context);
    buf_deinit(&text);
    if (!out->code) {
        char why[200];
        pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof why);
        return err_set(err, SQLSTATE_REGEX, position,
                       "invalid regular expression: %s at character %zu", why, offset + 1);
    }
    pcre2_pattern_info(out->code, PCRE2_INFO_CAPTURECOUNT, &out->groups);
    out->flags = flags;
    return OK;
}

/* With kept_lock held. */
static const Regex *find_kept(Str pattern, uint32_t flags, uint8_t slot)
{
    for (const Regex *regex = kept[slot]; regex; regex = regex->next)
        if (regex->flags == flags && str_equal(regex->pattern, pattern))
            return regex;
    return NULL;
}

Status regex_compile(Str pattern, uint32_t flags, const Regex **out, Arena *arena, int32_t position,
                     Err *err)
{
    flags &= ~(uint32_t)REGEX_GLOBAL;
    uint8_t slot = (uint8_t)(hash_bytes(pattern.data, pattern.length) + flags);
    Status status = OK;
    mutex_lock(&kept_lock);
    const Regex *found = find_kept(pattern, flags, slot);
    if (!found && kept_count < KEPT_MAX) {
        Regex *regex = mem_zalloc(sizeof *regex);
        status = compile(pattern, flags, regex, NULL, position, err);
        if (status == OK) {
            regex->jit = pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) == 0;
            regex->pattern = (Str){mem_strndup(pattern.data, pattern.length), pattern.length};
            regex->next = kept[slot];
            kept[slot] = regex;
            kept_count++;
            found = regex;
        } else {
            free(regex);
        }
    }
    mutex_unlock(&kept_lock);
    TRY(status);
    if (!found) {
        Regex *regex = ARENA_NEW(arena, Regex);
        TRY(compile(pattern, flags, regex,
                    pcre2_general_context_create(arena_take, arena_leave, arena), position, err));
        found = regex;
    }
    *out = found;
    return OK;
}

uint32_t regex_groups(const Regex *regex)
{
    return regex->groups;
}

Status regex_read_flags(Str letters, uint32_t *flags, int32_t position, Err *err)
{
    for (size_t i = 0; i < letters.length; i++) {
        switch (letters.data[i]) {
        case 'g':
            *flags |= REGEX_GLOBAL;
            break;
        case 'i':
            *flags |= REGEX_NOCASE;
            break;
        case 'c':
            *flags &= ~(uint32_t)REGEX_NOCASE;
            break;
        case 'm':
        case 'n':
            *flags |= REGEX_LINES;
            break;
        case 's':
            *flags = (*flags & ~(uint32_t)REGEX_LINES) | REGEX_DOT_ALL;
            break;
        case 'x':
            *flags |= REGEX_EXTENDED;
            break;
        case 'q':
            *flags |= REGEX_LITERAL;
            break;
        default:
            return err_set(err, SQLSTATE_INVALID_PARAMETER, position,
                           "invalid regular expression option: \"%c\"", letters.data[i]);
        }
    }
    return OK;
}

void regex_run_init(RegexRun *run, Arena *scratch)
{
    pcre2_general_context *memory = pcre2_general_context_create(arena_take, arena_leave, scratch);
    pcre2_match_context *context = pcre2_match_context_create(memory);
    pcre2_set_match_limit(context, MATCH_LIMIT);
    pcre2_set_heap_limit(context, HEAP_LIMIT_KIB);
    *run = (RegexRun){.context = context};
    run->data = pcre2_match_data_create(100, memory);
    run->at = pcre2_get_ovector_pointer(run->data);
}

Status regex_search(const Regex *regex, RegexRun *run, Str text, size_t start, bool *found,
                    Err *err)
{
    *found = false;
    if (start > text.length)
        return OK;
    /* Who looks on in a text does not have it checked from its beginning for each match. */
    bool goes_on = run->checked.data == text.data && run->checked.length == text.length &&
                   start > run->searched_from;
    uint32_t options = goes_on || text_is_ascii(text.data, text.length) ? PCRE2_NO_UTF_CHECK : 0;
    run->checked = text;
    run->searched_from = start;
    int rc = pcre2_match(regex->code, (PCRE2_SPTR)text.data, text.length, start, options, run->data,
                         run->context);
    if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
        rc = pcre2_match(regex->code, (PCRE2_SPTR)text.data, text.length, start,
                         options | PCRE2_NO_JIT, run->data, run->context);
    if (rc >= 0) {
        *found = true;
        return OK;
    }
    if (rc == PCRE2_ERROR_NOMATCH)
        return OK;
    run->checked = (Str){0};
    if (rc <= PCRE2_ERROR_UTF8_ERR1 && rc >= PCRE2_ERROR_UTF8_ERR21)
        return err_set(err, SQLSTATE_BAD_ENCODING, -1, "invalid UTF-8 in the text to be matched");
    return err_set(err, SQLSTATE_TOO_COMPLEX, -1,
                   "regular expression match takes too long or too much memory");
}

size_t regex_next(const RegexRun *run, Str text)
{
    size_t end = run->at[1];
    if (end > run->at[0])
        return end;
    end++;
    while (end < text.length && text_is_continuation(text.data[end]))
        end++;
    return end;
}

Status regex_from_similar(Str pattern, Str escape, Str *out, Arena *arena, int32_t position,
                          Err *err)
{
    Buf text;
    const char *p = pattern.data, *end = p + pattern.length, *e = escape.data;
    uint32_t escape_code = escape.length ? text_next(&e, e + escape.length) : UINT32_MAX;
    if (escape.length && e != escape.data + escape.length)
        return err_set(err, "22019", position,
                       "invalid escape string: it must be empty or one character");
    buf_init(&text);
    buf_add_text(&text, "\\A(?:");
    bool in_class = false;
    while (p < end) {
        const char *start = p;
        uint32_t code = text_next(&p, end);
        if (code == escape_code) {
            if (p == end) {
                buf_deinit(&text);
                return err_set(err, SQLSTATE_BAD_ESCAPE, position,
                               "SIMILAR TO pattern must not end with escape character");
            }
            start = p;
            code = text_next(&p, end);
            if (code < 0x80 && !text_is_alnum(code))
                buf_add_char(&text, '\\');
            buf_add(&text, start, (size_t)(p - start));
        } else if (in_class) {
            in_class = code != ']';
            if (code == '\\')
                buf_add_char(&text, '\\');
            buf_add(&text, start, (size_t)(p - start));
        } else if (code == '%') {
            buf_add_text(&text, ".*");
        } else if (code == '_') {
            buf_add_text(&text, ".");
        } else if (code == '.' || code == '^' || code == '$' || code == '\\') {
            buf_add_char(&text, '\\');
            buf_add_char(&text, (char)code);
        } else if (code == '(') {
            buf_add_text(&text, "(?:");
        } else {
            in_class = code == '[';
            buf_add(&text, start, (size_t)(p - start));
            if (in_class && p < end && *p == '^')
                buf_add_char(&text, *p++);
            if (in_class && p < end && *p == ']')
                buf_add_text(&text, "\\]"), p++;
        }
    }
    buf_add_text(&text, ")\\z");
    *out = (Str){arena_strndup(arena, text.data, text.length), text.length};
    buf_deinit(&text);
    return OK;
}
