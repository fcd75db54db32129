/*
 * fuzz_parser.c - changes the statements of the grammar's corpus at random.
 *
 *     fuzz_parser [ROUNDS [SEED]]
 *
 * Deterministic for a seed.  Nothing may crash; whatever parses must print to
 * text that parses and prints to the same text again; an error has a SQLSTATE
 * and a position inside the text.  Build it with -Db_sanitize=address,undefined.
 */
#include <stdio.h>
#include <stdlib.h>
#include "corpus.h"
#include "grammar/lexer.h"
#include "grammar/parse.h"

static uint64_t state;

static uint64_t random_u64(void)
{
    /* splitmix64 */
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static size_t below(size_t limit)
{
    return limit ? (size_t)(random_u64() % limit) : 0;
}

typedef LIST(Str) Lexemes;

static void lexemes_of(Str text, Lexemes *out)
{
    out->count = 0;
    for (size_t at = 0;;) {
        Span span = lexer_span(text, at);
        if (span.kind == SPAN_END)
            return;
        list_push(out, ((Str){text.data + span.start, span.end - span.start}));
        at = span.end;
    }
}

static Str any_lexeme(const Corpus *corpus, Lexemes *scratch)
{
    static const char *const odd[] = {
        "(", ")",   ",",  ";",  "'",  "\"", "$$", "/*", "--",   "::",          "NULL",
        "-", "NOT", "IN", "[",  "]",  ".",  "*",  "<",  ">>",   "=>",          "$1",
        "?", "0",   "1e", "E'", "X'", "`",  "AS", "ON", "WITH", "/*+ OPTIONS("};
    if (below(4) == 0)
        return str_from(odd[below(sizeof odd / sizeof odd[0])]);
    if (below(8) == 0)
        for (;;) {
            const char *keyword = parse_keyword(below(256));
            if (keyword)
                return str_from(keyword);
        }
    lexemes_of(corpus->statements.at[below(corpus->statements.count)], scratch);
    return scratch->at[below(scratch->count)];
}

/* One of the same kind, if a few tries find it: a name for a name, a number for a number. */
static Str alike(const Corpus *corpus, Lexemes *scratch, Str lexeme)
{
    enum { TRIES = 20 };
    SpanKind kind = lexer_span(lexeme, 0).kind;
    for (int i = 0; i < TRIES; i++) {
        Str other = any_lexeme(corpus, scratch);
        if (lexer_span(other, 0).kind == kind)
            return other;
    }
    return lexeme;
}

static void add_lexeme(Buf *out, Str lexeme)
{
    buf_add_char(out, ' ');
    buf_add(out, lexeme.data, lexeme.length);
    buf_add_char(out, ' ');
}

/* Drops, doubles, swaps, replaces and inserts lexemes. */
static void mutate(const Corpus *corpus, Str from, Buf *out)
{
    static Lexemes lexemes, scratch;
    buf_clear(out);
    lexemes_of(from, &lexemes);
    size_t changes = below(3) ? 1 : 1 + below(4);
    for (size_t i = 0; i < lexemes.count; i++) {
        bool here = changes && below(lexemes.count) < 4;
        changes -= here;
        switch (here ? below(8) : 8) {
        case 0:
            break;
        case 1:
            add_lexeme(out, lexemes.at[i]);
            add_lexeme(out, lexemes.at[i]);
            break;
        case 2:
            add_lexeme(out, any_lexeme(corpus, &scratch));
            break;
        case 3:
            add_lexeme(out, any_lexeme(corpus, &scratch));
            add_lexeme(out, lexemes.at[i]);
            break;
        case 4:
            add_lexeme(out, lexemes.at[below(lexemes.count)]);
            break;
        case 5:
            if (i + 1 < lexemes.count)
                add_lexeme(out, lexemes.at[i + 1]);
            add_lexeme(out, lexemes.at[i]);
            break;
        case 6:
        case 7:
            add_lexeme(out, alike(corpus, &scratch, lexemes.at[i]));
            break;
        default:
            buf_add(out, lexemes.at[i].data, lexemes.at[i].length);
        }
    }
    if (below(8) == 0 && out->length) /* a byte */
        out->data[below(out->length)] = (char)(below(4) ? 32 + below(95) : below(256));
    if (below(16) == 0)
        out->length = below(out->length + 1);
    if (below(16) == 0) { /* the second half of another */
        Str other = corpus->statements.at[below(corpus->statements.count)];
        size_t cut = below(other.length);
        out->length = below(out->length + 1);
        buf_add(out, other.data + cut, other.length - cut);
    }
}

static void complain(const char *what, Str text, const Err *err)
{
    fprintf(stderr, "%s: %s %s\n%.*s\n", what, err->sqlstate, err->message, (int)text.length,
            text.data);
    exit(1);
}

static bool check(Str text)
{
    static Arena arena;
    static Buf first, second;
    Err err = ERR_NONE;
    Statement *statement = NULL;
    arena_reset(&arena);
    buf_clear(&first);
    buf_clear(&second);
    if (parse_statement(text, &arena, &statement, &err) != OK) {
        if (!err.sqlstate[0] || err.position < 0 || err.position > (int32_t)text.length)
            complain("an error without a state or place", text, &err);
        return false;
    }
    if (!statement)
        return true;
    ast_print_statement(&first, statement);
    Str once = {first.data, first.length};
    if (parse_statement(once, &arena, &statement, &err) != OK) {
        fprintf(stderr, "from: %.*s\n", (int)text.length, text.data);
        complain("what was printed does not parse", once, &err);
    }
    ast_print_statement(&second, statement);
    if (!str_equal(once, (Str){second.data, second.length})) {
        fprintf(stderr, "from: %.*s\nthen: %s\n", (int)text.length, text.data, buf_text(&second));
        complain("print and parse disagree", once, &err);
    }
    return true;
}

/* Every way in takes any text. */
static void check_others(Str text)
{
    static Arena arena;
    Err err = ERR_NONE;
    Expr *expr;
    TypeName *type;
    NameList name;
    size_t offset = 0;
    ParsePiece piece;
    arena_reset(&arena);
    (void)!parse_expression(text, &arena, &expr, &err);
    (void)!parse_type(text, &arena, &type, &err);
    (void)!parse_name(text, &arena, &name, &err);
    (void)parse_pending(text);
    while (parse_next(text, &offset, true, &piece))
        if (piece.text.length > text.length || !piece.text.length)
            complain("a piece that is none", text, &err);
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? atol(argv[1]) : 100000;
    long parsed = 0;
    Corpus corpus;
    Buf text;
    state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    corpus_read(&corpus, CORPUS_DIR "/corpus.sql");
    buf_init(&text);
    for (long i = 0; i < rounds; i++) {
        mutate(&corpus, corpus.statements.at[below(corpus.statements.count)], &text);
        Str exact = {mem_strndup(text.data ? text.data : "", text.length), text.length};
        parsed += check(exact);
        if (i % 4 == 0)
            check_others(exact);
        free((void *)(uintptr_t)exact.data);
    }
    printf("%ld of %ld parsed\n", parsed, rounds);
    buf_deinit(&text);
    corpus_free(&corpus);
    return 0;
}
