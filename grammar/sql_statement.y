/*
 * sql_statement.y - all other statements.
 *
 * Words that appear in one statement only are no keywords where that can be
 * avoided: they come as identifiers, and builders tell them apart.
 */

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
statement(A) ::= describe(K) ID(X) names(N). {
    if (!token_is(X, "FORMATTED"))
        token_expect(p, X, "EXTENDED");
    A = statement_make(p, STATEMENT_DESCRIBE, K);
    A->describe.name = *N;
    A->describe.extended = true;
}
statement(A) ::= describe(K) query(Q). {
    A = statement_make(p, STATEMENT_DESCRIBE, K);
    if (Q->is_table)
        A->describe.name = Q->select->from.at[0]->named.name;
    else
        A->describe.query = Q;
    statement_adopt(p, A, Q->depth);
}
statement(A) ::= describe(K) STRING(X). {
    TableRef *file = table_make(p, TABLE_FILE, X.start, X.end);
    file->path = token_str(p, X);
    A = statement_make(p, STATEMENT_DESCRIBE, K);
    A->describe.query = query_star(p, X, file);
    statement_adopt(p, A, A->describe.query->depth);
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
statement(A) ::= SET(K) SET_TIME_ZONE(Z) zone_value(V). { A = set_time_zone(p, K, NULL, Z, V); }
statement(A) ::= SET(K) ID(S) SET_TIME_ZONE(Z) zone_value(V). { A = set_time_zone(p, K, &S, Z, V); }
%type zone_value {OptionClause}
zone_value(A) ::= STRING|ID|DEFAULT|INTEGER|DECIMAL(V). { A = option_value(p, V); }
zone_value(A) ::= MINUS(M) INTEGER|DECIMAL(V). { A = option_negative(p, M, V); }
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
statement(A) ::= RESET(K) SET_TIME_ZONE. {
    A = statement_make(p, STATEMENT_RESET, K);
    A->setting = "timezone";
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
