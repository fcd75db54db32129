/*
 * print.h - pieces of the printer that its files share.
 */
#ifndef STREAMD_GRAMMAR_PRINT_H
#define STREAMD_GRAMMAR_PRINT_H

#include "grammar/ast.h"

void print_list(Buf *out, const ExprList *list);       /* a, b */
void print_name_list(Buf *out, const NameList *names); /* a, b */
void print_columns(Buf *out, const NameList *names);   /* " (a, b)", or nothing */
void print_call(Buf *out, const FunctionCall *call);
void print_order(Buf *out, const OrderList *order);    /* a, b DESC */
void print_direction(Buf *out, const OrderItem *item); /* " DESC NULLS LAST" */
void print_window(Buf *out, const WindowSpec *window); /* what stands in its parentheses */
void print_items(Buf *out, const SelectList *items);
void print_tables(Buf *out, const TableList *tables);
void print_with(Buf *out, const With *with); /* "WITH … " */
void print_in_parens(Buf *out, const Query *query);
void print_hint(Buf *out, const OptionClauseList *hint); /* as a comment with a plus */
void print_text(Buf *out, const char *text);             /* as a string literal */

#endif
