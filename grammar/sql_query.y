/*
 * sql_query.y - SELECT and what may stand in FROM.
 */

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
simple_select(A) ::= VALUES(K) rows(R). { A = query_values(p, K, R); }
simple_select(A) ::= VALUES(K) rows(R) AS ID(X) columns_opt(L). {
    TableRef *table = table_query(p, query_values(p, K, R));
    table->alias = name_make(p, X);
    table->columns = names_value(L);
    A = query_star(p, K, table);
}
simple_select(A) ::= VALUES(K) rows(R) ID(X) columns_opt(L). {
    TableRef *table = table_query(p, query_values(p, K, R));
    table->alias = name_make(p, X);
    table->columns = names_value(L);
    A = query_star(p, K, table);
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
group_opt(A) ::= GROUP BY group_top(L) WITH_ROLLUP|WITH_CUBE(K). {
    A = ARENA_NEW(p->arena, Select);
    A->grouped = true;
    A->group_by = *groups_add(
        p, NULL, group_of(p, K.type == TK_WITH_CUBE ? GROUP_CUBE : GROUP_ROLLUP, K, L));
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
table(A) ::= FROM_VALUES(K) from_rows(R) alias(L). {
    A = table_query(p, query_values(p, K, R));
    A->alias = L.alias;
    A->columns = L.columns;
}
table(A) ::= BARE_VALUES(K) bare_rows(R) alias(L). {
    A = table_query(p, query_values(p, K, R));
    A->alias = L.alias;
    A->columns = L.columns;
}
%type bare_rows {RowList *}
bare_rows(A) ::= expr(X). {
    A = ARENA_NEW(p->arena, RowList);
    list_push_arena(p->arena, A, *exprs_add(p, NULL, X));
}
bare_rows(A) ::= bare_rows(L) VALUES_COMMA expr(X). {
    A = L;
    list_push_arena(p->arena, A, *exprs_add(p, NULL, X));
}
%type from_rows {RowList *}
from_rows(A) ::= LP row_values(R) RP. {
    A = ARENA_NEW(p->arena, RowList);
    list_push_arena(p->arena, A, *R);
}
from_rows(A) ::= from_rows(L) VALUES_COMMA LP row_values(R) RP. {
    A = L;
    list_push_arena(p->arena, A, *R);
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
/* Hive's and Spark's CROSS JOIN UNNEST. */
joined(A) ::= table(X) LATERAL(K) VIEW lateral_kind(T) plain_call(C) lateral_alias(L). {
    TableRef *rows = table_function(p, C);
    rows->alias = L.alias;
    rows->columns = L.columns;
    A = table_join(p, T, K, X, rows);
    if (T == JOIN_LEFT)
        table_join_on(p, A, expr_literal(p, (Token){.type = TK_TRUE, .start = K.start, .end = K.end}));
}
%type lateral_kind {JoinKind}
lateral_kind(A) ::= . { A = JOIN_CROSS; }
lateral_kind(A) ::= OUTER. { A = JOIN_LEFT; }
%type lateral_alias {TableRef}
lateral_alias(A) ::= ID(X). { A = (TableRef){.alias = name_make(p, X)}; }
lateral_alias(A) ::= ID(X) AS ID(C). {
    A = (TableRef){.alias = name_make(p, X), .columns = names_value(names_add(p, NULL, name_make(p, C)))};
}
lateral_alias(A) ::= AS ID(C). {
    A = (TableRef){.alias = name_make(p, C), .columns = names_value(names_add(p, NULL, name_make(p, C)))};
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

