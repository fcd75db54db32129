/*
 * build_statement.c - statements for the grammar's actions.
 *
 * Many words of SHOW, EXPLAIN, FETCH and transactions are no keywords; they
 * arrive as lists of identifiers and are told apart here.
 */
#include "grammar/build.h"

#include "grammar/parse.h"
#include "grammar/sql.h"

Statement *statement_make(Parse *p, StatementKind kind, Token at)
{
    Statement *statement = ARENA_NEW(p->arena, Statement);
    statement->kind = kind;
    statement->depth = 1;
    statement->position = at.start;
    return statement;
}

void statement_adopt(Parse *p, Statement *statement, uint16_t depth)
{
    parse_deepen(p, &statement->depth, depth, statement->position);
}

void statement_adopt_expr(Parse *p, Statement *statement, const Expr *expr)
{
    if (expr)
        statement_adopt(p, statement, expr->depth);
}

void statement_adopt_items(Parse *p, Statement *statement, const SelectList *items)
{
    for (size_t i = 0; items && i < items->count; i++)
        statement_adopt_expr(p, statement, items->at[i].expr);
}

void statement_adopt_set(Parse *p, Statement *statement, const AssignmentList *set)
{
    for (size_t i = 0; i < set->count; i++)
        statement_adopt_expr(p, statement, set->at[i].value);
}

void statement_adopt_with(Parse *p, Statement *statement, const With *with)
{
    for (size_t i = 0; with && i < with->tables.count; i++)
        statement_adopt(p, statement, with->tables.at[i].query->depth);
}

void statement_adopt_tables(Parse *p, Statement *statement, const TableList *tables)
{
    for (size_t i = 0; tables && i < tables->count; i++)
        statement_adopt(p, statement, tables->at[i]->depth);
}

static void fail_at_token(Parse *p, Token token)
{
    parse_fail_at(p, token.start, token.end);
}

/* ---- INSERT, UPDATE ---- */

AssignmentList *assignments_add(Parse *p, AssignmentList *list, Token column, Expr *value)
{
    if (!list)
        list = ARENA_NEW(p->arena, AssignmentList);
    list_push_arena(p->arena, list, ((Assignment){.column = name_make(p, column), .value = value}));
    return list;
}

AssignmentList assignments_value(const AssignmentList *list)
{
    return list ? *list : (AssignmentList){0};
}

Statement *insert_make(Parse *p, Token at, InsertStatement *insert, bool overwrite,
                       const NameList *table, const AssignmentList *partition,
                       const NameList *columns, Query *query, const SelectList *returning)
{
    Statement *statement = statement_make(p, STATEMENT_INSERT, at);
    statement->insert = insert;
    insert->table = *table;
    insert->overwrite = overwrite;
    insert->partition = assignments_value(partition);
    insert->columns = names_value(columns);
    insert->query = query;
    insert->returning = items_value(returning);
    statement_adopt(p, statement, query->depth);
    statement_adopt_set(p, statement, &insert->partition);
    statement_adopt_set(p, statement, &insert->conflict_set);
    statement_adopt_expr(p, statement, insert->conflict_where);
    statement_adopt_items(p, statement, returning);
    return statement;
}

/* WITH … INSERT is INSERT … WITH …: outer names come first, so that inner ones hide them. */
Statement *insert_with(Parse *p, With *with, Statement *insert, Token at)
{
    Query *query = insert->insert->query;
    (void)at;
    if (!query) {
        parse_fail(p, SQLSTATE_SYNTAX, insert->position,
                   "WITH needs a query, not DEFAULT VALUES, behind INSERT");
        return insert;
    }
    insert->insert->query = query_with(p, with, query, at);
    statement_adopt(p, insert, insert->insert->query->depth);
    return insert;
}

/* ---- CREATE ---- */

CreateStatement *create_make(Parse *p, bool or_replace, bool temporary)
{
    CreateStatement *create = ARENA_NEW(p->arena, CreateStatement);
    create->or_replace = or_replace;
    create->temporary = temporary;
    return create;
}

Statement *create_finish(Parse *p, ObjectKind object, Token at, bool if_not_exists,
                         const NameList *name)
{
    Statement *statement = statement_make(p, STATEMENT_CREATE, at);
    CreateStatement *create = statement->create = p->create;
    create->object = object;
    create->if_not_exists = if_not_exists;
    create->name = *name;
    if (create->or_replace && if_not_exists)
        parse_fail(p, SQLSTATE_SYNTAX, at.start, "OR REPLACE and IF NOT EXISTS exclude each other");
    for (size_t i = 0; i < create->columns.count; i++) {
        const ColumnClause *column = &create->columns.at[i];
        statement_adopt_expr(p, statement, column->expr);
        statement_adopt_expr(p, statement, column->default_value);
        statement_adopt_expr(p, statement, column->check);
    }
    for (size_t i = 0; i < create->constraints.count; i++)
        statement_adopt_expr(p, statement, create->constraints.at[i].check);
    for (size_t i = 0; i < create->watermarks.count; i++)
        statement_adopt_expr(p, statement, create->watermarks.at[i].expr);
    statement_adopt_expr(p, statement, create->return_expr);
    if (create->query)
        statement_adopt(p, statement, create->query->depth);
    if (create->body)
        statement_adopt(p, statement, create->body->depth);
    return statement;
}

/* ---- SHOW ---- */

static const struct {
    const char *first, *second;
    ShowKind kind;
} show_kinds[] = {
    {"TABLES", NULL, SHOW_TABLES},       {"VIEWS", NULL, SHOW_VIEWS},
    {"JOBS", NULL, SHOW_JOBS},           {"SOURCES", NULL, SHOW_SOURCES},
    {"SINKS", NULL, SHOW_SINKS},         {"FUNCTIONS", NULL, SHOW_FUNCTIONS},
    {"MODELS", NULL, SHOW_MODELS},       {"CATALOGS", NULL, SHOW_CATALOGS},
    {"DATABASES", NULL, SHOW_DATABASES}, {"SCHEMAS", NULL, SHOW_DATABASES},
    {"COLUMNS", NULL, SHOW_COLUMNS},     {"MATERIALIZED", "VIEWS", SHOW_MATERIALIZED_VIEWS},
};

static const char *show_setting(Parse *p, const TokenList *words)
{
    const Token *word = words->at;
    if (words->count == 1)
        return token_text(p, word[0]);
    if (words->count == 2 && token_is(word[0], "TIME") && token_is(word[1], "ZONE"))
        return "timezone";
    if (words->count == 3 && token_is(word[0], "TRANSACTION") && token_is(word[1], "ISOLATION") &&
        token_is(word[2], "LEVEL"))
        return "transaction_isolation";
    fail_at_token(p, word[1]);
    return "";
}

Statement *show_words(Parse *p, Token at, const TokenList *words, const NameList *of,
                      const Token *like)
{
    Statement *statement = statement_make(p, STATEMENT_SHOW, at);
    ShowStatement *show = statement->show = ARENA_NEW(p->arena, ShowStatement);
    show->name = names_value(of);
    if (like)
        show->like = token_text(p, *like);
    for (size_t i = 0; i < sizeof show_kinds / sizeof show_kinds[0]; i++) {
        size_t count = show_kinds[i].second ? 2 : 1;
        if (words->count == count && token_is(words->at[0], show_kinds[i].first) &&
            (count == 1 || token_is(words->at[1], show_kinds[i].second))) {
            show->kind = show_kinds[i].kind;
            if (show->kind == SHOW_COLUMNS && !of)
                parse_fail_at(p, words->at[0].end, words->at[0].end);
            return statement;
        }
    }
    show->kind = SHOW_SETTING;
    show->setting = show_setting(p, words);
    if (of || like)
        fail_at_token(p, words->at[0]);
    return statement;
}

/* ---- EXPLAIN ---- */

static bool explain_mode(ExplainStatement *explain, Token word)
{
    if (token_is(word, "EXTENDED") || token_is(word, "VERBOSE") || token_is(word, "FORMATTED"))
        explain->mode = explain->mode == EXPLAIN_PLAN ? EXPLAIN_EXTENDED : explain->mode;
    else if (token_is(word, "CODEGEN"))
        explain->mode = EXPLAIN_CODEGEN;
    else if (token_is(word, "ANALYZE") || token_is(word, "ANALYSE"))
        explain->mode = EXPLAIN_ANALYZE;
    else if (token_is(word, "JSON"))
        explain->json = true;
    else
        return false;
    return true;
}

Statement *explain_words(Parse *p, Token at, const TokenList *words, Statement *statement)
{
    Statement *result = statement_make(p, STATEMENT_EXPLAIN, at);
    ExplainStatement *explain = result->explain = ARENA_NEW(p->arena, ExplainStatement);
    size_t count = words ? words->count : 0;
    explain->statement = statement;
    if (statement) {
        statement_adopt(p, result, statement->depth);
    } else { /* the last word is a job */
        ExplainStatement ignored = {0};
        count--;
        if (!words->at[count].quoted && explain_mode(&ignored, words->at[count]))
            parse_fail_at(p, words->at[count].end, words->at[count].end);
        explain->job = *names_add(p, NULL, name_make(p, words->at[count]));
    }
    if (!statement && count && token_is(words->at[count - 1], "JOB")) /* EXPLAIN WHY JOB j */
        count--;
    for (size_t i = 0; i < count; i++) {
        if (!statement && count == 1 && token_is(words->at[i], "WHY"))
            explain->mode = EXPLAIN_WHY;
        else if (!explain_mode(explain, words->at[i]))
            fail_at_token(p, words->at[i]);
    }
    return result;
}

Statement *explain_options(Parse *p, Token at, const OptionClauseList *options,
                           Statement *statement)
{
    Statement *result = explain_words(p, at, NULL, statement);
    for (size_t i = 0; i < options->count; i++) {
        const OptionClause *option = &options->at[i];
        Token word = {.value = str_from(option->key)};
        bool on = true;
        if (token_is(word, "FORMAT") && option->value) {
            result->explain->json = text_equal_nocase(option->value, "json");
        } else if (option->value && !text_to_bool(option->value, &on)) {
            parse_fail(p, SQLSTATE_SYNTAX, option->value_position, "%s requires a Boolean value",
                       option->key);
        } else if (on && !explain_mode(result->explain, word)) {
            parse_fail(p, SQLSTATE_SYNTAX, option->position, "unrecognized EXPLAIN option \"%s\"",
                       option->key);
        }
    }
    return result;
}

/* ---- transactions ---- */

TransactionMode transaction_words(Parse *p, const TokenList *words, size_t first)
{
    TransactionMode mode = {0};
    size_t count = words ? words->count : 0;
    for (size_t i = first; i < count; i++) {
        const Token *word = &words->at[i];
        size_t left = count - i - 1;
        if (token_is(*word, "READ") && left && token_is(word[1], "ONLY")) {
            mode.read_only = true;
            i++;
        } else if (token_is(*word, "READ") && left && token_is(word[1], "WRITE")) {
            mode.read_write = true;
            i++;
        } else if (token_is(*word, "ISOLATION") && left >= 2 && token_is(word[1], "LEVEL")) {
            bool two = token_is(word[2], "READ") || token_is(word[2], "REPEATABLE");
            if (!two)
                token_expect(p, word[2], "SERIALIZABLE");
            if (two && left < 3) {
                fail_at_token(p, word[2]);
                break;
            }
            mode.isolation = token_text_lower(p, word[2]);
            if (two)
                mode.isolation =
                    arena_printf(p->arena, "%s %s", mode.isolation, token_text_lower(p, word[3]));
            i += two ? 3 : 2;
        } else if (!token_is(*word, "DEFERRABLE")) {
            fail_at_token(p, *word);
            break;
        }
    }
    return mode;
}

Statement *transaction_end(Parse *p, StatementKind kind, Token at, const TokenList *words)
{
    if (words) {
        if (!token_is(words->at[0], "WORK"))
            token_expect(p, words->at[0], "TRANSACTION");
        if (words->count > 1)
            fail_at_token(p, words->at[1]);
    }
    return statement_make(p, kind, at);
}

/* ---- SET ---- */

Statement *set_value(Parse *p, Token at, const Token *scope, Str key, int32_t key_position,
                     const OptionClauseList *values)
{
    Statement *statement = statement_make(p, STATEMENT_SET, at);
    SetStatement *set = statement->set = ARENA_NEW(p->arena, SetStatement);
    if (scope) {
        set->local = token_is(*scope, "LOCAL");
        if (!set->local)
            token_expect(p, *scope, "SESSION");
    }
    if (key.data)
        set->key = arena_strndup(p->arena, key.data, key.length);
    set->key_position = key_position;
    if (values) {
        set->values.at = values->at;
        set->values.count = values->count;
        set->is_default = values->count == 1 && !values->at[0].value_quoted &&
                          text_equal_nocase(values->at[0].value, "DEFAULT");
        if (set->is_default)
            set->values.count = 0;
    }
    return statement;
}

Statement *set_time_zone(Parse *p, Token at, const Token *scope, Token zone, OptionClause value)
{
    if (!value.value_quoted && text_equal_nocase(value.value, "LOCAL"))
        value.value = "DEFAULT";
    return set_value(p, at, scope, STR("timezone"), zone.start, options_add(p, NULL, value));
}

/* ---- COPY ---- */

OptionClauseList *copy_word(Parse *p, OptionClauseList *list, Token word, const Token *value)
{
    OptionClause clause = {0};
    if (token_is(word, "CSV") || token_is(word, "BINARY")) {
        clause = option_value(p, word);
        clause.value = token_text_lower(p, word);
        return options_add(p, list, option_make(p, STR("format"), word.start, &clause));
    }
    if (value)
        clause = option_value(p, *value);
    return options_add(
        p, list,
        option_make(p, str_from(token_text_lower(p, word)), word.start, value ? &clause : NULL));
}

Statement *copy_make(Parse *p, Token at, const NameList *table, const NameList *columns,
                     Query *query, bool from, Token target, const OptionClauseList *options)
{
    Statement *statement = statement_make(p, STATEMENT_COPY, at);
    CopyStatement *copy = statement->copy = ARENA_NEW(p->arena, CopyStatement);
    copy->table = names_value(table);
    copy->columns = names_value(columns);
    copy->query = query;
    copy->from = from;
    copy->options = options_value(options);
    if (target.type == TK_STRING)
        copy->path = token_text(p, target);
    else
        token_expect(p, target, from ? "STDIN" : "STDOUT");
    if (query)
        statement_adopt(p, statement, query->depth);
    return statement;
}

/* ---- cursors ---- */

Statement *declare_cursor(Parse *p, Token at, Token name, const TokenList *before,
                          const TokenList *after, Query *query)
{
    Statement *statement = statement_make(p, STATEMENT_DECLARE_CURSOR, at);
    CursorStatement *cursor = statement->cursor = ARENA_NEW(p->arena, CursorStatement);
    cursor->name = name_make(p, name);
    cursor->query = query;
    statement_adopt(p, statement, query->depth);
    for (size_t i = 0; before && i < before->count; i++) {
        if (token_is(before->at[i], "BINARY")) {
            cursor->binary = true;
        } else if (token_is(before->at[i], "SCROLL")) {
            cursor->scroll = true;
        } else if (token_is(before->at[i], "NO") && i + 1 < before->count) {
            token_expect(p, before->at[++i], "SCROLL");
            cursor->no_scroll = true;
        } else if (!token_is(before->at[i], "INSENSITIVE") &&
                   !token_is(before->at[i], "ASENSITIVE")) {
            fail_at_token(p, before->at[i]);
        }
    }
    if (after && after->count == 1) { /* WITH HOLD */
        token_expect(p, after->at[0], "HOLD");
        cursor->hold = true;
    } else if (after) { /* WITHOUT HOLD */
        token_expect(p, after->at[0], "WITHOUT");
        token_expect(p, after->at[1], "HOLD");
        if (after->count > 2)
            fail_at_token(p, after->at[2]);
    }
    return statement;
}

/* The number at *i, if there is one. */
static bool fetch_count(Parse *p, const TokenList *words, size_t *i, int64_t *count)
{
    size_t at = *i;
    bool minus = at < words->count && words->at[at].type == TK_MINUS;
    at += minus;
    if (at >= words->count || words->at[at].type != TK_INTEGER)
        return false;
    const char *text = token_text(p, words->at[at]);
    if (!text_to_i64(text, count)) {
        parse_fail(p, SQLSTATE_OUT_OF_RANGE, words->at[at].start, "\"%.32s\" is out of range",
                   text);
        *count = 1;
    }
    if (minus)
        *count = -*count;
    *i = at + 1;
    return true;
}

Statement *fetch_words(Parse *p, Token at, const TokenList *words)
{
    Statement *statement = statement_make(p, STATEMENT_FETCH, at);
    CursorStatement *cursor = statement->cursor = ARENA_NEW(p->arena, CursorStatement);
    size_t i = 0;
    cursor->count = 1;
    if (words->count > 1) {
        bool direction = true;
        if (token_is(words->at[0], "FORWARD") || token_is(words->at[0], "NEXT"))
            cursor->direction = FETCH_FORWARD;
        else if (token_is(words->at[0], "BACKWARD") || token_is(words->at[0], "PRIOR"))
            cursor->direction = FETCH_BACKWARD;
        else if (token_is(words->at[0], "ABSOLUTE") || token_is(words->at[0], "FIRST"))
            cursor->direction = FETCH_ABSOLUTE;
        else if (token_is(words->at[0], "RELATIVE"))
            cursor->direction = FETCH_RELATIVE;
        else if (token_is(words->at[0], "LAST")) {
            cursor->direction = FETCH_ABSOLUTE;
            cursor->count = -1;
        } else {
            direction = false;
        }
        i += direction;
        if (!fetch_count(p, words, &i, &cursor->count) && words->at[i].type == TK_ALL) {
            cursor->all = true;
            i++;
        }
        if (i < words->count && (words->at[i].type == TK_FROM || words->at[i].type == TK_IN))
            i++;
    }
    if (i + 1 != words->count) {
        Token wrong = words->at[i < words->count ? i + 1 : words->count - 1];
        fail_at_token(p, wrong);
        return statement;
    }
    switch (words->at[i].type) {
    case TK_INTEGER:
    case TK_MINUS:
    case TK_ALL:
    case TK_FROM:
    case TK_IN:
        fail_at_token(p, words->at[i]);
        break;
    default:
        cursor->name = name_make(p, words->at[i]);
    }
    return statement;
}
