/* slt_lines.c - see slt_lines.h. */
#include "cli/slt_lines.h"

bool slt_lines_next(SltLines *lines, Str *line)
{
    if (lines->at >= lines->text.length)
        return false;
    const char *from = lines->text.data + lines->at;
    const char *stop = memchr(from, '\n', lines->text.length - lines->at);
    size_t length = stop ? (size_t)(stop - from) : lines->text.length - lines->at;
    lines->at += length + (stop != NULL);
    lines->number++;
    if (length && from[length - 1] == '\r')
        length--;
    *line = (Str){from, length};
    return true;
}

static bool is_blank(Str line)
{
    return str_trim(line).length == 0;
}

bool slt_next_word(Str *rest, Str *word)
{
    size_t at = 0;
    while (at < rest->length && (rest->data[at] == ' ' || rest->data[at] == '\t'))
        at++;
    size_t from = at;
    while (at < rest->length && rest->data[at] != ' ' && rest->data[at] != '\t')
        at++;
    *word = (Str){rest->data + from, at - from};
    *rest = (Str){rest->data + at, rest->length - at};
    return word->length > 0;
}

void slt_line_split(Str text, SltLine *line)
{
    Str rest = text;
    line->text = text;
    for (line->count = 0; line->count < SLT_WORDS_MAX; line->count++)
        if (!slt_next_word(&rest, &line->words[line->count]))
            return;
}

Str slt_line_rest(const SltLine *line, Str word)
{
    return str_trim((Str){word.data + word.length,
                          line->text.length - (size_t)(word.data + word.length - line->text.data)});
}

bool slt_word_is(Str word, const char *text)
{
    return str_equal(word, str_from(text));
}

Status slt_parse_bad(const char *what, Str word, Err *err)
{
    return err_set(err, SQLSTATE_SYNTAX, -1, "%s \"" STR_FORMAT "\"", what, STR_ARG(word));
}

Status slt_parse_integer(Str word, int64_t least, int64_t most, int64_t *number, Err *err)
{
    char text[24] = "";
    if (word.length < sizeof text)
        memcpy(text, word.data, word.length);
    if (!word.length || !text_to_i64(text, number) || *number < least || *number > most)
        return slt_parse_bad("not a number", word, err);
    return OK;
}

/* ---- blocks of lines ---- */

bool slt_lines_block(SltLines *lines, Str *block, bool is_sql)
{
    size_t from = lines->at, to = from;
    Str line;
    while (slt_lines_next(lines, &line)) {
        if (is_blank(line) || (is_sql && line.data[0] == '#'))
            break;
        if (is_sql && slt_word_is(line, "----")) {
            *block = (Str){lines->text.data + from, to - from};
            return true;
        }
        to = (size_t)(line.data + line.length - lines->text.data);
    }
    *block = (Str){lines->text.data + from, to - from};
    return false;
}

Str slt_lines_peek(const SltLines *lines)
{
    SltLines copy = *lines;
    Str line, word = STR("");
    if (slt_lines_next(&copy, &line))
        (void)slt_next_word(&line, &word);
    return word;
}

bool slt_lines_sql(SltLines *lines, Str *sql)
{
    bool dashes = slt_lines_block(lines, sql, true);
    Str next = slt_lines_peek(lines);
    if (!dashes && !sql->length && next.length && next.data[0] != '#' && !lines->is_known(next))
        dashes = slt_lines_block(lines, sql, true);
    return dashes;
}

/* Lines up to an empty one (one of blanks may be a value), or to one that says EOF. */
static void take_values(SltLines *lines, const char *last, Str *block)
{
    size_t from = lines->at, to = from;
    Str line;
    while (slt_lines_next(lines, &line) && !slt_word_is(line, last))
        to = (size_t)(line.data + line.length - lines->text.data);
    *block = (Str){lines->text.data + from, to - from};
}

void slt_lines_result(SltLines *lines, SltRecord *record)
{
    Str block;
    record->has_result = true;
    record->result_from = lines->at;
    take_values(lines, record->is_text ? "EOF" : "", &block);
    record->result_to = record->result_from + block.length;
    /* With its last line end. */
    if (block.length && record->result_to < lines->text.length)
        record->result_to = (size_t)(block.data + block.length - lines->text.data);
}

Str slt_lines_error(SltLines *lines)
{
    Str text;
    (void)slt_lines_block(lines, &text, false);
    for (;;) {
        Str next = slt_lines_peek(lines), more;
        if (!text.length || !next.length || next.data[0] == '#' || lines->is_known(next))
            return str_trim(text);
        (void)slt_lines_block(lines, &more, false);
        text.length = (size_t)(more.data + more.length - text.data);
    }
}
