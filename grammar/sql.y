/*
 * sql.y - the grammar of streamd's SQL, for Lemon: its words, names, types and expressions.
 *
 * sql_query.y and sql_statement.y go on; the build reads the three as one.
 *
 * Words that are no reserved ones fall back to identifiers wherever the grammar
 * has no use for them as keywords (%fallback; Lemon's -c keeps every look-ahead
 * explicit, so that a keyword is never taken for an alias where it could be one).
 * Words that need company are told apart by tokens.c.  The shapes of queries
 * (select_parens, select_bare, select_clause) and of joins are PostgreSQL's.
 * Actions only call builders (build.h).
 */
%name SqlParse
%token_prefix TK_
%token_type {Token}
%extra_argument {Parse *p}
%start_symbol input
%stack_size 0

%include {
#include <string.h>
#include <stdlib.h>
#include "grammar/build.h"
#include "grammar/sql_parse.h"
}

%syntax_error {
    (void)yyminor;
    parse_fail_at(p, TOKEN.start, TOKEN.end);
}
%parse_failure { }
%stack_overflow { parse_fail(p, SQLSTATE_TOO_COMPLEX, -1, "statement too complex"); }

%code {
size_t sql_parse_stack(const void *parser)
{
    const yyParser *y = parser;
    return (size_t)(y->yytos - y->yystack);
}
}

%fallback ID
    ABORT ADD ALTER ANTI ANY ARRAY_SUFFIX ASC ASOF ASYMMETRIC AT BEGIN BOTH CASCADE CAST CATALOG CHAR CHARACTER
    CHECK CLOSE COLUMN COMMENT COMMIT CONFLICT CONSTRAINT COPY CUBE CURRENT CURSOR DATABASE
    DEALLOCATE DECLARE DELETE DESC DESCRIBE DESCRIPTOR DISCARD DO DOUBLE DROP EMIT END ENFORCED
    ESCAPE EXCLUDE EXECUTE EXISTS EXPLAIN FETCH FILTER FIRST FLUSH FOLLOWING FULL FUNCTION GENERATED
    GROUPING GROUPS IF IGNORE ILIKE INSERT INTERVAL ISNULL JOB KEY LANGUAGE LAST LEADING LEFT
    LOCATION MAP MATERIALIZED METADATA MODEL MULTISET NEXT NOTHING NOTNULL NULLS OFFSET ONLY
    OPERATOR OPTIONS OUTER OVER OVERWRITE PARTITION PARTITIONED PLACING POSITION PRECEDING PREPARE
    PRIMARY QUALIFY RANGE RECURSIVE RELEASE RENAME REPEATABLE REPLACE RESET RESPECT RESTRICT RETURN
    RETURNING RETURNS RIGHT RLIKE ROLLBACK ROLLUP ROW ROWS SAVEPOINT SEMI SET SHOW SIMILAR SINK SOME
    SOURCE START STATEMENT STOP STORED STRUCT SYMMETRIC SYSTEM_TIME TABLESAMPLE TBLPROPERTIES
    TEMPORARY TIES TRAILING TRANSACTION TRUNCATE TRY_CAST UNBOUNDED UPDATE USE VALUES VIEW VIRTUAL
    WATERMARK WINDOW WITHIN WITHOUT.

/* Loosest first; PostgreSQL's table, but that chains of comparisons go left instead of failing. */
%left UNION EXCEPT.
%left INTERSECT.
%left JOIN CROSS LEFT FULL RIGHT INNER NATURAL SEMI ANTI ASOF LATERAL.
%left OR.
%left AND.
%right NOT.
%left IS ISNULL NOTNULL.
%left EQ NE LT LE GT GE NULL_SAFE_EQ QUANTIFIED.
%left BETWEEN IN LIKE ILIKE SIMILAR_TO RLIKE NOT_LA.
%left ESCAPE.
%left CONCAT AMP BAR HASH SHIFT_LEFT SHIFT_RIGHT TILDE TILDE_STAR NOT_TILDE NOT_TILDE_STAR LIKE_OP
      NOT_LIKE_OP ILIKE_OP NOT_ILIKE_OP STARTS_WITH ABSOLUTE SQUARE_ROOT CUBE_ROOT PERIODS_OVERLAP ARROW ARROW_TEXT HASH_ARROW HASH_ARROW_TEXT CONTAINS CONTAINED OVERLAPS.
%left PLUS MINUS.
%left STAR SLASH PERCENT DIV.
%left CARET.
%left AT_TIME_ZONE.
%left COLLATE.
%right UMINUS.
%left LP RP.
%left LB RB.
%left TYPECAST.

/* ---- what is asked for ---- */

input ::= statement(S). { p->statement = S; }
input ::= statement(S) SEMICOLON. { p->statement = S; }
input ::= SEMICOLON. { p->statement = NULL; }
input ::= ASK_EXPR expr(E). { p->expr = E; }
input ::= ASK_TYPE typename(T). { p->type = T; }
input ::= ASK_NAME names(N). { p->name = N; }

/* ---- names ---- */

%type names {NameList *}
names(A) ::= ID(X). { A = names_add(p, NULL, name_make(p, X)); }
names(A) ::= names(L) DOT ID(X). { A = names_add(p, L, name_make(p, X)); }

%type name_list {NameList *}
name_list(A) ::= ID(X). { A = names_add(p, NULL, name_make(p, X)); }
name_list(A) ::= name_list(L) COMMA ID(X). { A = names_add(p, L, name_make(p, X)); }

%type names_list {NamesList *}
names_list(A) ::= names(N). {
    A = ARENA_NEW(p->arena, NamesList);
    list_push_arena(p->arena, A, *N);
}
names_list(A) ::= names_list(L) COMMA names(N). { A = L; list_push_arena(p->arena, A, *N); }

%type columns_opt {NameList *}
columns_opt(A) ::= . { A = NULL; }
columns_opt(A) ::= LP name_list(L) RP. { A = L; }

/* Any word: behind AS, and in keys of options. */
%type label {Token}
label(A) ::= ID(X). { A = X; }
label(A) ::= ALL|AND|AS|BETWEEN|BY|CASE|COLLATE|CREATE|CROSS|DEFAULT|DISTINCT|ELSE|EXCEPT|FALSE|FOR
    |FROM|GROUP|HAVING|IN|INNER|INTERSECT|INTO|IS|JOIN|LATERAL|LIKE|LIMIT|NATURAL|NOT|NULL|ON|OR
    |ORDER|SELECT|TABLE|THEN|TO|TRUE|UNION|UNIQUE|USING|WHEN|WHERE|WITH(X). { A = X; }

%type words {TokenList *}
words(A) ::= . { A = NULL; }
words(A) ::= words(L) ID(X). { A = tokens_add(p, L, X); }

/* ---- types ---- */

%type typename {TypeName *}
%type type_base {TypeName *}
%type type_inner {TypeName *}
%type type_fields {FieldList *}
typename(A) ::= type_base(T). { A = T; }
typename(A) ::= typename(T) ARRAY_SUFFIX(X). { A = type_array_of(p, T, X, X); }
typename(A) ::= typename(T) LB(X) RB(Y). { A = type_array_of(p, T, X, Y); }
typename(A) ::= typename(T) LB(X) INTEGER RB(Y). { A = type_array_of(p, T, X, Y); }

type_base(A) ::= names(N). { A = type_named(p, N); }
type_base(A) ::= names(N) LP INTEGER(X) RP(Y). {
    A = type_named(p, N);
    type_arg(p, A, X);
    A->end = Y.end;
}
type_base(A) ::= names(N) LP INTEGER(X) COMMA INTEGER(Y) RP(Z). {
    A = type_named(p, N);
    type_arg(p, A, X);
    type_arg(p, A, Y);
    A->end = Z.end;
}
type_base(A) ::= names(N) time_zone(Z). {
    A = type_named(p, N);
    A->zone = Z;
}
type_base(A) ::= names(N) LP INTEGER(X) RP time_zone(Z). {
    A = type_named(p, N);
    type_arg(p, A, X);
    A->zone = Z;
}
type_base(A) ::= INTERVAL(X) type_unit(U). {
    A = type_named(p, names_add(p, NULL, name_make(p, X)));
    A->from = unit_from(U);
}
type_base(A) ::= INTERVAL(X) type_unit(U) UNIT_TO type_unit(V). {
    A = type_named(p, names_add(p, NULL, name_make(p, X)));
    A->from = unit_from(U);
    A->to = unit_from(V);
}
type_base(A) ::= ARRAY_ANGLE(X) type_inner(T) GT(Y). {
    A = type_make(p, TYPE_NAME_ARRAY, X);
    type_child(p, A, T);
    A->end = Y.end;
}
type_base(A) ::= MAP_ANGLE(X) type_inner(K) COMMA type_inner(V) GT(Y). {
    A = type_make(p, TYPE_NAME_MAP, X);
    type_child(p, A, K);
    type_child(p, A, V);
    A->end = Y.end;
}
type_base(A) ::= ROW_ANGLE(X) type_fields(F) GT(Y). { A = type_row(p, X, F, Y); }
type_base(A) ::= ROW_CALL(X) LP type_fields(F) RP(Y). { A = type_row(p, X, F, Y); }

%type time_zone {TimeZoneKind}
time_zone(A) ::= WITH_TIME_ZONE. { A = ZONE_WITH; }
time_zone(A) ::= WITHOUT_TIME_ZONE. { A = ZONE_WITHOUT; }
time_zone(A) ::= WITH_LOCAL_TIME_ZONE. { A = ZONE_WITH_LOCAL; }

%type type_unit {Token}
type_unit(A) ::= UNIT(X). { A = X; }
type_unit(A) ::= UNIT(X) LP INTEGER RP. { A = X; }

type_inner(A) ::= typename(T). { A = T; }
type_inner(A) ::= typename(T) NULL. { A = T; }
type_inner(A) ::= typename(T) NOT NULL. { A = T; A->not_null = true; }

type_fields(A) ::= type_field(F). { A = F; }
type_fields(A) ::= type_fields(L) COMMA ID(X) colon_opt type_inner(T) comment_opt(C). {
    A = type_field(p, L, X, T, C.type ? &C : NULL);
}
%type type_field {FieldList *}
type_field(A) ::= ID(X) colon_opt type_inner(T) comment_opt(C). {
    A = type_field(p, NULL, X, T, C.type ? &C : NULL);
}
colon_opt ::= .
colon_opt ::= COLON.
%type comment_opt {Token}
comment_opt(A) ::= . { A = (Token){0}; }
comment_opt(A) ::= COMMENT STRING(X). { A = X; }

/* ---- expressions ---- */

%type expr {Expr *}
%type primary {Expr *}
%type postfixed {Expr *}
%type call {Expr *}
%type plain_call {Expr *}

expr(A) ::= primary(X). { A = X; }
expr(A) ::= expr(X) OR(O) expr(Y). { A = expr_and_or(p, EXPR_OR, X, O, Y); }
expr(A) ::= expr(X) AND(O) expr(Y). { A = expr_and_or(p, EXPR_AND, X, O, Y); }
expr(A) ::= NOT(O) expr(X). { A = expr_unary(p, OP_NOT, O, X); }
expr(A) ::= expr(X) EQ|NE|LT|LE|GT|GE|NULL_SAFE_EQ(O) expr(Y). { A = expr_binary(p, X, O, Y); }
expr(A) ::= expr(X) CONCAT|AMP|BAR|HASH|SHIFT_LEFT|SHIFT_RIGHT|TILDE|TILDE_STAR|NOT_TILDE
    |NOT_TILDE_STAR|LIKE_OP|NOT_LIKE_OP|ILIKE_OP|NOT_ILIKE_OP|STARTS_WITH|ARROW|ARROW_TEXT|HASH_ARROW|HASH_ARROW_TEXT
    |CONTAINS|CONTAINED|OVERLAPS(O) expr(Y). { A = expr_binary(p, X, O, Y); }
expr(A) ::= expr(X) PLUS|MINUS(O) expr(Y). { A = expr_binary(p, X, O, Y); }
expr(A) ::= expr(X) STAR|SLASH|PERCENT|DIV(O) expr(Y). { A = expr_binary(p, X, O, Y); }
expr(A) ::= expr(X) CARET(O) expr(Y). { A = expr_binary(p, X, O, Y); }
expr(A) ::= MINUS(O) expr(X). [UMINUS] { A = expr_unary(p, OP_NEGATE, O, X); }
expr(A) ::= PLUS(O) expr(X). [UMINUS] { A = expr_unary(p, OP_PLUS, O, X); }
expr(A) ::= TILDE(O) expr(X). [CONCAT] { A = expr_unary(p, OP_BIT_NOT, O, X); }
expr(A) ::= ABSOLUTE|SQUARE_ROOT|CUBE_ROOT(O) expr(X). [CONCAT] { A = expr_operator_call(p, O, X, NULL); }
expr(A) ::= expr(X) PERIODS_OVERLAP(O) expr(Y). { A = expr_overlaps(p, X, O, Y); }
expr(A) ::= expr(X) TYPECAST(O) typename(T). { A = expr_cast(p, O, X, T, false); expr_adopt(p, A, X); }
expr(A) ::= expr(X) COLLATE(O) names(N). {
    A = expr_make(p, EXPR_COLLATE, O);
    expr_adopt(p, A, X);
    A->collate.arg = X;
    A->collate.name = *N;
    A->end = names_end(N);
}
expr(A) ::= expr(X) AT_TIME_ZONE(O) expr(Y). {
    A = expr_make(p, EXPR_AT_TIME_ZONE, O);
    expr_adopt(p, A, X);
    expr_adopt(p, A, Y);
    A->at_zone.arg = X;
    A->at_zone.zone = Y;
}

expr(A) ::= expr(X) is(O) NULL(E). [IS] { A = expr_is(p, X, O, O.type == TK_NOT, IS_NULL, E); }
expr(A) ::= expr(X) is(O) TRUE(E). [IS] { A = expr_is(p, X, O, O.type == TK_NOT, IS_TRUE, E); }
expr(A) ::= expr(X) is(O) FALSE(E). [IS] { A = expr_is(p, X, O, O.type == TK_NOT, IS_FALSE, E); }
expr(A) ::= expr(X) is(O) ID(E). [IS] {
    token_expect(p, E, "UNKNOWN");
    A = expr_is(p, X, O, O.type == TK_NOT, IS_UNKNOWN, E);
}
expr(A) ::= expr(X) is(O) DISTINCT FROM expr(Y). [IS] {
    A = expr_binary_op(p, X, O.type == TK_NOT ? OP_NOT_DISTINCT : OP_DISTINCT, O, Y);
}
expr(A) ::= expr(X) ISNULL(O). { A = expr_is(p, X, O, false, IS_NULL, O); }
expr(A) ::= expr(X) NOTNULL(O). { A = expr_is(p, X, O, true, IS_NULL, O); }
%type is {Token}
is(A) ::= IS(X). { A = X; }
is(A) ::= IS(X) NOT. { A = X; A.type = TK_NOT; }

%type like_op {Token}
like_op(A) ::= LIKE|ILIKE|SIMILAR_TO|RLIKE(X). { A = X; }
expr(A) ::= expr(X) like_op(O) expr(Y). [LIKE] { A = expr_like(p, X, false, O, Y, NULL); }
expr(A) ::= expr(X) like_op(O) expr(Y) ESCAPE expr(E). [LIKE] {
    A = expr_like(p, X, false, O, Y, E);
}
expr(A) ::= expr(X) NOT_LA like_op(O) expr(Y). [NOT_LA] { A = expr_like(p, X, true, O, Y, NULL); }
expr(A) ::= expr(X) NOT_LA like_op(O) expr(Y) ESCAPE expr(E). [NOT_LA] {
    A = expr_like(p, X, true, O, Y, E);
}

expr(A) ::= expr(X) BETWEEN(O) symmetric(S) expr(L) AND expr(H). [BETWEEN] {
    A = expr_between(p, X, false, O, S, L, H);
}
expr(A) ::= expr(X) NOT_LA BETWEEN(O) symmetric(S) expr(L) AND expr(H). [NOT_LA] {
    A = expr_between(p, X, true, O, S, L, H);
}
%type symmetric {bool}
symmetric(A) ::= . { A = false; }
symmetric(A) ::= SYMMETRIC. { A = true; }
symmetric(A) ::= ASYMMETRIC. { A = false; }

expr(A) ::= expr(X) IN(O) LP exprs(L) RP(E). [IN] { A = expr_in_list(p, X, false, O, L, E); }
expr(A) ::= expr(X) NOT_LA IN(O) LP exprs(L) RP(E). [NOT_LA] {
    A = expr_in_list(p, X, true, O, L, E);
}
expr(A) ::= expr(X) IN(O) select_parens(Q). [IN] {
    A = expr_sub(p, EXPR_IN_QUERY, O, X, Q, false);
}
expr(A) ::= expr(X) NOT_LA IN(O) select_parens(Q). [NOT_LA] {
    A = expr_sub(p, EXPR_IN_QUERY, O, X, Q, true);
}

/* An operator and its ANY, SOME or ALL are one token. */
expr(A) ::= expr(X) QUANTIFIED(O) LP expr(Y) RP(E). {
    A = expr_quantified(p, X, O, false, Y, NULL, E.end);
}
expr(A) ::= expr(X) QUANTIFIED(O) LP expr(Y) COMMA exprs(L) RP(E). {
    A = expr_quantified(p, X, O, false, expr_array_of(p, O, Y, L, E), NULL, E.end);
}
expr(A) ::= expr(X) NOT_LA QUANTIFIED(O) LP expr(Y) COMMA exprs(L) RP(E). {
    A = expr_quantified(p, X, O, true, expr_array_of(p, O, Y, L, E), NULL, E.end);
}
expr(A) ::= expr(X) QUANTIFIED(O) select_parens(Q). {
    A = expr_quantified(p, X, O, false, NULL, Q, Q->end);
}
expr(A) ::= expr(X) NOT_LA QUANTIFIED(O) LP expr(Y) RP(E). {
    A = expr_quantified(p, X, O, true, Y, NULL, E.end);
}
expr(A) ::= expr(X) NOT_LA QUANTIFIED(O) select_parens(Q). {
    A = expr_quantified(p, X, O, true, NULL, Q, Q->end);
}

%type exprs {ExprList *}
exprs(A) ::= expr(X). { A = exprs_add(p, NULL, X); }
exprs(A) ::= exprs(L) COMMA expr(X). { A = exprs_add(p, L, X); }
%type exprs_opt {ExprList *}
exprs_opt(A) ::= . { A = NULL; }
exprs_opt(A) ::= exprs(L). { A = L; }

primary(A) ::= names(N). { A = expr_column(p, N); }
primary(A) ::= postfixed(X). { A = X; }

postfixed(A) ::= NULL|TRUE|FALSE|INTEGER|DECIMAL|FLOAT|STRING|BYTES(X). { A = expr_literal(p, X); }
postfixed(A) ::= PARAM|QUESTION(X). { A = expr_param(p, X); }
postfixed(A) ::= ID(N) STRING(X). {
    A = expr_typed_literal(p, type_named(p, names_add(p, NULL, name_make(p, N))), N, X);
}
postfixed(A) ::= ID(N) time_zone(Z) STRING(X). {
    TypeName *type = type_named(p, names_add(p, NULL, name_make(p, N)));
    type->zone = Z;
    A = expr_typed_literal(p, type, N, X);
}
/* TIMESTAMP(3) '…' begins as a call does. */
postfixed(A) ::= plain_call(C) STRING(X). { A = expr_typed_call(p, C, ZONE_UNSAID, X); }
postfixed(A) ::= plain_call(C) time_zone(Z) STRING(X). { A = expr_typed_call(p, C, Z, X); }
postfixed(A) ::= INTERVAL(K) interval_text(X). { A = expr_interval(p, K, NULL, X, NULL, NULL); }
postfixed(A) ::= INTERVAL(K) interval_text(X) type_unit(F). {
    A = expr_interval(p, K, NULL, X, &F, NULL);
}
postfixed(A) ::= INTERVAL(K) interval_text(X) type_unit(F) UNIT_TO type_unit(T). {
    A = expr_interval(p, K, NULL, X, &F, &T);
}
postfixed(A) ::= INTERVAL(K) MINUS|PLUS(S) interval_text(X) type_unit(F). {
    A = expr_interval(p, K, &S, X, &F, NULL);
}
postfixed(A) ::= INTERVAL(K) MINUS|PLUS(S) interval_text(X) type_unit(F) UNIT_TO type_unit(T). {
    A = expr_interval(p, K, NULL, X, &F, &T);
    if (S.type == TK_MINUS)
        A = expr_unary(p, OP_NEGATE, K, A);
}
/* INTERVAL 1 DAY 2 HOURS */
postfixed(A) ::= INTERVAL(K) interval_parts(X). { A = expr_interval(p, K, NULL, X, NULL, NULL); }
%type interval_parts {Token}
interval_parts(A) ::= interval_text(X) type_unit(U) interval_text(Y) type_unit(V). {
    Token first = interval_part(p, NULL, X, U);
    A = interval_part(p, &first, Y, V);
}
interval_parts(A) ::= interval_parts(X) interval_text(Y) type_unit(V). {
    A = interval_part(p, &X, Y, V);
}
%type interval_text {Token}
interval_text(A) ::= STRING|INTEGER|DECIMAL(X). { A = X; }

postfixed(A) ::= LP(O) expr(X) RP(C). { A = expr_enclose(X, O, C); }
postfixed(A) ::= select_parens(Q). [UMINUS] {
    A = expr_sub(p, EXPR_SUBQUERY, (Token){.start = Q->position, .end = Q->end}, NULL, Q, false);
}
postfixed(A) ::= LP(O) expr(X) COMMA exprs(L) RP(C). {
    ExprList *list = exprs_add(p, NULL, X);
    for (size_t i = 0; i < L->count; i++)
        list = exprs_add(p, list, L->at[i]);
    A = expr_list(p, EXPR_ROW, O, list, C);
}
postfixed(A) ::= ROW_CALL(K) LP exprs_opt(L) RP(C). { A = expr_list(p, EXPR_ROW, K, L, C); }
postfixed(A) ::= ARRAY(K) LB exprs_opt(L) RB(C). { A = expr_list(p, EXPR_ARRAY, K, L, C); }
/* DuckDB's lists, and PostgreSQL's rows of an array of arrays. */
postfixed(A) ::= LB(K) exprs_opt(L) RB(C). { A = expr_list(p, EXPR_ARRAY, K, L, C); }
postfixed(A) ::= ARRAY(K) select_parens(Q). {
    A = expr_sub(p, EXPR_ARRAY_QUERY, K, NULL, Q, false);
}
postfixed(A) ::= EXISTS(K) select_parens(Q). { A = expr_sub(p, EXPR_EXISTS, K, NULL, Q, false); }
postfixed(A) ::= CAST(K) LP expr(X) AS typename(T) RP(C). {
    A = expr_cast(p, K, X, T, false);
    A->end = C.end;
}
postfixed(A) ::= TRY_CAST(K) LP expr(X) AS typename(T) RP(C). {
    A = expr_cast(p, K, X, T, true);
    A->end = C.end;
}
postfixed(A) ::= CASE(K) whens(W) else(E) END(C). { A = expr_case(p, K, NULL, W, E, C); }
postfixed(A) ::= CASE(K) expr(X) whens(W) else(E) END(C). { A = expr_case(p, K, X, W, E, C); }
%type whens {WhenList *}
whens(A) ::= WHEN expr(X) THEN expr(Y). {
    A = ARENA_NEW(p->arena, WhenList);
    list_push_arena(p->arena, A, ((CaseWhen){X, Y}));
}
whens(A) ::= whens(L) WHEN expr(X) THEN expr(Y). {
    A = L;
    list_push_arena(p->arena, A, ((CaseWhen){X, Y}));
}
%type else {Expr *}
else(A) ::= . { A = NULL; }
else(A) ::= ELSE expr(X). { A = X; }

postfixed(A) ::= call(X). { A = X; }
postfixed(A) ::= names(N) LB(O) expr(I) RB(C). {
    A = expr_subscript(p, EXPR_SUBSCRIPT, expr_column(p, N), O, I, NULL, C);
}
postfixed(A) ::= postfixed(X) LB(O) expr(I) RB(C). {
    A = expr_subscript(p, EXPR_SUBSCRIPT, X, O, I, NULL, C);
}
postfixed(A) ::= names(N) LB(O) expr_opt(L) COLON expr_opt(H) RB(C). {
    A = expr_subscript(p, EXPR_SLICE, expr_column(p, N), O, L, H, C);
}
postfixed(A) ::= postfixed(X) LB(O) expr_opt(L) COLON expr_opt(H) RB(C). {
    A = expr_subscript(p, EXPR_SLICE, X, O, L, H, C);
}
postfixed(A) ::= postfixed(X) DOT ID(N). { A = expr_field(p, X, N); }
%type expr_opt {Expr *}
expr_opt(A) ::= . { A = NULL; }
expr_opt(A) ::= expr(X). { A = X; }

/* ---- calls ---- */

%type args {Args *}
%type arg_list {Args *}
%type distinct_args {Args *}
plain_call(A) ::= names(N) LP args(L) RP(C). { A = expr_call(p, N, L, C); }
plain_call(A) ::= POSITION(X) LP expr(L) IN_POSITION expr(R) RP(C). {
    A = expr_call(p, names_add(p, NULL, name_make(p, X)),
                  args_special(p, ARGS_PLAIN, L, R, NULL), C);
}
plain_call(A) ::= POSITION(X) LP arg_list(L) RP(C). {
    A = expr_call(p, names_add(p, NULL, name_make(p, X)), L, C);
}

call(A) ::= windowed_call(X). { A = X; }
%type windowed_call {Expr *}
%type filtered_call {Expr *}
%type grouped_call {Expr *}
grouped_call(A) ::= plain_call(X). { A = X; }
grouped_call(A) ::= plain_call(X) WITHIN_GROUP LP ORDER BY order_list(O) RP(C). {
    A = X;
    call_within_group(p, A, O, C);
}
filtered_call(A) ::= grouped_call(X). { A = X; }
filtered_call(A) ::= grouped_call(X) FILTER LP WHERE expr(W) RP(C). {
    A = X;
    call_filter(p, A, W, C);
}
windowed_call(A) ::= filtered_call(X). { A = X; }
windowed_call(A) ::= filtered_call(X) over(W). {
    A = X;
    call_over(p, A, W, W->position);
}
windowed_call(A) ::= filtered_call(X) IGNORE_NULLS over(W). {
    A = X;
    A->call->null_treatment = NULLS_IGNORE;
    call_over(p, A, W, W->position);
}
windowed_call(A) ::= filtered_call(X) RESPECT_NULLS over(W). {
    A = X;
    A->call->null_treatment = NULLS_RESPECT;
    call_over(p, A, W, W->position);
}
/* Its position is its end until call_over has seen it. */
%type over {WindowSpec *}
over(A) ::= OVER ID(X). {
    A = window_make(p, X.end);
    A->name = name_make(p, X);
    A->is_reference = true;
}
over(A) ::= OVER LP window_spec(W) RP(C). { A = W; A->position = C.end; }
%type nulls_opt {NullTreatment}
nulls_opt(A) ::= . { A = NULLS_UNSAID; }
nulls_opt(A) ::= NULLS_IGNORED. { A = NULLS_IGNORE; }
nulls_opt(A) ::= NULLS_RESPECTED. { A = NULLS_RESPECT; }

args(A) ::= . { A = ARENA_NEW(p->arena, Args); }
args(A) ::= STAR. { A = ARENA_NEW(p->arena, Args); A->star = true; }
args(A) ::= distinct_args(L) nulls_opt(N) order_opt(O). {
    A = L;
    A->null_treatment = N;
    A->order_by = O;
}
args(A) ::= expr(X) FROM expr(Y). { A = args_special(p, ARGS_FROM, X, Y, NULL); }
args(A) ::= expr(X) FROM expr(Y) FOR expr(Z). { A = args_special(p, ARGS_FROM, X, Y, Z); }
args(A) ::= expr(X) FOR expr(Y). { A = args_special(p, ARGS_FOR, X, Y, NULL); }
args(A) ::= expr(X) FOR expr(Y) FROM expr(Z). { A = args_special(p, ARGS_FROM, X, Z, Y); }
args(A) ::= FROM arg_list(L). { A = L; A->form = ARGS_TRIM; }
args(A) ::= BOTH arg_list(L). { A = L; A->form = ARGS_TRIM; }
args(A) ::= LEADING arg_list(L). { A = L; A->form = ARGS_TRIM_LEADING; }
args(A) ::= TRAILING arg_list(L). { A = L; A->form = ARGS_TRIM_TRAILING; }
args(A) ::= BOTH expr_opt(X) FROM expr(Y). { A = args_special(p, ARGS_BOTH, X, Y, NULL); }
args(A) ::= LEADING expr_opt(X) FROM expr(Y). { A = args_special(p, ARGS_LEADING, X, Y, NULL); }
args(A) ::= TRAILING expr_opt(X) FROM expr(Y). { A = args_special(p, ARGS_TRAILING, X, Y, NULL); }
args(A) ::= expr(X) PLACING expr(Y) FROM expr(Z). {
    A = args_special(p, ARGS_PLACING, X, Y, Z);
}
args(A) ::= expr(X) PLACING expr(Y) FROM expr(Z) FOR expr(N). {
    A = args_add(p, args_special(p, ARGS_PLACING, X, Y, Z), NULL, N);
}
args(A) ::= expr(X) TO ID(U). {
    A = args_special(p, ARGS_TO, X, expr_column(p, names_add(p, NULL, name_make(p, U))), NULL);
}
distinct_args(A) ::= arg_list(L). { A = L; }
distinct_args(A) ::= ALL arg_list(L). { A = L; }
distinct_args(A) ::= DISTINCT arg_list(L). { A = L; A->distinct = true; }
arg_list(A) ::= arg(X). { A = args_add(p, NULL, NULL, X); }
arg_list(A) ::= ID(N) NAMED arg(X). { A = args_add(p, NULL, &N, X); }
arg_list(A) ::= arg_list(L) COMMA arg(X). { A = args_add(p, L, NULL, X); }
arg_list(A) ::= arg_list(L) COMMA ID(N) NAMED arg(X). { A = args_add(p, L, &N, X); }
%type arg {Expr *}
arg(A) ::= expr(X). { A = X; }
arg(A) ::= names(N) DOT STAR(S). { A = expr_star(p, N, S); }
arg(A) ::= TABLE(K) names(N). { A = expr_table_arg(p, K, N, NULL, NULL); }
arg(A) ::= TABLE(K) names(N) PARTITION BY partition_keys(L). {
    A = expr_table_arg(p, K, N, NULL, L);
}
arg(A) ::= TABLE(K) select_parens(Q). { A = expr_table_arg(p, K, NULL, Q, NULL); }
arg(A) ::= TABLE(K) select_parens(Q) PARTITION BY partition_keys(L). {
    A = expr_table_arg(p, K, NULL, Q, L);
}
arg(A) ::= expr(X) PARTITION(K) BY partition_keys(L). { A = expr_table_arg_from(p, X, K, L); }
arg(A) ::= DESCRIPTOR(K) LP name_list(L) RP(C). {
    A = expr_make(p, EXPR_DESCRIPTOR, K);
    A->descriptor = *L;
    A->end = C.end;
}
%type partition_keys {ExprList *}
partition_keys(A) ::= expr(X). {
    A = X->kind == EXPR_ROW && p->text.data[X->start] == '(' ? &X->list : exprs_add(p, NULL, X);
}

/* ---- windows and order ---- */

%type window_spec {WindowSpec *}
%type window_base {WindowSpec *}
window_spec(A) ::= window_base(W) partition_opt(L) order_opt(O) frame(F). {
    A = W;
    A->partition_by = exprs_value(L);
    A->order_by = order_value(O);
    A->frame = F.frame;
    A->from = F.from;
    A->to = F.to;
    A->exclusion = F.exclusion;
}
window_base(A) ::= . { A = window_make(p, 0); }
window_base(A) ::= ID(X). {
    A = window_make(p, X.start);
    A->base = name_make(p, X);
}
%type partition_opt {ExprList *}
partition_opt(A) ::= . { A = NULL; }
partition_opt(A) ::= PARTITION BY exprs(L). { A = L; }
%type frame {WindowSpec}
frame(A) ::= . { A = (WindowSpec){0}; }
frame(A) ::= frame_unit(U) frame_bound(B) frame_exclusion(E). {
    A = (WindowSpec){.frame = U, .from = B, .to = {BOUND_CURRENT_ROW, NULL}, .exclusion = E};
}
frame(A) ::= frame_unit(U) BETWEEN frame_bound(B) AND frame_bound(C) frame_exclusion(E). {
    A = (WindowSpec){.frame = U, .from = B, .to = C, .exclusion = E};
}
%type frame_unit {FrameUnit}
frame_unit(A) ::= ROWS. { A = FRAME_ROWS; }
frame_unit(A) ::= RANGE. { A = FRAME_RANGE; }
frame_unit(A) ::= GROUPS. { A = FRAME_GROUPS; }
%type frame_bound {FrameBound}
frame_bound(A) ::= UNBOUNDED_PRECEDING. { A = (FrameBound){BOUND_UNBOUNDED_PRECEDING, NULL}; }
frame_bound(A) ::= UNBOUNDED_FOLLOWING. { A = (FrameBound){BOUND_UNBOUNDED_FOLLOWING, NULL}; }
frame_bound(A) ::= CURRENT_ROW. { A = (FrameBound){BOUND_CURRENT_ROW, NULL}; }
frame_bound(A) ::= expr(X) PRECEDING. { A = (FrameBound){BOUND_PRECEDING, X}; }
frame_bound(A) ::= expr(X) FOLLOWING. { A = (FrameBound){BOUND_FOLLOWING, X}; }
%type frame_exclusion {FrameExclusion}
frame_exclusion(A) ::= . { A = EXCLUDE_NO_OTHERS; }
frame_exclusion(A) ::= EXCLUDE CURRENT_ROW. { A = EXCLUDE_CURRENT_ROW; }
frame_exclusion(A) ::= EXCLUDE GROUP. { A = EXCLUDE_GROUP; }
frame_exclusion(A) ::= EXCLUDE TIES. { A = EXCLUDE_TIES; }
frame_exclusion(A) ::= EXCLUDE ID(X) ID(Y). {
    token_expect(p, X, "NO");
    token_expect(p, Y, "OTHERS");
    A = EXCLUDE_NO_OTHERS;
}

%type order_opt {OrderList *}
order_opt(A) ::= . { A = NULL; }
order_opt(A) ::= ORDER BY order_list(L). { A = L; }
%type order_list {OrderList *}
order_list(A) ::= order_item(X). { A = order_add(p, NULL, X); }
order_list(A) ::= order_list(L) COMMA order_item(X). { A = order_add(p, L, X); }
%type order_item {OrderItem}
order_item(A) ::= expr(X) descending(D) nulls_order(N). {
    A = (OrderItem){.expr = X, .descending = D};
    A.nulls = N;
}
%type descending {bool}
descending(A) ::= . { A = false; }
descending(A) ::= ASC. { A = false; }
descending(A) ::= DESC. { A = true; }
%type nulls_order {int}
nulls_order(A) ::= . { A = NULLS_DEFAULT; }
nulls_order(A) ::= NULLS_FIRST. { A = NULLS_FIRST; }
nulls_order(A) ::= NULLS_LAST. { A = NULLS_LAST; }

