/*
 * parse.h - from SQL text to a tree.
 *
 *     Statement *statement;
 *     TRY(parse_statement(text, arena, &statement, err));
 *
 * A script is cut into statements with parse_next and each is parsed on its
 * own, so that what stands before an error has already run.  All functions are
 * pure: they touch the arena and the error and nothing else.
 *
 * Errors: 42601 for syntax, 54000 for too long a text or literal, 54001 for too
 * deep a nesting, 22xxx for a literal that has no value; always with a position.
 */
#ifndef STREAMD_GRAMMAR_PARSE_H
#define STREAMD_GRAMMAR_PARSE_H

#include "base/err.h"
#include "base/str.h"
#include "grammar/ast.h"

enum {
    PARSE_TEXT_BYTES_MAX = 16 * 1024 * 1024,   /* a statement's text */
    PARSE_LITERAL_BYTES_MAX = 8 * 1024 * 1024, /* a string or bytes literal */
    PARSE_IDENTIFIER_BYTES_MAX = 255,
    PARSE_STACK_MAX = 10000, /* entries of the parser's stack: some 2,500 open parentheses */
};

/* Parses exactly one statement; one semicolon at the end is allowed.  Text without any (blank or
 * comments only) gives *out == NULL. */
Status parse_statement(Str text, Arena *arena, Statement **out, Err *err);

/* Parses an expression alone. */
Status parse_expression(Str text, Arena *arena, Expr **out, Err *err);

/* Parses a type alone: 'DECIMAL(10, 2)', 'ARRAY<ROW<a INT>>'. */
Status parse_type(Str text, Arena *arena, TypeName **out, Err *err);

/* Parses a possibly qualified name alone: 'streamd.jobs', '"a b".c'. */
Status parse_name(Str text, Arena *arena, NameList *out, Err *err);

/* What parse_next found. */
typedef struct ParsePiece {
    Str text;        /* one statement without its semicolon, blanks and comments around it
                        trimmed; points into the script */
    size_t offset;   /* of text in the script */
    bool terminated; /* a semicolon ended it */
} ParsePiece;

/* Cuts the next statement off script text, from *offset on, and moves *offset behind it.
 * True: there is one in *piece.  False: nothing but blanks and comments is left (*offset is at the
 * end), or, with at_end false, the statement there has no semicolon yet (*offset stays before it:
 * come again with more text).  With at_end the rest of the text is the last statement.
 * `EXECUTE STATEMENT SET BEGIN` is a piece that needs no semicolon. */
bool parse_next(Str script, size_t *offset, bool at_end, ParsePiece *piece);

/* Interactive input: what the text after the last whole statement is inside of, for the prompt.
 * ' ' nothing begun, '-' a statement, '\'' a string, '"' or '`' an identifier, '$' a dollar quote,
 * '*' a comment, '(' a parenthesis. */
char parse_pending(Str script);

/* The SQL keywords by index, sorted, in upper case; NULL past the last. For completion. */

const char *parse_keyword(size_t index);

#endif
