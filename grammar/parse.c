/*
 * parse.c - drives the lexer and the parser, and says what is wrong.
 *
 * Nothing here recurses: the parser's stack is on the heap and bounded by
 * PARSE_STACK_MAX, the tree's height is bounded by the builders.
 */
#include "grammar/parse.h"

#include <stdlib.h>
#include <strings.h>
#include "grammar/sql.h"
#include "grammar/sql_parse.h"

static Status check_text(Str text, Err *err)
{
    if (text.length > PARSE_TEXT_BYTES_MAX)
        return err_set(err, SQLSTATE_LIMIT_EXCEEDED, 0, "statement longer than %d bytes",
                       (int)PARSE_TEXT_BYTES_MAX);
    if (text.length && memchr(text.data, '\0', text.length))
        return err_set(err, SQLSTATE_BAD_ENCODING,
                       (int32_t)((const char *)memchr(text.data, '\0', text.length) - text.data),
                       "invalid byte 0x00 in a statement");
    if (text.length && !utf8_valid(text.data, text.length)) {
        /* Where: the longest valid prefix, by halves. */
        size_t low = 0, high = text.length;
        while (high - low > 1) {
            size_t middle = low + (high - low) / 2, cut = middle;
            while (cut > low && ((unsigned char)text.data[cut] & 0xc0) == 0x80)
                cut--;
            if (cut > low && utf8_valid(text.data + low, cut - low))
                low = cut;
            else if (cut > low)
                high = cut;
            else
                break;
        }
        return err_set(err, SQLSTATE_BAD_ENCODING, (int32_t)low, "invalid UTF-8 in a statement");
    }
    return OK;
}

/* The last two tokens, for hints. */
typedef struct Trail {
    Token last, before;
} Trail;

static bool is_plain_name(Token token)
{
    return token.type == TK_ID && !token.quoted;
}

/* A name that only happens to be like a keyword: INT and INTO, orders and ORDER, index and INNER.
 */
static bool is_no_slip(const char *text, const Nearest *nearest)
{
    size_t length = strlen(text), best = strlen(nearest->best);
    int most = length > 5 ? 2 : 1;
    return nearest->distance > most || text_equal_nocase("INT", text) ||
           (length >= best && strncasecmp(text, nearest->best, best) == 0);
}

/* Offers the words that may begin a statement, or those that have a place inside one. */
static Status hint_keyword(Parse *p, Token token, bool first)
{
    static const char *const starts[] = {
        "SELECT", "INSERT", "UPDATE",   "DELETE",  "CREATE",  "DROP",     "ALTER",    "EXPLAIN",
        "SHOW",   "SET",    "RESET",    "START",   "STOP",    "FLUSH",    "BEGIN",    "COMMIT",
        "COPY",   "VALUES", "DESCRIBE", "EXECUTE", "PREPARE", "TRUNCATE", "ROLLBACK", "WITH",
    };
    static const char *const others[] = {
        "SELECT", "FROM",   "WHERE",     "GROUP",    "ORDER", "HAVING", "LIMIT",
        "UNION",  "JOIN",   "INNER",     "CROSS",    "TABLE", "USING",  "VALUES",
        "INTO",   "WINDOW", "AND",       "BETWEEN",  "LIKE",  "OFFSET", "EMIT",
        "LEFT",   "RIGHT",  "INTERSECT", "EXCEPT",   "CASE",  "WHEN",   "DESC",
        "NULLS",  "NULL",   "CHANGES",   "COMPLETE", "VIEW",
    };
    enum { SHORTEST = 3 };
    if (!is_plain_name(token) || token.value.length < SHORTEST)
        return FAIL;
    const char *text = token_text(p, token);
    Nearest nearest = nearest_start(text);
    if (first)
        for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
            nearest_offer(&nearest, starts[i]);
    else
        for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
            nearest_offer(&nearest, others[i]);
    if (!nearest.best || is_no_slip(text, &nearest))
        return FAIL;
    (void)nearest_hint(&nearest, p->err);
    return OK;
}

static void hint(Parse *p, const Trail *trail)
{
    if (!p->err || strcmp(p->err->sqlstate, SQLSTATE_SYNTAX) != 0 || p->err->hint[0] ||
        p->err->position < 0 || p->err->position != trail->last.start)
        return;
    bool first = trail->before.type == 0;
    if (hint_keyword(p, trail->last, first) == FAIL && !first)
        (void)hint_keyword(p, trail->before, trail->before.start == 0);
}

/* Feeds the text, behind a token that says what is asked for (0: a statement). */
static Status run(Parse *p, int ask)
{
    Tokens *tokens = mem_alloc(sizeof *tokens);
    void *parser = SqlParseAlloc(malloc);
    Trail trail = {0};
    bool any = false;
    if (!parser)
        abort();
    tokens_init(tokens, p->text, p->arena, p->err);
    if (ask)
        SqlParse(parser, ask, (Token){.type = ask}, p);
    while (!p->failed) {
        Token token = tokens_next(tokens);
        trail = (Trail){.last = token, .before = trail.last};
        if (token.type < 0)
            p->failed = true;
        if (token.type < 0 || (token.type == 0 && !any && !ask))
            break;
        any = true;
        SqlParse(parser, token.type, token, p);
        if (token.type == 0)
            break;
        if (sql_parse_stack(parser) > PARSE_STACK_MAX)
            parse_fail(p, SQLSTATE_TOO_COMPLEX, token.start,
                       "statement too complex: too many open parentheses or operators");
    }
    SqlParseFree(parser, free);
    free(tokens);
    if (p->failed)
        hint(p, &trail);
    return p->failed ? FAIL : OK;
}

static size_t trimmed_end(Str text)
{
    size_t end = 0;
    for (size_t at = 0;;) {
        Span span = lexer_span(text, at);
        if (span.kind == SPAN_END || (span.kind == SPAN_OPERATOR && text.data[span.start] == ';'))
            return end;
        bool comment =
            span.kind == SPAN_COMMENT &&
            !str_has_prefix((Str){text.data + span.start, span.end - span.start}, STR("/*+"));
        if (span.kind != SPAN_BLANK && !comment)
            end = span.end;
        at = span.end;
    }
}

Status parse_statement(Str text, Arena *arena, Statement **out, Err *err)
{
    Parse p = {.arena = arena, .err = err, .text = text};
    TRY(check_text(text, err));
    TRY(run(&p, 0));
    /* A lone semicolon is an empty statement too. */
    if (p.statement) {
        p.statement->end = (int32_t)trimmed_end(text);
        p.statement->param_count = p.param_count;
    }
    *out = p.statement;
    return OK;
}

Status parse_expression(Str text, Arena *arena, Expr **out, Err *err)
{
    Parse p = {.arena = arena, .err = err, .text = text};
    TRY(check_text(text, err));
    TRY(run(&p, TK_ASK_EXPR));
    *out = p.expr;
    return OK;
}

Status parse_type(Str text, Arena *arena, TypeName **out, Err *err)
{
    Parse p = {.arena = arena, .err = err, .text = text};
    TRY(check_text(text, err));
    TRY(run(&p, TK_ASK_TYPE));
    *out = p.type;
    return OK;
}

Status parse_name(Str text, Arena *arena, NameList *out, Err *err)
{
    Parse p = {.arena = arena, .err = err, .text = text};
    TRY(check_text(text, err));
    TRY(run(&p, TK_ASK_NAME));
    *out = *p.name;
    return OK;
}

const char *parse_keyword(size_t index)
{
    const Keyword *keyword = keyword_at(index);
    return keyword ? keyword->text : NULL;
}
