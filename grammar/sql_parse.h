/*
 * sql_parse.h - the functions that Lemon generates from sql.y.
 */
#ifndef STREAMD_GRAMMAR_SQL_PARSE_H
#define STREAMD_GRAMMAR_SQL_PARSE_H

#include <stddef.h>
#include "grammar/build.h"

void *SqlParseAlloc(void *(*allocate)(size_t));
void SqlParseFree(void *parser, void (*release)(void *));
void SqlParse(void *parser, int type, Token token, Parse *p);
/* Entries on the parser's stack. */
size_t sql_parse_stack(const void *parser);

#endif
