/*
 * build.h - what the rules of sql.y do: make nodes, check depth and words.
 *
 * A builder never fails towards the grammar: after an error it returns a valid
 * node all the same, and the driver stops at the next token.
 */
#ifndef STREAMD_GRAMMAR_BUILD_H
#define STREAMD_GRAMMAR_BUILD_H

#include "grammar/ast.h"
#include "grammar/lexer.h"

typedef LIST(ExprList) RowList;
typedef LIST(Token) TokenList;
typedef LIST(TypeName *) TypeList;
typedef LIST(TypeField) FieldList;
typedef LIST(NameList) NamesList;
typedef LIST(CaseWhen) WhenList;
typedef LIST(ColumnClause) ColumnList;

typedef struct Parse {
    Arena *arena;
    Err *err;
    bool failed;
    Str text;
    int32_t param_count;
    int32_t question_count;
    CreateStatement *create; /* the one being read */
    /* results, by what was asked for */
    Statement *statement;
    Expr *expr;
    TypeName *type;
    NameList *name;
} Parse;

/* Keeps the first error. */
void parse_fail(Parse *p, const char *sqlstate, int32_t position, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* syntax error at or near "…" */
void parse_fail_at(Parse *p, int32_t start, int32_t end);
void parse_deepen(Parse *p, uint16_t *depth, uint16_t child_depth, int32_t position);

/* ---- words and names ---- */
bool token_is(Token token, const char *word);
/* Syntax error unless the token is that word. */
void token_expect(Parse *p, Token token, const char *word);
const char *token_text(Parse *p, Token token);                        /* a copy */
const char *token_text_lower(Parse *p, Token token);                  /* a copy in lower case */
Str token_str(Parse *p, Token token);                                 /* a copy */
Token token_join(Parse *p, Token left, Token separator, Token right); /* scan.mode */
Name name_make(Parse *p, Token token);
NameList *names_add(Parse *p, NameList *list, Name name); /* list NULL: a new one */
NameList names_value(const NameList *list);               /* NULL: empty */
const char *names_text(Parse *p, const NameList *names);  /* (a, b) as SQL */
TokenList *tokens_add(Parse *p, TokenList *list, Token token);
int32_t names_position(const NameList *name); /* of the last part */
int32_t names_end(const NameList *name);

/* ---- types ---- */
TypeName *type_make(Parse *p, TypeNameKind kind, Token at);
TypeName *type_named(Parse *p, const NameList *name);
void type_arg(Parse *p, TypeName *type, Token integer);
TypeName *type_array_of(Parse *p, TypeName *element, Token at, Token end);
void type_child(Parse *p, TypeName *type, TypeName *child);
FieldList *type_field(Parse *p, FieldList *list, Token name, TypeName *type, const Token *comment);
TypeName *type_row(Parse *p, Token at, const FieldList *fields, Token end);
IntervalUnit unit_from(Token token);

/* ---- expressions ---- */
Expr *expr_make(Parse *p, ExprKind kind, Token at);
void expr_adopt(Parse *p, Expr *parent,
                const Expr *child); /* depth and extent; child may be NULL */
void expr_adopt_list(Parse *p, Expr *parent, const ExprList *list);
void expr_adopt_query(Parse *p, Expr *parent, const Query *query);
Expr *expr_enclose(Expr *expr, Token open, Token close);
ExprList *exprs_add(Parse *p, ExprList *list, Expr *expr);
ExprList exprs_value(const ExprList *list);
Expr *expr_literal(Parse *p, Token token);
Expr *expr_typed_literal(Parse *p, TypeName *type, Token name, Token text);
/* One more "number unit" behind those before (NULL: the first); a string token. */
Token interval_part(Parse *p, const Token *before, Token text, Token unit);
Expr *expr_interval(Parse *p, Token keyword, const Token *sign, Token text, const Token *from,
                    const Token *to);
Expr *expr_param(Parse *p, Token token);
Expr *expr_column(Parse *p, const NameList *name);
Expr *expr_unary(Parse *p, UnaryOp op, Token at, Expr *arg);
Expr *expr_binary(Parse *p, Expr *left, Token op, Expr *right);
Expr *expr_binary_op(Parse *p, Expr *left, BinaryOp op, Token at, Expr *right);
Expr *expr_and_or(Parse *p, ExprKind kind, Expr *left, Token at, Expr *right);
Expr *expr_is(Parse *p, Expr *arg, Token at, bool negated, IsTest test, Token end);
Expr *expr_like(Parse *p, Expr *value, bool negated, Token at, Expr *pattern, Expr *escape);
Expr *expr_between(Parse *p, Expr *value, bool negated, Token at, bool symmetric, Expr *low,
                   Expr *high);
Expr *expr_in_list(Parse *p, Expr *value, bool negated, Token at, const ExprList *items, Token end);
Expr *expr_sub(Parse *p, ExprKind kind, Token at, Expr *value, Query *query, bool negated);
Expr *expr_array_of(Parse *p, Token at, Expr *first, const ExprList *others, Token end);
Expr *expr_quantified(Parse *p, Expr *left, Token op, bool negated, Expr *array, Query *query,
                      int32_t end);
Expr *expr_cast(Parse *p, Token at, Expr *arg, TypeName *type, bool is_try);
Expr *expr_list(Parse *p, ExprKind kind, Token at, const ExprList *items, Token end);
Expr *expr_case(Parse *p, Token at, Expr *operand, const WhenList *whens, Expr *otherwise,
                Token end);
Expr *expr_subscript(Parse *p, ExprKind kind, Expr *arg, Token at, Expr *low, Expr *high,
                     Token end);
Expr *expr_field(Parse *p, Expr *arg, Token name);
Expr *expr_star(Parse *p, const NameList *qualifier, Token star);

/* ---- calls ---- */
typedef enum ArgForm {
    ARGS_PLAIN,
    ARGS_FROM, /* (x FROM y [FOR z]): extract, substring, trim */
    ARGS_FOR,  /* substring(x FOR z) */
    ARGS_BOTH, /* trim(BOTH …) */
    ARGS_LEADING,
    ARGS_TRAILING,
    ARGS_PLACING, /* overlay */
    ARGS_TO,      /* floor(x TO unit) */
    ARGS_TRIM,    /* trim(FROM x), trim(BOTH x, y) */
    ARGS_TRIM_LEADING,
    ARGS_TRIM_TRAILING,
} ArgForm;

/* Arguments as they are read; names stays NULL while all are positional. */
typedef struct Args {
    ExprList list;
    LIST(Name) names;
    ArgForm form;
    bool star, distinct;
    NullTreatment null_treatment;
    OrderList *order_by;
} Args;

Args *args_add(Parse *p, Args *args, const Token *name, Expr *value);
Args *args_special(Parse *p, ArgForm form, Expr *first, Expr *second, Expr *third);
Expr *expr_call(Parse *p, const NameList *name, Args *args, Token end);
Expr *expr_operator_call(Parse *p, Token op, Expr *left, Expr *right); /* @ x, |/ x, x ^@ y */
Expr *expr_overlaps(Parse *p, Expr *left, Token op, Expr *right);
/* TYPE(n) '…', read as a call so far. */
Expr *expr_typed_call(Parse *p, Expr *call, TimeZoneKind zone, Token text);
Expr *expr_table_arg(Parse *p, Token at, const NameList *table, Query *query,
                     const ExprList *partition_by);
Expr *expr_table_arg_from(Parse *p, Expr *table, Token at, const ExprList *partition_by);
void call_filter(Parse *p, Expr *call, Expr *condition, Token end);
void call_within_group(Parse *p, Expr *call, OrderList *order_by, Token end);
void call_over(Parse *p, Expr *call, WindowSpec *over, int32_t end);

/* ---- windows, order ---- */
OrderList *order_add(Parse *p, OrderList *list, OrderItem item);
OrderList order_value(const OrderList *list);
WindowSpec *window_make(Parse *p, int32_t position);
uint16_t window_depth(const WindowSpec *window);

/* ---- queries ---- */
Query *query_make(Parse *p, QueryKind kind, Token at);
void query_adopt_expr(Parse *p, Query *query, const Expr *expr);
void query_adopt_exprs(Parse *p, Query *query, const ExprList *list);
void query_adopt_select(Parse *p, Query *query); /* after all parts of select are set */
Query *query_set(Parse *p, Query *left, Token op, bool all, Query *right);
Query *query_table(Parse *p, Token at, const NameList *table);
/* SELECT * FROM table */
Query *query_star(Parse *p, Token at, TableRef *table);
Query *query_values(Parse *p, Token at, const RowList *rows);
typedef struct QueryTail {
    OrderList *order_by;
    bool order_all;
    OrderItem order_all_item;
    Expr *limit, *offset;
    bool with_ties;
    EmitMode emit;
    int32_t emit_position;
    int32_t end;
} QueryTail;
Query *query_tail(Parse *p, Query *query, const QueryTail *tail);
Query *query_with(Parse *p, With *with, Query *query, Token at);
With *with_add(Parse *p, With *with, CommonTable table);
SelectList *items_add(Parse *p, SelectList *list, Expr *expr, const Token *alias);
SelectList items_value(const SelectList *list);
SelectList *items_star(Parse *p, int32_t position);

TableRef *table_make(Parse *p, TableRefKind kind, int32_t position, int32_t end);
TableRef *table_join(Parse *p, JoinKind kind, Token at, TableRef *left, TableRef *right);
void table_join_on(Parse *p, TableRef *join, Expr *on);
void table_adopt_expr(Parse *p, TableRef *table, const Expr *expr);
TableRef *table_function(Parse *p, Expr *call);
TableRef *table_query(Parse *p, Query *query);
TableList *tables_add(Parse *p, TableList *list, TableRef *table);
TableList tables_value(const TableList *list);

GroupItem *group_make(Parse *p, GroupKind kind, int32_t position);
GroupItem *group_expr(Parse *p, Expr *expr);
GroupList *groups_add(Parse *p, GroupList *list, GroupItem *item);
/* ROLLUP (…) and so on; implicit rows become sets. */
GroupItem *group_of(Parse *p, GroupKind kind, Token at, const GroupList *items);
/* An item at the top level: an implicit row is its members. */
GroupList *groups_add_top(Parse *p, GroupList *list, GroupItem *item);

/* ---- statements ---- */
Statement *statement_make(Parse *p, StatementKind kind, Token at);
void statement_adopt(Parse *p, Statement *statement, uint16_t depth);
void statement_adopt_expr(Parse *p, Statement *statement, const Expr *expr);
void statement_adopt_items(Parse *p, Statement *statement, const SelectList *items);
void statement_adopt_set(Parse *p, Statement *statement, const AssignmentList *set);
void statement_adopt_with(Parse *p, Statement *statement, const With *with);
void statement_adopt_tables(Parse *p, Statement *statement, const TableList *tables);

OptionClauseList *options_add(Parse *p, OptionClauseList *list, OptionClause option);
OptionClause option_make(Parse *p, Str key, int32_t position, const OptionClause *value);
OptionClause option_value(Parse *p, Token token);
OptionClause option_negative(Parse *p, Token minus, Token number);
OptionClauseList options_value(const OptionClauseList *list);

AssignmentList *assignments_add(Parse *p, AssignmentList *list, Token column, Expr *value);
AssignmentList assignments_value(const AssignmentList *list);
Statement *insert_make(Parse *p, Token at, InsertStatement *insert, bool overwrite,
                       const NameList *table, const AssignmentList *partition,
                       const NameList *columns, Query *query, const SelectList *returning);
Statement *insert_with(Parse *p, With *with, Statement *insert, Token at);

CreateStatement *create_make(Parse *p, bool or_replace, bool temporary);
Statement *create_finish(Parse *p, ObjectKind object, Token at, bool if_not_exists,
                         const NameList *name);
Statement *show_words(Parse *p, Token at, const TokenList *words, const NameList *of,
                      const Token *like);
Statement *explain_words(Parse *p, Token at, const TokenList *words, Statement *statement);
Statement *explain_options(Parse *p, Token at, const OptionClauseList *options,
                           Statement *statement);
TransactionMode transaction_words(Parse *p, const TokenList *words, size_t first);
Statement *transaction_end(Parse *p, StatementKind kind, Token at, const TokenList *words);
Statement *set_words(Parse *p, Token at, const TokenList *words);
Statement *set_time_zone(Parse *p, Token at, const Token *scope, Token zone, OptionClause value);
Statement *set_value(Parse *p, Token at, const Token *scope, Str key, int32_t key_position,
                     const OptionClauseList *values);
Statement *copy_make(Parse *p, Token at, const NameList *table, const NameList *columns,
                     Query *query, bool from, Token target, const OptionClauseList *options);
OptionClauseList *copy_word(Parse *p, OptionClauseList *list, Token word, const Token *value);
Statement *declare_cursor(Parse *p, Token at, Token name, const TokenList *before,
                          const TokenList *after, Query *query);
Statement *fetch_words(Parse *p, Token at, const TokenList *words);

#endif
