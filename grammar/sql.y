/*
 * sql.y - the grammar of streamd's SQL, for Lemon.
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
    ABORT ADD ALTER ANTI ANY ARRAY_SUFFIX ASC ASOF AT BEGIN BOTH CASCADE CAST CATALOG CHAR CHARACTER
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
%left JOIN CROSS LEFT FULL RIGHT INNER NATURAL SEMI ANTI ASOF.
%left OR.
%left AND.
%right NOT.
%left IS ISNULL NOTNULL.
%left EQ NE LT LE GT GE NULL_SAFE_EQ QUANTIFIED.
%left BETWEEN IN LIKE ILIKE SIMILAR_TO RLIKE NOT_LA.
%left ESCAPE.
%left CONCAT AMP BAR HASH SHIFT_LEFT SHIFT_RIGHT TILDE TILDE_STAR NOT_TILDE NOT_TILDE_STAR LIKE_OP
      NOT_LIKE_OP ILIKE_OP ARROW ARROW_TEXT HASH_ARROW HASH_ARROW_TEXT CONTAINS CONTAINED OVERLAPS.
%left PLUS MINUS.
%left STAR SLASH PERCENT.
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
    |NOT_TILDE_STAR|LIKE_OP|NOT_LIKE_OP|ILIKE_OP|ARROW|ARROW_TEXT|HASH_ARROW|HASH_ARROW_TEXT
    |CONTAINS|CONTAINED|OVERLAPS(O) expr(Y). { A = expr_binary(p, X, O, Y); }
expr(A) ::= expr(X) PLUS|MINUS(O) expr(Y). { A = expr_binary(p, X, O, Y); }
expr(A) ::= expr(X) STAR|SLASH|PERCENT(O) expr(Y). { A = expr_binary(p, X, O, Y); }
expr(A) ::= expr(X) CARET(O) expr(Y). { A = expr_binary(p, X, O, Y); }
expr(A) ::= MINUS(O) expr(X). [UMINUS] { A = expr_unary(p, OP_NEGATE, O, X); }
expr(A) ::= PLUS(O) expr(X). [UMINUS] { A = expr_unary(p, OP_PLUS, O, X); }
expr(A) ::= TILDE(O) expr(X). [CONCAT] { A = expr_unary(p, OP_BIT_NOT, O, X); }
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

/* ---- queries ---- */

%type query {Query *}
%type select_parens {Query *}
%type select_bare {Query *}
%type select_clause {Query *}
%type simple_select {Query *}
query(A) ::= select_bare(Q). { A = Q; }
query(A) ::= select_parens(Q). { A = Q; }
select_parens(A) ::= LP select_bare(Q) RP(C). { A = Q; A->end = C.end; }
select_parens(A) ::= LP select_parens(Q) RP(C). { A = Q; A->end = C.end; }
select_bare(A) ::= simple_select(Q). { A = Q; }
select_bare(A) ::= select_clause(Q) tail(T). { A = query_tail(p, Q, &T); }
select_bare(A) ::= with(W) select_clause(Q). { A = query_with(p, W, Q, (Token){0}); }
select_bare(A) ::= with(W) select_clause(Q) tail(T). {
    A = query_with(p, W, query_tail(p, Q, &T), (Token){0});
}
select_clause(A) ::= simple_select(Q). { A = Q; }
select_clause(A) ::= select_parens(Q). { A = Q; }

simple_select(A) ::= SELECT(K) select_head(S) from_opt(F) select_tail(T). {
    A = query_make(p, QUERY_SELECT, K);
    *S = (Select){.distinct = S->distinct, .distinct_on = S->distinct_on, .items = S->items,
                  .from = tables_value(F), .where = T->where, .group_all = T->group_all,
                  .grouped = T->grouped, .group_by = T->group_by, .having = T->having,
                  .windows = T->windows, .qualify = T->qualify};
    A->select = S;
    query_adopt_select(p, A);
}
simple_select(A) ::= FROM(K) tables(F) select_tail(T). {
    A = query_make(p, QUERY_SELECT, K);
    A->select = T;
    T->from = tables_value(F);
    T->items = items_value(items_star(p, K.start));
    query_adopt_select(p, A);
}
simple_select(A) ::= FROM tables(F) SELECT(K) select_head(S) select_tail(T). {
    A = query_make(p, QUERY_SELECT, K);
    A->select = T;
    T->distinct = S->distinct;
    T->distinct_on = S->distinct_on;
    T->items = S->items;
    T->from = tables_value(F);
    query_adopt_select(p, A);
}
simple_select(A) ::= VALUES(K) rows(R). {
    A = query_make(p, QUERY_VALUES, K);
    A->rows.at = R->at;
    A->rows.count = R->count;
    A->rows.capacity = R->capacity;
    for (size_t i = 0; i < R->count; i++)
        query_adopt_exprs(p, A, &R->at[i]);
}
simple_select(A) ::= TABLE(K) names(N). { A = query_table(p, K, N); }
simple_select(A) ::= select_clause(X) UNION(O) all_opt(L) select_clause(Y). {
    A = query_set(p, X, O, L, Y);
}
simple_select(A) ::= select_clause(X) INTERSECT(O) all_opt(L) select_clause(Y). {
    A = query_set(p, X, O, L, Y);
}
simple_select(A) ::= select_clause(X) EXCEPT(O) all_opt(L) select_clause(Y). {
    A = query_set(p, X, O, L, Y);
}
%type all_opt {bool}
all_opt(A) ::= . { A = false; }
all_opt(A) ::= ALL. { A = true; }
all_opt(A) ::= DISTINCT. { A = false; }

%type select_head {Select *}
select_head(A) ::= items(L). {
    A = ARENA_NEW(p->arena, Select);
    A->items = *L;
}
select_head(A) ::= ALL items(L). {
    A = ARENA_NEW(p->arena, Select);
    A->items = *L;
}
select_head(A) ::= DISTINCT items(L). {
    A = ARENA_NEW(p->arena, Select);
    A->distinct = true;
    A->items = *L;
}
select_head(A) ::= DISTINCT ON LP exprs(X) RP items(L). {
    A = ARENA_NEW(p->arena, Select);
    A->distinct = true;
    A->distinct_on = *X;
    A->items = *L;
}

%type select_tail {Select *}
select_tail(A) ::= group_tail(G). { A = G; }
select_tail(A) ::= group_tail(G) WINDOW window_list(N). { A = G; A->windows = *N; }
select_tail(A) ::= group_tail(G) QUALIFY expr(Q). { A = G; A->qualify = Q; }
select_tail(A) ::= group_tail(G) WINDOW window_list(N) QUALIFY expr(Q). {
    A = G;
    A->windows = *N;
    A->qualify = Q;
}
select_tail(A) ::= group_tail(G) QUALIFY expr(Q) WINDOW window_list(N). {
    A = G;
    A->windows = *N;
    A->qualify = Q;
}
%type group_tail {Select *}
group_tail(A) ::= where_opt(W) group_opt(G) having_opt(H). {
    A = G;
    A->where = W;
    A->having = H;
}
%type where_opt {Expr *}
where_opt(A) ::= . { A = NULL; }
where_opt(A) ::= WHERE expr(X). { A = X; }
%type having_opt {Expr *}
having_opt(A) ::= . { A = NULL; }
having_opt(A) ::= HAVING expr(X). { A = X; }
%type window_list {WindowList *}
%type window_definition {WindowSpec *}
window_definition(A) ::= ID(X) AS LP window_spec(W) RP. {
    A = W;
    A->name = name_make(p, X);
    A->position = X.start;
}
window_list(A) ::= window_definition(W). {
    A = ARENA_NEW(p->arena, WindowList);
    list_push_arena(p->arena, A, W);
}
window_list(A) ::= window_list(L) COMMA window_definition(W). {
    A = L;
    list_push_arena(p->arena, A, W);
}

%type group_opt {Select *}
group_opt(A) ::= . { A = ARENA_NEW(p->arena, Select); }
group_opt(A) ::= GROUP BY ALL. {
    A = ARENA_NEW(p->arena, Select);
    A->grouped = A->group_all = true;
}
group_opt(A) ::= GROUP BY group_top(L). {
    A = ARENA_NEW(p->arena, Select);
    A->grouped = true;
    A->group_by = *L;
}
%type group_top {GroupList *}
group_top(A) ::= group_item(X). { A = groups_add_top(p, NULL, X); }
group_top(A) ::= group_top(L) COMMA group_item(X). { A = groups_add_top(p, L, X); }
%type group_list {GroupList *}
group_list(A) ::= group_item(X). { A = groups_add(p, NULL, X); }
group_list(A) ::= group_list(L) COMMA group_item(X). { A = groups_add(p, L, X); }
%type group_item {GroupItem *}
group_item(A) ::= expr(X). { A = group_expr(p, X); }
group_item(A) ::= LP(K) RP. { A = group_make(p, GROUP_EMPTY, K.start); }
group_item(A) ::= ROLLUP(K) LP group_list(L) RP. { A = group_of(p, GROUP_ROLLUP, K, L); }
group_item(A) ::= CUBE(K) LP group_list(L) RP. { A = group_of(p, GROUP_CUBE, K, L); }
group_item(A) ::= GROUPING_SETS(K) LP group_list(L) RP. { A = group_of(p, GROUP_SETS, K, L); }

%type items {SelectList *}
items(A) ::= item(X). { A = X; }
items(A) ::= items(L) COMMA item(X). {
    A = L;
    list_push_arena(p->arena, A, X->at[0]);
}
%type item {SelectList *}
item(A) ::= expr(X). { A = items_add(p, NULL, X, NULL); }
item(A) ::= expr(X) AS label(N). { A = items_add(p, NULL, X, &N); }
item(A) ::= expr(X) ID(N). { A = items_add(p, NULL, X, &N); }
item(A) ::= star(X). { A = items_add(p, NULL, X, NULL); }
%type star {Expr *}
star(A) ::= star_start(X) exclude_opt(E) replace_opt(R). {
    A = X;
    A->star->exclude = names_value(E);
    A->star->replace = items_value(R);
    for (size_t i = 0; R && i < R->count; i++)
        expr_adopt(p, A, R->at[i].expr);
}
%type star_start {Expr *}
star_start(A) ::= STAR(X). { A = expr_star(p, NULL, X); }
star_start(A) ::= names(N) DOT STAR(X). { A = expr_star(p, N, X); }
%type exclude_opt {NameList *}
exclude_opt(A) ::= . { A = NULL; }
exclude_opt(A) ::= EXCLUDE ID(X). { A = names_add(p, NULL, name_make(p, X)); }
exclude_opt(A) ::= EXCLUDE LP name_list(L) RP. { A = L; }
%type replace_opt {SelectList *}
replace_opt(A) ::= . { A = NULL; }
replace_opt(A) ::= REPLACE LP replace_list(L) RP. { A = L; }
%type replace_list {SelectList *}
replace_list(A) ::= expr(X) AS label(N). { A = items_add(p, NULL, X, &N); }
replace_list(A) ::= replace_list(L) COMMA expr(X) AS label(N). { A = items_add(p, L, X, &N); }

%type rows {RowList *}
rows(A) ::= row(R). {
    A = ARENA_NEW(p->arena, RowList);
    list_push_arena(p->arena, A, *R);
}
rows(A) ::= rows(L) COMMA row(R). { A = L; list_push_arena(p->arena, A, *R); }
%type row {ExprList *}
row(A) ::= LP row_values(L) RP. { A = L; }
row(A) ::= ROW_CALL LP row_values(L) RP. { A = L; }
%type row_values {ExprList *}
row_values(A) ::= value(X). { A = exprs_add(p, NULL, X); }
row_values(A) ::= row_values(L) COMMA value(X). { A = exprs_add(p, L, X); }
%type value {Expr *}
value(A) ::= expr(X). { A = X; }
value(A) ::= DEFAULT(K). { A = expr_make(p, EXPR_DEFAULT, K); }

%type tail {QueryTail}
tail(A) ::= sort(S). { A = S; }
tail(A) ::= sort(S) limits(L). {
    A = L;
    A.order_by = S.order_by;
    A.order_all = S.order_all;
    A.order_all_item = S.order_all_item;
}
tail(A) ::= limits(L). { A = L; }
tail(A) ::= emit(E). { A = E; }
tail(A) ::= sort(S) emit(E). {
    A = S;
    A.emit = E.emit;
    A.emit_position = E.emit_position;
}
tail(A) ::= limits(L) emit(E). {
    A = L;
    A.emit = E.emit;
    A.emit_position = E.emit_position;
}
tail(A) ::= sort(S) limits(L) emit(E). {
    A = L;
    A.order_by = S.order_by;
    A.order_all = S.order_all;
    A.order_all_item = S.order_all_item;
    A.emit = E.emit;
    A.emit_position = E.emit_position;
}
%type sort {QueryTail}
sort(A) ::= ORDER BY order_list(L). { A = (QueryTail){.order_by = L}; }
sort(A) ::= ORDER BY ALL descending(D) nulls_order(N). {
    A = (QueryTail){.order_all = true};
    A.order_all_item.descending = D;
    A.order_all_item.nulls = N;
}
%type limits {QueryTail}
%type limit {QueryTail}
%type offset {QueryTail}
limits(A) ::= limit(L). { A = L; }
limits(A) ::= offset(O). { A = O; }
limits(A) ::= limit(L) offset(O). { A = L; A.offset = O.offset; }
limits(A) ::= offset(O) limit(L). { A = L; A.offset = O.offset; }
limit(A) ::= LIMIT expr(X). { A = (QueryTail){.limit = X}; }
limit(A) ::= LIMIT ALL. { A = (QueryTail){0}; }
limit(A) ::= FETCH first fetch_count(X) row_word ONLY. { A = (QueryTail){.limit = X}; }
limit(A) ::= FETCH first fetch_count(X) row_word WITH TIES. {
    A = (QueryTail){.limit = X, .with_ties = true};
}
first ::= FIRST.
first ::= NEXT.
row_word ::= ROW.
row_word ::= ROWS.
%type fetch_count {Expr *}
fetch_count(A) ::= . {
    A = expr_literal(p, (Token){.type = TK_INTEGER, .value = STR("1")});
}
fetch_count(A) ::= INTEGER(X). { A = expr_literal(p, X); }
fetch_count(A) ::= PARAM|QUESTION(X). { A = expr_param(p, X); }
fetch_count(A) ::= LP expr(X) RP. { A = X; }
offset(A) ::= OFFSET expr(X). { A = (QueryTail){.offset = X}; }
offset(A) ::= OFFSET expr(X) row_word. { A = (QueryTail){.offset = X}; }
%type emit {QueryTail}
emit(A) ::= EMIT(K) ON WINDOW CLOSE. {
    A = (QueryTail){.emit = QUERY_EMIT_ON_CLOSE, .emit_position = K.start};
}
emit(A) ::= EMIT(K) ID(X). {
    A = (QueryTail){.emit_position = K.start};
    if (token_is(X, "CHANGES"))
        A.emit = QUERY_EMIT_CHANGES;
    else if (token_is(X, "COMPLETE"))
        A.emit = QUERY_EMIT_COMPLETE;
    else if (token_is(X, "FINAL"))
        A.emit = QUERY_EMIT_ON_CLOSE;
    else
        parse_fail_at(p, X.start, X.end);
}

%type with {With *}
with(A) ::= WITH common_table(C). { A = with_add(p, NULL, C); }
with(A) ::= WITH RECURSIVE common_table(C). {
    A = with_add(p, NULL, C);
    A->recursive = true;
}
with(A) ::= with(W) COMMA common_table(C). { A = with_add(p, W, C); }
%type common_table {CommonTable}
common_table(A) ::= ID(X) columns_opt(L) AS materialized(M) select_parens(Q). {
    A = (CommonTable){.name = name_make(p, X), .columns = names_value(L), .query = Q};
    A.materialized = M;
}
%type materialized {int}
materialized(A) ::= . { A = CTE_UNSAID; }
materialized(A) ::= MATERIALIZED. { A = CTE_MATERIALIZED; }
materialized(A) ::= NOT MATERIALIZED. { A = CTE_NOT_MATERIALIZED; }

/* ---- FROM ---- */

%type from_opt {TableList *}
from_opt(A) ::= . { A = NULL; }
from_opt(A) ::= FROM tables(L). { A = L; }
%type tables {TableList *}
tables(A) ::= table(X). { A = tables_add(p, NULL, X); }
tables(A) ::= tables(L) COMMA table(X). { A = tables_add(p, L, X); }

%type table {TableRef *}
%type joined {TableRef *}
%type alias {TableRef}
table(A) ::= names(N) hint(H) as_of(F) alias(L) sample(S). {
    A = table_make(p, TABLE_NAMED, names_position(N), names_end(N));
    A->named.hint = options_value(H);
    A->alias = L.alias;
    A->columns = L.columns;
    A->named.name = *N;
    A->named.sample = S;
    A->named.as_of = F;
    table_adopt_expr(p, A, F);
}
table(A) ::= STRING(X) alias(L). {
    A = table_make(p, TABLE_FILE, X.start, X.end);
    A->alias = L.alias;
    A->columns = L.columns;
    A->path = token_str(p, X);
}
table(A) ::= table_function(X) alias(L). {
    A = X;
    A->alias = L.alias;
    A->columns = L.columns;
}
table(A) ::= LATERAL table_function(X) alias(L). {
    A = X;
    A->lateral = true;
    A->alias = L.alias;
    A->columns = L.columns;
}
table(A) ::= select_parens(Q) alias(L). {
    A = table_query(p, Q);
    A->alias = L.alias;
    A->columns = L.columns;
}
table(A) ::= LATERAL select_parens(Q) alias(L). {
    A = table_query(p, Q);
    A->lateral = true;
    A->alias = L.alias;
    A->columns = L.columns;
}
table(A) ::= joined(J). { A = J; }
table(A) ::= LP joined(J) RP some_alias(L). {
    A = J;
    A->alias = L.alias;
    A->columns = L.columns;
}
%type table_function {TableRef *}
%type table_call {TableRef *}
table_function(A) ::= table_call(X). { A = X; }
table_function(A) ::= table_call(X) WITH_ORDINALITY. { A = X; A->function.ordinality = true; }
table_call(A) ::= plain_call(X). { A = table_function(p, X); }
table_call(A) ::= TABLE LP plain_call(X) RP. { A = table_function(p, X); }
/* Flink's hint, a comment with a plus: options for this use of the table. */
%type hint {OptionClauseList *}
hint(A) ::= . { A = NULL; }
hint(A) ::= HINT OPTIONS LP options(L) RP HINT_END. { A = L; }
%type as_of {Expr *}
as_of(A) ::= . { A = NULL; }
as_of(A) ::= FOR_SYSTEM_TIME_AS_OF expr(X). { A = X; }

alias(A) ::= . { A = (TableRef){0}; }
alias(A) ::= some_alias(L). { A = L; }
%type some_alias {TableRef}
some_alias(A) ::= as_opt ID(X) columns_opt(L). {
    A = (TableRef){.alias = name_make(p, X), .columns = names_value(L)};
}
as_opt ::= .
as_opt ::= AS.
%type sample {TableSample *}
sample(A) ::= . { A = NULL; }
sample(A) ::= TABLESAMPLE ID(M) LP expr(X) RP. {
    A = ARENA_NEW(p->arena, TableSample);
    *A = (TableSample){.method = name_make(p, M), .percent = X};
}
sample(A) ::= TABLESAMPLE ID(M) LP expr(X) RP REPEATABLE LP expr(Y) RP. {
    A = ARENA_NEW(p->arena, TableSample);
    *A = (TableSample){.method = name_make(p, M), .percent = X, .seed = Y};
}

joined(A) ::= LP joined(J) RP. { A = J; }
joined(A) ::= table(X) CROSS(K) JOIN table(Y). { A = table_join(p, JOIN_CROSS, K, X, Y); }
joined(A) ::= table(X) join_type(T) JOIN(K) table(Y) ON expr(C). {
    A = table_join(p, T, K, X, Y);
    table_join_on(p, A, C);
}
joined(A) ::= table(X) join_type(T) JOIN(K) table(Y) USING LP name_list(L) RP. {
    A = table_join(p, T, K, X, Y);
    A->join.using_columns = *L;
}
joined(A) ::= table(X) JOIN(K) table(Y) ON expr(C). {
    A = table_join(p, JOIN_INNER, K, X, Y);
    table_join_on(p, A, C);
}
joined(A) ::= table(X) JOIN(K) table(Y) USING LP name_list(L) RP. {
    A = table_join(p, JOIN_INNER, K, X, Y);
    A->join.using_columns = *L;
}
joined(A) ::= table(X) NATURAL join_type(T) JOIN(K) table(Y). {
    A = table_join(p, T, K, X, Y);
    A->join.natural = true;
}
joined(A) ::= table(X) NATURAL JOIN(K) table(Y). {
    A = table_join(p, JOIN_INNER, K, X, Y);
    A->join.natural = true;
}
joined(A) ::= table(X) ASOF JOIN(K) table(Y) ON expr(C). {
    A = table_join(p, JOIN_INNER, K, X, Y);
    A->join.asof = true;
    table_join_on(p, A, C);
}
joined(A) ::= table(X) ASOF join_type(T) JOIN(K) table(Y) ON expr(C). {
    A = table_join(p, T, K, X, Y);
    A->join.asof = true;
    table_join_on(p, A, C);
}
joined(A) ::= table(X) ASOF JOIN(K) table(Y) USING LP name_list(L) RP. {
    A = table_join(p, JOIN_INNER, K, X, Y);
    A->join.asof = true;
    A->join.using_columns = *L;
}
joined(A) ::= table(X) ASOF join_type(T) JOIN(K) table(Y) USING LP name_list(L) RP. {
    A = table_join(p, T, K, X, Y);
    A->join.asof = true;
    A->join.using_columns = *L;
}
%type join_type {JoinKind}
join_type(A) ::= INNER. { A = JOIN_INNER; }
join_type(A) ::= LEFT outer. { A = JOIN_LEFT; }
join_type(A) ::= RIGHT outer. { A = JOIN_RIGHT; }
join_type(A) ::= FULL outer. { A = JOIN_FULL; }
join_type(A) ::= SEMI. { A = JOIN_SEMI; }
join_type(A) ::= ANTI. { A = JOIN_ANTI; }
join_type(A) ::= LEFT SEMI. { A = JOIN_SEMI; }
join_type(A) ::= LEFT ANTI. { A = JOIN_ANTI; }
outer ::= .
outer ::= OUTER.

/* ---- statements ---- */

%type statement {Statement *}
%type insert {Statement *}
statement(A) ::= query(Q). {
    A = statement_make(p, STATEMENT_QUERY, (Token){.start = Q->position});
    A->query = Q;
    statement_adopt(p, A, Q->depth);
}

statement(A) ::= insert(S). { A = S; }
statement(A) ::= with(W) insert(S). { A = insert_with(p, W, S, (Token){0}); }
insert(A) ::= INSERT(K) into(O) names(N) hint(H) partition_spec(R) query(Q) conflict(X)
    returning(G). {
    X->hint = options_value(H);
    A = insert_make(p, K, X, O, N, R, NULL, Q, G);
}
insert(A) ::= INSERT(K) into(O) names(N) hint(H) partition_spec(R) LP name_list(C) RP query(Q)
    conflict(X) returning(G). {
    X->hint = options_value(H);
    A = insert_make(p, K, X, O, N, R, C, Q, G);
}
insert(A) ::= INSERT(K) into(O) names(N) DEFAULT VALUES returning(G). {
    A = statement_make(p, STATEMENT_INSERT, K);
    A->insert = ARENA_NEW(p->arena, InsertStatement);
    A->insert->table = *N;
    A->insert->overwrite = O;
    A->insert->returning = items_value(G);
    statement_adopt_items(p, A, &A->insert->returning);
}
%type into {bool}
into(A) ::= INTO. { A = false; }
into(A) ::= INTO TABLE. { A = false; }
into(A) ::= OVERWRITE. { A = true; }
into(A) ::= OVERWRITE INTO. { A = true; }
into(A) ::= OVERWRITE TABLE. { A = true; }
into(A) ::= OVERWRITE INTO TABLE. { A = true; }
%type partition_spec {AssignmentList *}
partition_spec(A) ::= . { A = NULL; }
partition_spec(A) ::= PARTITION LP partition_values(L) RP. { A = L; }
%type partition_values {AssignmentList *}
partition_values(A) ::= ID(X). { A = assignments_add(p, NULL, X, NULL); }
partition_values(A) ::= ID(X) EQ expr(V). { A = assignments_add(p, NULL, X, V); }
partition_values(A) ::= partition_values(L) COMMA ID(X). { A = assignments_add(p, L, X, NULL); }
partition_values(A) ::= partition_values(L) COMMA ID(X) EQ expr(V). {
    A = assignments_add(p, L, X, V);
}
%type conflict {InsertStatement *}
conflict(A) ::= . { A = ARENA_NEW(p->arena, InsertStatement); }
conflict(A) ::= ON CONFLICT columns_opt(C) DO NOTHING. {
    A = ARENA_NEW(p->arena, InsertStatement);
    A->conflict = CONFLICT_NOTHING;
    A->conflict_columns = names_value(C);
}
conflict(A) ::= ON CONFLICT columns_opt(C) DO UPDATE SET assignments(L) where_opt(W). {
    A = ARENA_NEW(p->arena, InsertStatement);
    A->conflict = CONFLICT_UPDATE;
    A->conflict_columns = names_value(C);
    A->conflict_set = *L;
    A->conflict_where = W;
}
%type returning {SelectList *}
returning(A) ::= . { A = NULL; }
returning(A) ::= RETURNING items(L). { A = L; }
%type assignments {AssignmentList *}
assignments(A) ::= ID(X) EQ value(V). { A = assignments_add(p, NULL, X, V); }
assignments(A) ::= assignments(L) COMMA ID(X) EQ value(V). { A = assignments_add(p, L, X, V); }

%type with_opt {With *}
with_opt(A) ::= . { A = NULL; }
with_opt(A) ::= with(W). { A = W; }
%type table_alias {Token}
table_alias(A) ::= . { A = (Token){0}; }
table_alias(A) ::= as_opt ID(X). { A = X; }
statement(A) ::= with_opt(W) UPDATE(K) names(N) table_alias(X) SET assignments(S) from_opt(F)
    where_opt(C) returning(G). {
    A = statement_make(p, STATEMENT_UPDATE, K);
    A->update = ARENA_NEW(p->arena, UpdateStatement);
    *A->update = (UpdateStatement){.with = W, .table = *N, .set = *S, .from = tables_value(F),
                                   .where = C, .returning = items_value(G)};
    if (X.type)
        A->update->alias = name_make(p, X);
    statement_adopt_with(p, A, W);
    statement_adopt_set(p, A, S);
    statement_adopt_tables(p, A, F);
    statement_adopt_expr(p, A, C);
    statement_adopt_items(p, A, G);
}
statement(A) ::= with_opt(W) DELETE(K) FROM names(N) table_alias(X) using_opt(U) where_opt(C)
    returning(G). {
    A = statement_make(p, STATEMENT_DELETE, K);
    A->remove = ARENA_NEW(p->arena, DeleteStatement);
    *A->remove = (DeleteStatement){.with = W, .table = *N, .using_tables = tables_value(U),
                                   .where = C, .returning = items_value(G)};
    if (X.type)
        A->remove->alias = name_make(p, X);
    statement_adopt_with(p, A, W);
    statement_adopt_tables(p, A, U);
    statement_adopt_expr(p, A, C);
    statement_adopt_items(p, A, G);
}
%type using_opt {TableList *}
using_opt(A) ::= . { A = NULL; }
using_opt(A) ::= USING tables(L). { A = L; }
statement(A) ::= TRUNCATE(K) table_opt names_list(L). {
    A = statement_make(p, STATEMENT_TRUNCATE, K);
    A->drop = ARENA_NEW(p->arena, DropStatement);
    A->drop->names.at = L->at;
    A->drop->names.count = L->count;
}
table_opt ::= .
table_opt ::= TABLE.

/* ---- options ---- */

%type key {Token}
key(A) ::= label(X). { A = X; }
key(A) ::= key(K) DOT|MINUS(S) label(X). { A = token_join(p, K, S, X); }
/* A key behind which a value may follow at once cannot begin with every word. */
%type option_key {Token}
option_key(A) ::= STRING(X). { A = X; }
option_key(A) ::= key(X). { A = X; }
%type option_value {OptionClause}
option_value(A) ::= STRING|INTEGER|DECIMAL|FLOAT(X). { A = option_value(p, X); }
option_value(A) ::= MINUS(M) INTEGER|DECIMAL|FLOAT(X). { A = option_negative(p, M, X); }
option_value(A) ::= key(X). { A = option_value(p, X); }
%type option {OptionClause}
option(A) ::= option_key(K) EQ option_value(V). { A = option_make(p, K.value, K.start, &V); }
option(A) ::= option_key(K) STRING|ID|TRUE|FALSE|INTEGER|DECIMAL(V). {
    OptionClause value = option_value(p, V);
    A = option_make(p, K.value, K.start, &value);
}
%type options {OptionClauseList *}
options(A) ::= option(X). { A = options_add(p, NULL, X); }
options(A) ::= options(L) COMMA option(X). { A = options_add(p, L, X); }
%type option_keys {OptionClauseList *}
option_keys(A) ::= option_key(K). { A = options_add(p, NULL, option_make(p, K.value, K.start, NULL)); }
option_keys(A) ::= option_keys(L) COMMA option_key(K). {
    A = options_add(p, L, option_make(p, K.value, K.start, NULL));
}

/* ---- CREATE ---- */

%type object {ObjectKind}
object(A) ::= relation_object(X). { A = X; }
object(A) ::= VIEW. { A = OBJECT_VIEW; }
object(A) ::= MATERIALIZED VIEW. { A = OBJECT_MATERIALIZED_VIEW; }
object(A) ::= JOB. { A = OBJECT_JOB; }
object(A) ::= FUNCTION. { A = OBJECT_FUNCTION; }
object(A) ::= MODEL. { A = OBJECT_MODEL; }
object(A) ::= CATALOG. { A = OBJECT_CATALOG; }
object(A) ::= DATABASE. { A = OBJECT_DATABASE; }
%type relation_object {ObjectKind}
relation_object(A) ::= TABLE. { A = OBJECT_TABLE; }
relation_object(A) ::= SOURCE. { A = OBJECT_SOURCE; }
relation_object(A) ::= SINK. { A = OBJECT_SINK; }

%type create {Token}
create(A) ::= CREATE(K) or_replace(R) temporary(T). {
    A = K;
    p->create = create_make(p, R, T);
}
%type or_replace {bool}
or_replace(A) ::= . { A = false; }
or_replace(A) ::= OR REPLACE. { A = true; }
%type temporary {bool}
temporary(A) ::= . { A = false; }
temporary(A) ::= TEMPORARY. { A = true; }
%type if_not_exists {bool}
if_not_exists(A) ::= . { A = false; }
if_not_exists(A) ::= IF_NOT_EXISTS. { A = true; }
%type if_exists {bool}
if_exists(A) ::= . { A = false; }
if_exists(A) ::= IF_EXISTS. { A = true; }

statement(A) ::= create(K) relation_object(O) if_not_exists(I) names(N) elements_opt
    create_clauses as_query. { A = create_finish(p, O, K, I, N); }
statement(A) ::= create(K) VIEW if_not_exists(I) names(N) view_columns_opt create_clauses
    as_some_query. { A = create_finish(p, OBJECT_VIEW, K, I, N); }
statement(A) ::= create(K) MATERIALIZED VIEW if_not_exists(I) names(N) view_columns_opt
    create_clauses as_some_query. { A = create_finish(p, OBJECT_MATERIALIZED_VIEW, K, I, N); }
statement(A) ::= create(K) JOB if_not_exists(I) names(N) create_clauses AS insert(S). {
    p->create->body = S;
    A = create_finish(p, OBJECT_JOB, K, I, N);
}
statement(A) ::= create(K) JOB if_not_exists(I) names(N) create_clauses AS with(W) insert(S). {
    p->create->body = insert_with(p, W, S, K);
    A = create_finish(p, OBJECT_JOB, K, I, N);
}
statement(A) ::= create(K) CATALOG if_not_exists(I) names(N) create_clauses. {
    A = create_finish(p, OBJECT_CATALOG, K, I, N);
}
statement(A) ::= create(K) DATABASE if_not_exists(I) names(N) create_clauses. {
    A = create_finish(p, OBJECT_DATABASE, K, I, N);
}
statement(A) ::= create(K) FUNCTION if_not_exists(I) names(N) function_arguments
    function_clauses. { A = create_finish(p, OBJECT_FUNCTION, K, I, N); }
statement(A) ::= create(K) MODEL if_not_exists(I) names(N) model_clauses as_query. {
    A = create_finish(p, OBJECT_MODEL, K, I, N);
}

as_query ::= .
as_query ::= as_some_query.
as_some_query ::= AS query(Q). { p->create->query = Q; }
as_some_query ::= AS query(Q) WITH LP options(L) RP. {
    p->create->query = Q;
    for (size_t i = 0; i < L->count; i++)
        options_add(p, &p->create->options, L->at[i]);
}

create_clauses ::= .
create_clauses ::= create_clauses create_clause.
create_clause ::= WITH LP options(L) RP. { p->create->options = options_value(L); }
create_clause ::= OPTIONS|TBLPROPERTIES LP options(L) RP. {
    for (size_t i = 0; i < L->count; i++)
        options_add(p, &p->create->options, L->at[i]);
}
create_clause ::= LOCATION(K) STRING(X). {
    OptionClause value = option_value(p, X);
    options_add(p, &p->create->options, option_make(p, STR("path"), K.start, &value));
}
create_clause ::= COMMENT STRING(X). { p->create->comment = token_text(p, X); }
create_clause ::= PARTITIONED BY LP name_list(L) RP. { p->create->partitioned_by = *L; }
create_clause ::= USING ID(X). { p->create->format = name_make(p, X); }
create_clause ::= FROM names(N). { p->create->from = *N; }
create_clause ::= LIKE names(N). { p->create->like = *N; }
create_clause ::= LIKE names(N) LP like_options RP. { p->create->like = *N; }
like_options ::= like_option.
like_options ::= like_options like_option.
like_option ::= ID(X) label(Y). {
    OptionClause value = option_value(p, Y);
    OptionClause option = option_make(p, str_from(token_text(p, X)), X.start, &value);
    list_push_arena(p->arena, &p->create->like_options, option);
}

elements_opt ::= .
elements_opt ::= LP elements RP.
elements ::= element.
elements ::= elements COMMA element.
element ::= column(C). { list_push_arena(p->arena, &p->create->columns, *C); }
element ::= WATERMARK_FOR(K) ID(X) AS expr(E). {
    list_push_arena(p->arena, &p->create->watermarks,
                    ((Watermark){.column = name_make(p, X), .expr = E, .position = K.start}));
}
element ::= constraint(C). { list_push_arena(p->arena, &p->create->constraints, C); }
element ::= CONSTRAINT ID(X) constraint(C). {
    C.name = name_make(p, X);
    list_push_arena(p->arena, &p->create->constraints, C);
}
element ::= LIKE names(N). { p->create->like = *N; }
%type constraint {TableConstraint}
constraint(A) ::= PRIMARY_KEY(K) LP name_list(L) RP not_enforced(E). {
    A = (TableConstraint){.position = K.start, .columns = *L, .not_enforced = E};
    A.kind = CONSTRAINT_PRIMARY_KEY;
}
constraint(A) ::= UNIQUE(K) LP name_list(L) RP not_enforced(E). {
    A = (TableConstraint){.position = K.start, .columns = *L, .not_enforced = E};
    A.kind = CONSTRAINT_UNIQUE;
}
constraint(A) ::= CHECK(K) LP expr(X) RP. {
    A = (TableConstraint){.position = K.start, .check = X};
    A.kind = CONSTRAINT_CHECK;
}
%type not_enforced {bool}
not_enforced(A) ::= . { A = false; }
not_enforced(A) ::= NOT_ENFORCED. { A = true; }

%type column {ColumnClause *}
column(A) ::= ID(X). {
    A = ARENA_NEW(p->arena, ColumnClause);
    A->name = name_make(p, X);
}
column(A) ::= ID(X) AS expr(E) computed_tail(T). {
    A = ARENA_NEW(p->arena, ColumnClause);
    A->name = name_make(p, X);
    A->kind = COLUMN_CLAUSE_COMPUTED;
    A->expr = E;
    if (T.type)
        A->comment = token_text(p, T);
}
column(A) ::= typed_column(C). { A = C; }
%type computed_tail {Token}
computed_tail(A) ::= comment_opt(C). { A = C; }
computed_tail(A) ::= VIRTUAL|STORED comment_opt(C). { A = C; }
%type typed_column {ColumnClause *}
typed_column(A) ::= ID(X) typename(T). {
    A = ARENA_NEW(p->arena, ColumnClause);
    A->name = name_make(p, X);
    A->type = T;
}
typed_column(A) ::= typed_column(C) NOT NULL. { A = C; A->not_null = true; }
typed_column(A) ::= typed_column(C) NULL. { A = C; A->null = true; }
typed_column(A) ::= typed_column(C) PRIMARY_KEY not_enforced(E). {
    A = C;
    A->primary_key = true;
    A->not_enforced = E;
}
typed_column(A) ::= typed_column(C) UNIQUE. { A = C; A->unique = true; }
typed_column(A) ::= typed_column(C) DEFAULT expr(E). { A = C; A->default_value = E; }
typed_column(A) ::= typed_column(C) COMMENT STRING(X). { A = C; A->comment = token_text(p, X); }
typed_column(A) ::= typed_column(C) CHECK LP expr(E) RP. { A = C; A->check = E; }
typed_column(A) ::= typed_column(C) METADATA. { A = C; A->kind = COLUMN_CLAUSE_METADATA; }
typed_column(A) ::= typed_column(C) METADATA FROM STRING(X). {
    A = C;
    A->kind = COLUMN_CLAUSE_METADATA;
    A->metadata_key = token_text(p, X);
}
typed_column(A) ::= typed_column(C) VIRTUAL. { A = C; A->is_virtual = true; }
typed_column(A) ::= typed_column(C) GENERATED(K) ID(X) AS LP expr(E) RP. {
    (void)K;
    token_expect(p, X, "ALWAYS");
    A = C;
    A->kind = COLUMN_CLAUSE_COMPUTED;
    A->expr = E;
}
typed_column(A) ::= typed_column(C) STORED. { A = C; }

view_columns_opt ::= .
view_columns_opt ::= LP view_columns RP.
view_columns ::= view_column.
view_columns ::= view_columns COMMA view_column.
view_column ::= ID(X) comment_opt(T). {
    ColumnClause column = {.name = name_make(p, X)};
    if (T.type)
        column.comment = token_text(p, T);
    list_push_arena(p->arena, &p->create->columns, column);
}

function_arguments ::= .
function_arguments ::= LP RP. { p->create->has_arguments = true; }
function_arguments ::= LP argument_list RP. { p->create->has_arguments = true; }
argument_list ::= argument.
argument_list ::= argument_list COMMA argument.
argument ::= ID(X) typename(T). {
    list_push_arena(p->arena, &p->create->arguments,
                    ((ColumnClause){.name = name_make(p, X), .type = T}));
}
function_clauses ::= .
function_clauses ::= function_clauses function_clause.
function_clause ::= RETURNS typename(T). { p->create->returns = T; }
function_clause ::= LANGUAGE ID(X). { p->create->language = name_make(p, X); }
function_clause ::= AS STRING(X). { p->create->definition = token_text(p, X); }
function_clause ::= RETURN expr(E). { p->create->return_expr = E; }

model_clauses ::= .
model_clauses ::= model_clauses model_clause.
model_clause ::= WITH LP options(L) RP. { p->create->options = options_value(L); }
model_clause ::= COMMENT STRING(X). { p->create->comment = token_text(p, X); }
model_clause ::= ID(X) LP model_columns(L) RP. {
    if (token_is(X, "INPUT"))
        memcpy(&p->create->inputs, L, sizeof *L);
    else if (token_is(X, "OUTPUT"))
        memcpy(&p->create->outputs, L, sizeof *L);
    else
        parse_fail_at(p, X.start, X.end);
}
%type model_columns {ColumnList *}
model_columns(A) ::= ID(X) typename(T). {
    A = ARENA_NEW(p->arena, ColumnList);
    list_push_arena(p->arena, A, ((ColumnClause){.name = name_make(p, X), .type = T}));
}
model_columns(A) ::= model_columns(L) COMMA ID(X) typename(T). {
    A = L;
    list_push_arena(p->arena, A, ((ColumnClause){.name = name_make(p, X), .type = T}));
}

/* ---- DROP, ALTER ---- */

statement(A) ::= DROP(K) temporary(T) object(O) if_exists(I) names_list(L) cascade(C). {
    A = statement_make(p, STATEMENT_DROP, K);
    A->drop = ARENA_NEW(p->arena, DropStatement);
    *A->drop = (DropStatement){.object = O, .if_exists = I, .cascade = C, .temporary = T};
    A->drop->names.at = L->at;
    A->drop->names.count = L->count;
}
%type cascade {bool}
cascade(A) ::= . { A = false; }
cascade(A) ::= CASCADE. { A = true; }
cascade(A) ::= RESTRICT. { A = false; }

%type alter {AlterStatement *}
statement(A) ::= ALTER(K) object(O) if_exists(I) names(N) alter(X). {
    A = statement_make(p, STATEMENT_ALTER, K);
    A->alter = X;
    X->object = O;
    X->if_exists = I;
    X->name = *N;
    if (X->query)
        statement_adopt(p, A, X->query->depth);
    if (X->body)
        statement_adopt(p, A, X->body->depth);
    statement_adopt_expr(p, A, X->column.expr);
    statement_adopt_expr(p, A, X->column.default_value);
    statement_adopt_expr(p, A, X->column.check);
}
alter(A) ::= RENAME TO names(N). {
    A = ARENA_NEW(p->arena, AlterStatement);
    A->action = ALTER_RENAME;
    A->new_name = *N;
}
alter(A) ::= SET LP options(L) RP. {
    A = ARENA_NEW(p->arena, AlterStatement);
    A->action = ALTER_SET_OPTIONS;
    A->options = *L;
}
alter(A) ::= RESET LP option_keys(L) RP. {
    A = ARENA_NEW(p->arena, AlterStatement);
    A->action = ALTER_RESET_OPTIONS;
    A->options = *L;
}
alter(A) ::= ADD column_opt column(C). {
    A = ARENA_NEW(p->arena, AlterStatement);
    A->action = ALTER_ADD_COLUMN;
    A->column = *C;
}
alter(A) ::= DROP column_opt ID(X). {
    A = ARENA_NEW(p->arena, AlterStatement);
    A->action = ALTER_DROP_COLUMN;
    A->column.name = name_make(p, X);
}
alter(A) ::= RENAME column_opt ID(X) TO ID(Y). {
    A = ARENA_NEW(p->arena, AlterStatement);
    A->action = ALTER_RENAME_COLUMN;
    A->column.name = name_make(p, X);
    A->new_column = name_make(p, Y);
}
alter(A) ::= AS query(Q). {
    A = ARENA_NEW(p->arena, AlterStatement);
    A->action = ALTER_AS;
    A->query = Q;
}
alter(A) ::= AS insert(S). {
    A = ARENA_NEW(p->arena, AlterStatement);
    A->action = ALTER_AS;
    A->body = S;
}
alter(A) ::= AS with(W) insert(S). {
    A = ARENA_NEW(p->arena, AlterStatement);
    A->action = ALTER_AS;
    A->body = insert_with(p, W, S, (Token){0});
}
column_opt ::= .
column_opt ::= COLUMN.

/* ---- jobs, EXPLAIN, SHOW ---- */

statement(A) ::= START(K) JOB names(N). {
    A = statement_make(p, STATEMENT_START_JOB, K);
    A->job.name = *N;
}
statement(A) ::= STOP(K) JOB names(N). {
    A = statement_make(p, STATEMENT_STOP_JOB, K);
    A->job.name = *N;
}
statement(A) ::= STOP(K) JOB names(N) WITH SAVEPOINT. {
    A = statement_make(p, STATEMENT_STOP_JOB, K);
    A->job.name = *N;
    A->job.with_savepoint = true;
}
statement(A) ::= FLUSH(K). { A = statement_make(p, STATEMENT_FLUSH, K); }

statement(A) ::= EXPLAIN(K) statement(S). { A = explain_words(p, K, NULL, S); }
statement(A) ::= EXPLAIN(K) some_words(W) statement(S). { A = explain_words(p, K, W, S); }
statement(A) ::= EXPLAIN(K) ID(W) FOR statement(S). {
    token_expect(p, W, "PLAN");
    A = explain_words(p, K, NULL, S);
}
statement(A) ::= EXPLAIN(K) some_words(W). { A = explain_words(p, K, W, NULL); }
%type some_words {TokenList *}
some_words(A) ::= ID(X). { A = tokens_add(p, NULL, X); }
some_words(A) ::= some_words(L) ID(X). { A = tokens_add(p, L, X); }
statement(A) ::= EXPLAIN(K) LP explain_options(L) RP statement(S). {
    A = explain_options(p, K, L, S);
}
%type explain_options {OptionClauseList *}
explain_options(A) ::= explain_option(X). { A = options_add(p, NULL, X); }
explain_options(A) ::= explain_options(L) COMMA explain_option(X). { A = options_add(p, L, X); }
%type explain_option {OptionClause}
explain_option(A) ::= ID(X). { A = option_make(p, X.value, X.start, NULL); }
explain_option(A) ::= ID(X) label(Y). {
    OptionClause value = option_value(p, Y);
    A = option_make(p, X.value, X.start, &value);
}

statement(A) ::= SHOW(K) ALL. {
    A = statement_make(p, STATEMENT_SHOW, K);
    A->show = ARENA_NEW(p->arena, ShowStatement);
    A->show->kind = SHOW_ALL;
}
statement(A) ::= SHOW(K) show_words(W). { A = show_words(p, K, W, NULL, NULL); }
statement(A) ::= SHOW(K) show_words(W) LIKE STRING(X). { A = show_words(p, K, W, NULL, &X); }
statement(A) ::= SHOW(K) show_words(W) FROM|IN names(N). { A = show_words(p, K, W, N, NULL); }
statement(A) ::= SHOW(K) show_words(W) FROM|IN names(N) LIKE STRING(X). {
    A = show_words(p, K, W, N, &X);
}
statement(A) ::= SHOW(K) STRING(X). {
    A = statement_make(p, STATEMENT_SHOW, K);
    A->show = ARENA_NEW(p->arena, ShowStatement);
    A->show->setting = token_text(p, X);
}
statement(A) ::= SHOW(K) CREATE object(O) names(N). {
    A = statement_make(p, STATEMENT_SHOW, K);
    A->show = ARENA_NEW(p->arena, ShowStatement);
    *A->show = (ShowStatement){.kind = SHOW_CREATE, .object = O, .name = *N};
}
%type show_words {TokenList *}
show_words(A) ::= show_word(X). { A = tokens_add(p, NULL, X); }
show_words(A) ::= show_words(L) show_word(X). { A = tokens_add(p, L, X); }
%type show_word {Token}
show_word(A) ::= ID(X). { A = X; }
show_word(A) ::= show_word(K) DOT|MINUS(S) ID(X). { A = token_join(p, K, S, X); }

statement(A) ::= describe(K) names(N). {
    A = statement_make(p, STATEMENT_DESCRIBE, K);
    A->describe.name = *N;
}
statement(A) ::= describe(K) TABLE names(N). {
    A = statement_make(p, STATEMENT_DESCRIBE, K);
    A->describe.name = *N;
}
statement(A) ::= describe(K) ID(X) names(N). {
    if (!token_is(X, "FORMATTED"))
        token_expect(p, X, "EXTENDED");
    A = statement_make(p, STATEMENT_DESCRIBE, K);
    A->describe.name = *N;
    A->describe.extended = true;
}
%type describe {Token}
describe(A) ::= DESCRIBE|DESC(X). { A = X; }

/* ---- settings ---- */

statement(A) ::= SET(K). { A = set_value(p, K, NULL, (Str){0}, 0, NULL); }
statement(A) ::= SET(K) set_key(X). { A = set_value(p, K, NULL, X.value, X.start, NULL); }
statement(A) ::= SET(K) set_key(X) EQ|TO set_values(V). {
    A = set_value(p, K, NULL, X.value, X.start, V);
}
statement(A) ::= SET(K) ID(S) set_key(X) EQ|TO set_values(V). {
    A = set_value(p, K, &S, X.value, X.start, V);
}
statement(A) ::= SET(K) ID(X) STRING(V). {
    A = set_value(p, K, NULL, token_is(X, "NAMES") ? STR("client_encoding") : X.value, X.start,
                  options_add(p, NULL, option_value(p, V)));
}
statement(A) ::= SET(K) ID(X) ID(Y) STRING|ID|DEFAULT(V). {
    token_expect(p, X, "TIME");
    token_expect(p, Y, "ZONE");
    A = set_value(p, K, NULL, STR("timezone"), X.start,
                  options_add(p, NULL, option_value(p, V)));
}
statement(A) ::= SET(K) TRANSACTION words(W). {
    A = statement_make(p, STATEMENT_SET_TRANSACTION, K);
    A->transaction = transaction_words(p, W, 0);
}
statement(A) ::= SET(K) ID(X) ID(Y) AS TRANSACTION words(W). {
    token_expect(p, X, "SESSION");
    token_expect(p, Y, "CHARACTERISTICS");
    A = statement_make(p, STATEMENT_SET_TRANSACTION, K);
    A->transaction = transaction_words(p, W, 0);
}
%type set_key {Token}
set_key(A) ::= STRING(X). { A = X; }
set_key(A) ::= show_word(X). { A = X; }
set_key(A) ::= TABLE(K) DOT(S) show_word(X). { A = token_join(p, K, S, X); }
%type set_values {OptionClauseList *}
set_values(A) ::= option_value(V). { A = options_add(p, NULL, V); }
set_values(A) ::= set_values(L) COMMA option_value(V). { A = options_add(p, L, V); }

statement(A) ::= RESET(K). { A = statement_make(p, STATEMENT_RESET, K); A->setting = NULL; }
statement(A) ::= RESET(K) ALL. { A = statement_make(p, STATEMENT_RESET, K); A->setting = NULL; }
statement(A) ::= RESET(K) set_key(X). {
    A = statement_make(p, STATEMENT_RESET, K);
    A->setting = token_text(p, X);
}
statement(A) ::= DISCARD(K) ALL. { A = statement_make(p, STATEMENT_DISCARD, K); }
statement(A) ::= USE(K) names(N). {
    A = statement_make(p, STATEMENT_USE, K);
    A->use.object = OBJECT_DATABASE;
    A->use.name = *N;
}
statement(A) ::= USE(K) CATALOG names(N). {
    A = statement_make(p, STATEMENT_USE, K);
    A->use.object = OBJECT_CATALOG;
    A->use.name = *N;
}
statement(A) ::= USE(K) DATABASE names(N). {
    A = statement_make(p, STATEMENT_USE, K);
    A->use.object = OBJECT_DATABASE;
    A->use.name = *N;
}

/* ---- transactions and statement sets ---- */

statement(A) ::= BEGIN_SET(K). { A = statement_make(p, STATEMENT_BEGIN_STATEMENT_SET, K); }
statement(A) ::= EXECUTE_SET(K) BEGIN. {
    A = statement_make(p, STATEMENT_BEGIN_STATEMENT_SET, K);
}
statement(A) ::= BEGIN(K) transaction_list(W). {
    size_t first = W && (token_is(W->at[0], "TRANSACTION") || token_is(W->at[0], "WORK"));
    A = statement_make(p, STATEMENT_BEGIN, K);
    A->transaction = transaction_words(p, W, first);
}
statement(A) ::= START(K) TRANSACTION transaction_list(W). {
    A = statement_make(p, STATEMENT_BEGIN, K);
    A->transaction = transaction_words(p, W, 0);
}
%type transaction_list {TokenList *}
transaction_list(A) ::= words(W). { A = W; }
transaction_list(A) ::= transaction_list(L) COMMA words(W). {
    A = L;
    for (size_t i = 0; W && i < W->count; i++)
        A = tokens_add(p, A, W->at[i]);
}
transaction_list(A) ::= transaction_list(L) NOT ID(X). {
    token_expect(p, X, "DEFERRABLE");
    A = L;
}
statement(A) ::= COMMIT(K) words(W). { A = transaction_end(p, STATEMENT_COMMIT, K, W); }
statement(A) ::= END(K) words(W). {
    A = transaction_end(p, W ? STATEMENT_COMMIT : STATEMENT_END, K, W);
}
statement(A) ::= ROLLBACK(K) words(W). { A = transaction_end(p, STATEMENT_ROLLBACK, K, W); }
statement(A) ::= ROLLBACK(K) words(W) TO ID(X). {
    A = transaction_end(p, STATEMENT_ROLLBACK_TO, K, W);
    A->name = name_make(p, X);
}
statement(A) ::= ROLLBACK(K) words(W) TO SAVEPOINT ID(X). {
    A = transaction_end(p, STATEMENT_ROLLBACK_TO, K, W);
    A->name = name_make(p, X);
}
statement(A) ::= SAVEPOINT(K) ID(X). {
    A = statement_make(p, STATEMENT_SAVEPOINT, K);
    A->name = name_make(p, X);
}
statement(A) ::= RELEASE(K) ID(X). {
    A = statement_make(p, STATEMENT_RELEASE, K);
    A->name = name_make(p, X);
}
statement(A) ::= RELEASE(K) SAVEPOINT ID(X). {
    A = statement_make(p, STATEMENT_RELEASE, K);
    A->name = name_make(p, X);
}

/* ---- COPY ---- */

statement(A) ::= COPY(K) names(N) columns_opt(C) copy_direction(D) copy_target(T)
    copy_options(O). { A = copy_make(p, K, N, C, NULL, D, T, O); }
statement(A) ::= COPY(K) select_parens(Q) TO copy_target(T) copy_options(O). {
    A = copy_make(p, K, NULL, NULL, Q, false, T, O);
}
%type copy_direction {bool}
copy_direction(A) ::= FROM. { A = true; }
copy_direction(A) ::= TO. { A = false; }
%type copy_target {Token}
copy_target(A) ::= STRING|ID(X). { A = X; }
%type copy_options {OptionClauseList *}
copy_options(A) ::= copy_words(L). { A = L; }
copy_options(A) ::= WITH copy_words(L). { A = L; }
copy_options(A) ::= LP copy_list(L) RP. { A = L; }
copy_options(A) ::= WITH LP copy_list(L) RP. { A = L; }
%type copy_list {OptionClauseList *}
copy_list(A) ::= copy_option(X). { A = options_add(p, NULL, X); }
copy_list(A) ::= copy_list(L) COMMA copy_option(X). { A = options_add(p, L, X); }
%type copy_option {OptionClause}
copy_option(A) ::= label(X). {
    A = option_make(p, str_from(token_text_lower(p, X)), X.start, NULL);
}
copy_option(A) ::= label(X) copy_value(V). {
    OptionClause value = option_value(p, V);
    A = option_make(p, str_from(token_text_lower(p, X)), X.start, &value);
}
%type copy_value {Token}
copy_value(A) ::= STRING|INTEGER|DECIMAL|STAR(X). { A = X; }
copy_value(A) ::= label(X). { A = X; }
copy_value(A) ::= LP(O) name_list(L) RP(C). {
    A = (Token){.type = TK_ID, .start = O.start, .end = C.end, .owned = true};
    A.value = str_from(names_text(p, L));
}
%type copy_words {OptionClauseList *}
copy_words(A) ::= . { A = NULL; }
copy_words(A) ::= copy_words(L) ID|NULL(X). { A = copy_word(p, L, X, NULL); }
copy_words(A) ::= copy_words(L) ID|NULL(X) STRING(V). { A = copy_word(p, L, X, &V); }
copy_words(A) ::= copy_words(L) ID|NULL(X) AS STRING(V). { A = copy_word(p, L, X, &V); }

/* ---- prepared statements and cursors ---- */

statement(A) ::= PREPARE(K) ID(X) types_opt(T) AS statement(S). {
    A = statement_make(p, STATEMENT_PREPARE, K);
    A->prepare = ARENA_NEW(p->arena, PrepareStatement);
    A->prepare->name = name_make(p, X);
    A->prepare->statement = S;
    if (T) {
        A->prepare->types.at = T->at;
        A->prepare->types.count = T->count;
    }
    statement_adopt(p, A, S->depth);
}
%type types_opt {TypeList *}
types_opt(A) ::= . { A = NULL; }
types_opt(A) ::= LP types(L) RP. { A = L; }
%type types {TypeList *}
types(A) ::= typename(T). {
    A = ARENA_NEW(p->arena, TypeList);
    list_push_arena(p->arena, A, T);
}
types(A) ::= types(L) COMMA typename(T). { A = L; list_push_arena(p->arena, A, T); }
statement(A) ::= EXECUTE(K) ID(X). {
    A = statement_make(p, STATEMENT_EXECUTE, K);
    A->execute = ARENA_NEW(p->arena, ExecuteStatement);
    A->execute->name = name_make(p, X);
}
statement(A) ::= EXECUTE(K) ID(X) LP exprs_opt(L) RP. {
    A = statement_make(p, STATEMENT_EXECUTE, K);
    A->execute = ARENA_NEW(p->arena, ExecuteStatement);
    A->execute->name = name_make(p, X);
    A->execute->args = exprs_value(L);
    for (size_t i = 0; L && i < L->count; i++)
        statement_adopt_expr(p, A, L->at[i]);
}
statement(A) ::= DEALLOCATE(K) prepare_opt ID(X). {
    A = statement_make(p, STATEMENT_DEALLOCATE, K);
    A->name = name_make(p, X);
}
statement(A) ::= DEALLOCATE(K) prepare_opt ALL. {
    A = statement_make(p, STATEMENT_DEALLOCATE, K);
    A->name = (Name){0};
}
prepare_opt ::= .
prepare_opt ::= PREPARE.

statement(A) ::= DECLARE(K) ID(X) words(B) CURSOR words(H) FOR query(Q). {
    A = declare_cursor(p, K, X, B, H, Q);
}
statement(A) ::= DECLARE(K) ID(X) words(B) CURSOR WITH ID(H) FOR query(Q). {
    A = declare_cursor(p, K, X, B, tokens_add(p, NULL, H), Q);
}
statement(A) ::= FETCH(K) fetch_words(W). { A = fetch_words(p, K, W); }
%type fetch_words {TokenList *}
fetch_words(A) ::= fetch_word(X). { A = tokens_add(p, NULL, X); }
fetch_words(A) ::= fetch_words(L) fetch_word(X). { A = tokens_add(p, L, X); }
%type fetch_word {Token}
fetch_word(A) ::= ID|ALL|FROM|IN|INTEGER|MINUS(X). { A = X; }
statement(A) ::= CLOSE(K) ID(X). {
    A = statement_make(p, STATEMENT_CLOSE, K);
    A->cursor = ARENA_NEW(p->arena, CursorStatement);
    A->cursor->name = name_make(p, X);
}
statement(A) ::= CLOSE(K) ALL. {
    A = statement_make(p, STATEMENT_CLOSE, K);
    A->cursor = ARENA_NEW(p->arena, CursorStatement);
}
