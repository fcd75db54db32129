/*
 * print_statement.c - statements as SQL, on one line.
 */
#include "grammar/print.h"

const char *ast_object_text(ObjectKind object)
{
    static const char *const texts[] = {
        [OBJECT_TABLE] = "TABLE",
        [OBJECT_SOURCE] = "SOURCE",
        [OBJECT_SINK] = "SINK",
        [OBJECT_VIEW] = "VIEW",
        [OBJECT_MATERIALIZED_VIEW] = "MATERIALIZED VIEW",
        [OBJECT_JOB] = "JOB",
        [OBJECT_FUNCTION] = "FUNCTION",
        [OBJECT_MODEL] = "MODEL",
        [OBJECT_CATALOG] = "CATALOG",
        [OBJECT_DATABASE] = "DATABASE",
    };
    return texts[object];
}

static void print_comment(Buf *out, const char *comment)
{
    if (comment) {
        buf_add_text(out, " COMMENT ");
        print_text(out, comment);
    }
}

static void print_value(Buf *out, const OptionClause *option)
{
    if (option->value_quoted)
        print_text(out, option->value);
    else
        buf_add_text(out, option->value);
}

static void print_hint_text(Buf *out, const char *text)
{
    if (!strchr(text, '/')) {
        print_text(out, text);
        return;
    }
    buf_add_text(out, "E'");
    for (; *text; text++) {
        if (*text == '/')
            buf_add_text(out, "\\x2f");
        else if (*text == '\'' || *text == '\\')
            buf_printf(out, "\\%c", *text);
        else
            buf_add_char(out, *text);
    }
    buf_add_char(out, '\'');
}

static void print_options(Buf *out, const OptionClauseList *options)
{
    for (size_t i = 0; i < options->count; i++) {
        if (i)
            buf_add_text(out, ", ");
        print_text(out, options->at[i].key);
        if (options->at[i].value) {
            buf_add_text(out, " = ");
            print_value(out, &options->at[i]);
        }
    }
}

/* Inside a comment the slashes of a string are escaped, lest they end it. */
void print_hint(Buf *out, const OptionClauseList *hint)
{
    if (!hint->count)
        return;
    buf_add_text(out, " /*+ OPTIONS(");
    for (size_t i = 0; i < hint->count; i++) {
        if (i)
            buf_add_text(out, ", ");
        print_hint_text(out, hint->at[i].key);
        buf_add_text(out, " = ");
        print_hint_text(out, hint->at[i].value);
    }
    buf_add_text(out, ") */");
}

static void print_assignments(Buf *out, const AssignmentList *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (i)
            buf_add_text(out, ", ");
        ast_print_name(out, list->at[i].column);
        if (list->at[i].value) {
            buf_add_text(out, " = ");
            ast_print_expr(out, list->at[i].value);
        }
    }
}

static void print_where(Buf *out, const Expr *where)
{
    if (where) {
        buf_add_text(out, " WHERE ");
        ast_print_expr(out, where);
    }
}

static void print_returning(Buf *out, const SelectList *items)
{
    if (items->count) {
        buf_add_text(out, " RETURNING ");
        print_items(out, items);
    }
}

/* ---- changes of rows ---- */

static void print_insert(Buf *out, const InsertStatement *insert)
{
    buf_add_text(out, insert->overwrite ? "INSERT OVERWRITE " : "INSERT INTO ");
    ast_print_names(out, &insert->table);
    print_hint(out, &insert->hint);
    if (insert->partition.count) {
        buf_add_text(out, " PARTITION (");
        print_assignments(out, &insert->partition);
        buf_add_char(out, ')');
    }
    print_columns(out, &insert->columns);
    if (insert->query) {
        buf_add_char(out, ' ');
        ast_print_query(out, insert->query);
    } else {
        buf_add_text(out, " DEFAULT VALUES");
    }
    if (insert->conflict != CONFLICT_NONE) {
        buf_add_text(out, " ON CONFLICT");
        print_columns(out, &insert->conflict_columns);
        buf_add_text(out, insert->conflict == CONFLICT_NOTHING ? " DO NOTHING" : " DO UPDATE SET ");
        print_assignments(out, &insert->conflict_set);
        print_where(out, insert->conflict_where);
    }
    print_returning(out, &insert->returning);
}

static void print_update(Buf *out, const UpdateStatement *update)
{
    print_with(out, update->with);
    buf_add_text(out, "UPDATE ");
    ast_print_names(out, &update->table);
    if (update->alias.text) {
        buf_add_text(out, " AS ");
        ast_print_name(out, update->alias);
    }
    buf_add_text(out, " SET ");
    print_assignments(out, &update->set);
    if (update->from.count) {
        buf_add_text(out, " FROM ");
        print_tables(out, &update->from);
    }
    print_where(out, update->where);
    print_returning(out, &update->returning);
}

static void print_delete(Buf *out, const DeleteStatement *remove)
{
    print_with(out, remove->with);
    buf_add_text(out, "DELETE FROM ");
    ast_print_names(out, &remove->table);
    if (remove->alias.text) {
        buf_add_text(out, " AS ");
        ast_print_name(out, remove->alias);
    }
    if (remove->using_tables.count) {
        buf_add_text(out, " USING ");
        print_tables(out, &remove->using_tables);
    }
    print_where(out, remove->where);
    print_returning(out, &remove->returning);
}

/* ---- CREATE ---- */

static void print_column(Buf *out, const ColumnClause *column)
{
    ast_print_name(out, column->name);
    if (column->type) {
        buf_add_char(out, ' ');
        ast_print_type(out, column->type);
    }
    if (column->kind == COLUMN_CLAUSE_COMPUTED) {
        buf_add_text(out, column->type ? " GENERATED ALWAYS AS (" : " AS ");
        ast_print_expr(out, column->expr);
        if (column->type)
            buf_add_char(out, ')');
    }
    if (column->kind == COLUMN_CLAUSE_METADATA)
        buf_add_text(out, " METADATA");
    if (column->metadata_key) {
        buf_add_text(out, " FROM ");
        print_text(out, column->metadata_key);
    }
    if (column->is_virtual)
        buf_add_text(out, " VIRTUAL");
    if (column->not_null)
        buf_add_text(out, " NOT NULL");
    if (column->null)
        buf_add_text(out, " NULL");
    if (column->primary_key)
        buf_add_text(out, column->not_enforced ? " PRIMARY KEY NOT ENFORCED" : " PRIMARY KEY");
    if (column->unique)
        buf_add_text(out, " UNIQUE");
    if (column->default_value) {
        buf_add_text(out, " DEFAULT ");
        ast_print_expr(out, column->default_value);
    }
    if (column->check) {
        buf_add_text(out, " CHECK (");
        ast_print_expr(out, column->check);
        buf_add_char(out, ')');
    }
    print_comment(out, column->comment);
}

static void print_constraint(Buf *out, const TableConstraint *constraint)
{
    if (constraint->name.text) {
        buf_add_text(out, "CONSTRAINT ");
        ast_print_name(out, constraint->name);
        buf_add_char(out, ' ');
    }
    if (constraint->kind == CONSTRAINT_CHECK) {
        buf_add_text(out, "CHECK (");
        ast_print_expr(out, constraint->check);
        buf_add_char(out, ')');
        return;
    }
    buf_add_text(out, constraint->kind == CONSTRAINT_UNIQUE ? "UNIQUE" : "PRIMARY KEY");
    print_columns(out, &constraint->columns);
    if (constraint->not_enforced)
        buf_add_text(out, " NOT ENFORCED");
}

static const char *separator(size_t *printed)
{
    return (*printed)++ ? ", " : "";
}

static void print_elements(Buf *out, const CreateStatement *create)
{
    size_t printed = 0;
    if (!create->columns.count && !create->watermarks.count && !create->constraints.count)
        return;
    buf_add_text(out, " (");
    for (size_t i = 0; i < create->columns.count; i++) {
        buf_add_text(out, separator(&printed));
        print_column(out, &create->columns.at[i]);
    }
    for (size_t i = 0; i < create->watermarks.count; i++) {
        buf_printf(out, "%sWATERMARK FOR ", separator(&printed));
        ast_print_name(out, create->watermarks.at[i].column);
        buf_add_text(out, " AS ");
        ast_print_expr(out, create->watermarks.at[i].expr);
    }
    for (size_t i = 0; i < create->constraints.count; i++) {
        buf_add_text(out, separator(&printed));
        print_constraint(out, &create->constraints.at[i]);
    }
    buf_add_char(out, ')');
}

static void print_typed_names(Buf *out, const char *head, const ColumnClause *columns, size_t count)
{
    buf_printf(out, "%s(", head);
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_add_text(out, ", ");
        print_column(out, &columns[i]);
    }
    buf_add_char(out, ')');
}

static void print_function(Buf *out, const CreateStatement *create)
{
    if (create->has_arguments)
        print_typed_names(out, " ", create->arguments.at, create->arguments.count);
    if (create->returns) {
        buf_add_text(out, " RETURNS ");
        ast_print_type(out, create->returns);
    }
    if (create->language.text) {
        buf_add_text(out, " LANGUAGE ");
        ast_print_name(out, create->language);
    }
    if (create->definition) {
        buf_add_text(out, " AS ");
        print_text(out, create->definition);
    }
    if (create->return_expr) {
        buf_add_text(out, " RETURN ");
        ast_print_expr(out, create->return_expr);
    }
}

static void print_clauses(Buf *out, const CreateStatement *create)
{
    print_comment(out, create->comment);
    if (create->partitioned_by.count) {
        buf_add_text(out, " PARTITIONED BY");
        print_columns(out, &create->partitioned_by);
    }
    if (create->format.text) {
        buf_add_text(out, " USING ");
        ast_print_name(out, create->format);
    }
    if (create->from.count) {
        buf_add_text(out, " FROM ");
        ast_print_names(out, &create->from);
    }
    if (create->like.count) {
        buf_add_text(out, " LIKE ");
        ast_print_names(out, &create->like);
    }
    for (size_t i = 0; i < create->like_options.count; i++) {
        buf_printf(out, "%s%s ", i ? " " : " (", create->like_options.at[i].key);
        ast_print_identifier(out, create->like_options.at[i].value);
    }
    if (create->like_options.count)
        buf_add_char(out, ')');
    if (create->options.count) {
        buf_add_text(out, " WITH (");
        print_options(out, &create->options);
        buf_add_char(out, ')');
    }
}

static void print_create(Buf *out, const CreateStatement *create)
{
    buf_printf(out, "CREATE %s%s%s %s", create->or_replace ? "OR REPLACE " : "",
               create->temporary ? "TEMPORARY " : "", ast_object_text(create->object),
               create->if_not_exists ? "IF NOT EXISTS " : "");
    ast_print_names(out, &create->name);
    print_elements(out, create);
    print_function(out, create);
    if (create->inputs.count)
        print_typed_names(out, " INPUT ", create->inputs.at, create->inputs.count);
    if (create->outputs.count)
        print_typed_names(out, " OUTPUT ", create->outputs.at, create->outputs.count);
    print_clauses(out, create);
    if (create->query) {
        buf_add_text(out, " AS ");
        ast_print_query(out, create->query);
    }
    if (create->body) {
        buf_add_text(out, " AS ");
        ast_print_statement(out, create->body);
    }
}

/* ---- DROP, ALTER ---- */

static void print_drop(Buf *out, const DropStatement *drop)
{
    for (size_t i = 0; i < drop->names.count; i++) {
        if (i)
            buf_add_text(out, ", ");
        ast_print_names(out, &drop->names.at[i]);
    }
}

static void print_alter(Buf *out, const AlterStatement *alter)
{
    buf_printf(out, "ALTER %s %s", ast_object_text(alter->object),
               alter->if_exists ? "IF EXISTS " : "");
    ast_print_names(out, &alter->name);
    switch (alter->action) {
    case ALTER_RENAME:
        buf_add_text(out, " RENAME TO ");
        ast_print_names(out, &alter->new_name);
        break;
    case ALTER_SET_OPTIONS:
    case ALTER_RESET_OPTIONS:
        buf_add_text(out, alter->action == ALTER_SET_OPTIONS ? " SET (" : " RESET (");
        print_options(out, &alter->options);
        buf_add_char(out, ')');
        break;
    case ALTER_ADD_COLUMN:
        buf_add_text(out, " ADD COLUMN ");
        print_column(out, &alter->column);
        break;
    case ALTER_DROP_COLUMN:
        buf_add_text(out, " DROP COLUMN ");
        ast_print_name(out, alter->column.name);
        break;
    case ALTER_RENAME_COLUMN:
        buf_add_text(out, " RENAME COLUMN ");
        ast_print_name(out, alter->column.name);
        buf_add_text(out, " TO ");
        ast_print_name(out, alter->new_column);
        break;
    case ALTER_AS:
        buf_add_text(out, " AS ");
        if (alter->query)
            ast_print_query(out, alter->query);
        else
            ast_print_statement(out, alter->body);
        break;
    }
}

/* ---- EXPLAIN, SHOW, SET ---- */

static void print_explain(Buf *out, const ExplainStatement *explain)
{
    static const char *const modes[] = {"", "EXTENDED ", "CODEGEN ", "ANALYZE ", "WHY "};
    buf_printf(out, "EXPLAIN %s%s", modes[explain->mode], explain->json ? "JSON " : "");
    if (explain->statement)
        ast_print_statement(out, explain->statement);
    else
        ast_print_names(out, &explain->job);
}

static void print_show(Buf *out, const ShowStatement *show)
{
    static const char *const kinds[] = {
        [SHOW_SETTING] = "",          [SHOW_ALL] = "ALL",
        [SHOW_TABLES] = "TABLES",     [SHOW_VIEWS] = "VIEWS",
        [SHOW_SOURCES] = "SOURCES",   [SHOW_MATERIALIZED_VIEWS] = "MATERIALIZED VIEWS",
        [SHOW_SINKS] = "SINKS",       [SHOW_JOBS] = "JOBS",
        [SHOW_MODELS] = "MODELS",     [SHOW_FUNCTIONS] = "FUNCTIONS",
        [SHOW_CATALOGS] = "CATALOGS", [SHOW_DATABASES] = "DATABASES",
        [SHOW_COLUMNS] = "COLUMNS",   [SHOW_CREATE] = "CREATE ",
    };
    buf_printf(out, "SHOW %s", kinds[show->kind]);
    if (show->kind == SHOW_SETTING)
        print_text(out, show->setting);
    if (show->kind == SHOW_CREATE)
        buf_printf(out, "%s ", ast_object_text(show->object));
    else if (show->name.count)
        buf_add_text(out, " FROM ");
    ast_print_names(out, &show->name);
    if (show->like) {
        buf_add_text(out, " LIKE ");
        print_text(out, show->like);
    }
}

static void print_set(Buf *out, const SetStatement *set)
{
    buf_add_text(out, set->local ? "SET LOCAL" : "SET");
    if (set->key) {
        buf_add_char(out, ' ');
        print_text(out, set->key);
    }
    if (set->is_default)
        buf_add_text(out, " = DEFAULT");
    for (size_t i = 0; i < set->values.count; i++) {
        buf_add_text(out, i ? ", " : " = ");
        print_value(out, &set->values.at[i]);
    }
}

static void print_transaction(Buf *out, const char *head, const TransactionMode *mode)
{
    buf_add_text(out, head);
    if (mode->isolation)
        buf_printf(out, " ISOLATION LEVEL %s", mode->isolation);
    if (mode->read_only)
        buf_add_text(out, " READ ONLY");
    if (mode->read_write)
        buf_add_text(out, " READ WRITE");
}

/* ---- COPY, cursors ---- */

static void print_copy(Buf *out, const CopyStatement *copy)
{
    buf_add_text(out, "COPY ");
    if (copy->query)
        print_in_parens(out, copy->query);
    else
        ast_print_names(out, &copy->table);
    print_columns(out, &copy->columns);
    buf_add_text(out, copy->from ? " FROM " : " TO ");
    if (copy->path)
        print_text(out, copy->path);
    else
        buf_add_text(out, copy->from ? "STDIN" : "STDOUT");
    for (size_t i = 0; i < copy->options.count; i++) {
        buf_add_text(out, i ? ", " : " WITH (");
        ast_print_identifier(out, copy->options.at[i].key);
        if (copy->options.at[i].value) {
            buf_add_char(out, ' ');
            print_value(out, &copy->options.at[i]);
        }
    }
    if (copy->options.count)
        buf_add_char(out, ')');
}

static void print_prepare(Buf *out, const PrepareStatement *prepare)
{
    buf_add_text(out, "PREPARE ");
    ast_print_name(out, prepare->name);
    for (size_t i = 0; i < prepare->types.count; i++) {
        buf_add_text(out, i ? ", " : " (");
        ast_print_type(out, prepare->types.at[i]);
    }
    if (prepare->types.count)
        buf_add_char(out, ')');
    buf_add_text(out, " AS ");
    ast_print_statement(out, prepare->statement);
}

static void print_cursor(Buf *out, const CursorStatement *cursor)
{
    buf_add_text(out, "DECLARE ");
    ast_print_name(out, cursor->name);
    buf_printf(out, "%s%s CURSOR%s FOR ", cursor->binary ? " BINARY" : "",
               cursor->scroll      ? " SCROLL"
               : cursor->no_scroll ? " NO SCROLL"
                                   : "",
               cursor->hold ? " WITH HOLD" : "");
    ast_print_query(out, cursor->query);
}

static void print_fetch(Buf *out, const CursorStatement *cursor)
{
    static const char *const directions[] = {"FORWARD", "BACKWARD", "ABSOLUTE", "RELATIVE"};
    buf_printf(out, "FETCH %s ", directions[cursor->direction]);
    if (cursor->all)
        buf_add_text(out, "ALL");
    else
        buf_printf(out, "%lld", (long long)cursor->count);
    buf_add_text(out, " FROM ");
    ast_print_name(out, cursor->name);
}

static void print_named(Buf *out, const char *head, Name name)
{
    buf_add_text(out, head);
    if (name.text)
        ast_print_name(out, name);
    else
        buf_add_text(out, "ALL");
}

static void print_job(Buf *out, const char *head, const NameList *name)
{
    buf_add_text(out, head);
    ast_print_names(out, name);
}

void ast_print_statement(Buf *out, const Statement *statement)
{
    switch (statement->kind) {
    case STATEMENT_QUERY:
        ast_print_query(out, statement->query);
        break;
    case STATEMENT_INSERT:
        print_insert(out, statement->insert);
        break;
    case STATEMENT_UPDATE:
        print_update(out, statement->update);
        break;
    case STATEMENT_DELETE:
        print_delete(out, statement->remove);
        break;
    case STATEMENT_TRUNCATE:
        buf_add_text(out, "TRUNCATE TABLE ");
        print_drop(out, statement->drop);
        break;
    case STATEMENT_CREATE:
        print_create(out, statement->create);
        break;
    case STATEMENT_DROP:
        buf_printf(out, "DROP %s%s %s", statement->drop->temporary ? "TEMPORARY " : "",
                   ast_object_text(statement->drop->object),
                   statement->drop->if_exists ? "IF EXISTS " : "");
        print_drop(out, statement->drop);
        if (statement->drop->cascade)
            buf_add_text(out, " CASCADE");
        break;
    case STATEMENT_ALTER:
        print_alter(out, statement->alter);
        break;
    case STATEMENT_START_JOB:
        print_job(out, "START JOB ", &statement->job.name);
        break;
    case STATEMENT_STOP_JOB:
        print_job(out, "STOP JOB ", &statement->job.name);
        if (statement->job.with_savepoint)
            buf_add_text(out, " WITH SAVEPOINT");
        break;
    case STATEMENT_EXPLAIN:
        print_explain(out, statement->explain);
        break;
    case STATEMENT_SHOW:
        print_show(out, statement->show);
        break;
    case STATEMENT_DESCRIBE:
        if (statement->describe.query) {
            buf_add_text(out, "DESCRIBE ");
            ast_print_query(out, statement->describe.query);
            break;
        }
        print_job(out, statement->describe.extended ? "DESCRIBE EXTENDED " : "DESCRIBE ",
                  &statement->describe.name);
        break;
    case STATEMENT_SET:
        print_set(out, statement->set);
        break;
    case STATEMENT_RESET:
        buf_add_text(out, statement->setting ? "RESET " : "RESET ALL");
        if (statement->setting)
            print_text(out, statement->setting);
        break;
    case STATEMENT_BEGIN_STATEMENT_SET:
        buf_add_text(out, "BEGIN STATEMENT SET");
        break;
    case STATEMENT_END:
        buf_add_text(out, "END");
        break;
    case STATEMENT_BEGIN:
        print_transaction(out, "BEGIN", &statement->transaction);
        break;
    case STATEMENT_SET_TRANSACTION:
        print_transaction(out, "SET TRANSACTION", &statement->transaction);
        break;
    case STATEMENT_COMMIT:
        buf_add_text(out, "COMMIT");
        break;
    case STATEMENT_ROLLBACK:
        buf_add_text(out, "ROLLBACK");
        break;
    case STATEMENT_SAVEPOINT:
        print_named(out, "SAVEPOINT ", statement->name);
        break;
    case STATEMENT_RELEASE:
        print_named(out, "RELEASE SAVEPOINT ", statement->name);
        break;
    case STATEMENT_ROLLBACK_TO:
        print_named(out, "ROLLBACK TO SAVEPOINT ", statement->name);
        break;
    case STATEMENT_COPY:
        print_copy(out, statement->copy);
        break;
    case STATEMENT_FLUSH:
        buf_add_text(out, "FLUSH");
        break;
    case STATEMENT_PREPARE:
        print_prepare(out, statement->prepare);
        break;
    case STATEMENT_EXECUTE:
        print_named(out, "EXECUTE ", statement->execute->name);
        if (statement->execute->args.count) {
            buf_add_text(out, " (");
            print_list(out, &statement->execute->args);
            buf_add_char(out, ')');
        }
        break;
    case STATEMENT_DEALLOCATE:
        print_named(out, statement->name.text ? "DEALLOCATE PREPARE " : "DEALLOCATE ",
                    statement->name);
        break;
    case STATEMENT_DECLARE_CURSOR:
        print_cursor(out, statement->cursor);
        break;
    case STATEMENT_FETCH:
        print_fetch(out, statement->cursor);
        break;
    case STATEMENT_CLOSE:
        print_named(out, "CLOSE ", statement->cursor->name);
        break;
    case STATEMENT_DISCARD:
        buf_add_text(out, "DISCARD ALL");
        break;
    case STATEMENT_USE:
        buf_add_text(out,
                     statement->use.object == OBJECT_CATALOG ? "USE CATALOG " : "USE DATABASE ");
        ast_print_names(out, &statement->use.name);
        break;
    }
}
