/*
 * split.c - cuts scripts into statements.
 *
 * Only lexemes are looked at, so a statement that is wrong inside is still cut
 * where its semicolon is.
 */
#include "grammar/lexer.h"
#include "grammar/parse.h"
#include "grammar/sql.h"

static bool span_is(Str text, Span span, const char *word)
{
    return span.kind == SPAN_WORD &&
           str_equal_nocase((Str){text.data + span.start, span.end - span.start}, str_from(word));
}

/* EXECUTE STATEMENT SET BEGIN ends without a semicolon: how many of its words have been read. */
static size_t set_words(Str text, Span span, size_t matched, size_t index)
{
    static const char *const words[] = {"EXECUTE", "STATEMENT", "SET", "BEGIN"};
    enum { WORDS = sizeof words / sizeof words[0] };
    return matched == index && matched < WORDS && span_is(text, span, words[matched]) ? matched + 1
                                                                                      : matched;
}

enum { SET_WORDS = 4 };

/* A comment with a plus belongs to the statement, whatever it says. */
static bool is_hint(Str text, Span span)
{
    return span.kind == SPAN_COMMENT &&
           str_has_prefix((Str){text.data + span.start, span.end - span.start}, STR("/*+"));
}

bool parse_next(Str script, size_t *offset, bool at_end, ParsePiece *piece)
{
    size_t start = *offset, end = *offset, matched = 0, index = 0;
    bool begun = false;
    for (size_t at = *offset;;) {
        Span span = lexer_span(script, at);
        bool semicolon = span.kind == SPAN_OPERATOR && span.operator_token == TK_SEMICOLON;
        if (span.kind == SPAN_END || (span.open && !at_end)) {
            bool blank = !begun && span.kind == SPAN_END;
            if (blank)
                *offset = script.length;
            if (!at_end || blank)
                return false;
            *piece = (ParsePiece){{script.data + start, end - start}, start, false};
            *offset = script.length;
            return true;
        }
        at = span.end;
        if (begun && is_hint(script, span))
            end = span.end;
        if (span.kind == SPAN_BLANK || (span.kind == SPAN_COMMENT && !span.open))
            continue;
        if (semicolon && !begun) { /* an empty statement */
            *offset = start = end = at;
            continue;
        }
        if (semicolon) {
            *piece = (ParsePiece){{script.data + start, end - start}, start, true};
            *offset = at;
            return true;
        }
        if (!begun)
            start = span.start;
        begun = true;
        end = span.end;
        matched = set_words(script, span, matched, index++);
        if (matched == SET_WORDS && index == SET_WORDS) {
            *piece = (ParsePiece){{script.data + start, end - start}, start, true};
            *offset = at;
            return true;
        }
    }
}

char parse_pending(Str script)
{
    size_t offset = 0, parens = 0;
    ParsePiece piece;
    bool begun = false;
    while (parse_next(script, &offset, false, &piece)) {
    }
    for (size_t at = offset;;) {
        Span span = lexer_span(script, at);
        if (span.kind == SPAN_END)
            break;
        if (span.open)
            return span.kind == SPAN_COMMENT ? '*' : span.quote;
        if (span.kind == SPAN_OPERATOR && span.operator_token == TK_LP)
            parens++;
        if (span.kind == SPAN_OPERATOR && span.operator_token == TK_RP && parens)
            parens--;
        begun |= span.kind != SPAN_BLANK && span.kind != SPAN_COMMENT;
        at = span.end;
    }
    return parens ? '(' : begun ? '-' : ' ';
}
