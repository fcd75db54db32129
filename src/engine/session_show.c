/*
 * session_show.c - SHOW, DESCRIBE, SET and RESET.
 */
#include "engine/internal.h"

#include <stdlib.h>
#include "functions/registry.h"

typedef LIST(const char *) Cells;
typedef struct Listing {
    Arena *arena;
    Cells cells;
    const ShowStatement *show;
} Listing;

/* LIKE with % and _, without regard to case; a '%' that was tried too short takes one more. */
static bool name_matches(const char *name, const char *pattern)
{
    const char *behind_percent = NULL, *retry = NULL;
    while (pattern && *name) {
        char a[2] = {*name, 0}, b[2] = {*pattern, 0};
        if (*pattern == '%') {
            behind_percent = ++pattern;
            retry = name;
        } else if (*pattern && (*pattern == '_' || text_equal_nocase(a, b))) {
            name++;
            pattern++;
        } else if (behind_percent) {
            name = ++retry;
            pattern = behind_percent;
        } else {
            return false;
        }
    }
    while (pattern && *pattern == '%')
        pattern++;
    return !pattern || !*pattern;
}

static const char *kind_text(RelationKind kind)
{
    switch (kind) {
    case RELATION_TABLE:
        return "table";
    case RELATION_INTERNAL:
        return "internal table";
    case RELATION_VIEW:
        return "view";
    case RELATION_MATERIALIZED:
        return "materialized view";
    case RELATION_SYSTEM:
    default:
        return "system table";
    }
}

static bool list_relation(void *context, const Relation *relation)
{
    Listing *listing = context;
    bool is_table = relation->kind == RELATION_TABLE || relation->kind == RELATION_INTERNAL;
    bool wanted = relation->kind != RELATION_SYSTEM;
    if (listing->show->kind == SHOW_TABLES)
        wanted = is_table;
    else if (listing->show->kind == SHOW_VIEWS)
        wanted = relation->kind == RELATION_VIEW || relation->kind == RELATION_MATERIALIZED;
    else if (listing->show->kind == SHOW_MATERIALIZED_VIEWS)
        wanted = relation->kind == RELATION_MATERIALIZED;
    else if (listing->show->kind == SHOW_SOURCES)
        wanted = relation->kind == RELATION_TABLE && source_class_find(relation->connector);
    else if (listing->show->kind == SHOW_SINKS)
        wanted = relation->kind == RELATION_TABLE && sink_class_find(relation->connector);
    if (listing->show->like && !name_matches(relation->name, listing->show->like))
        wanted = false;
    if (!wanted)
        return true;
    list_push_arena(listing->arena, &listing->cells, relation->name);
    list_push_arena(listing->arena, &listing->cells, kind_text(relation->kind));
    list_push_arena(listing->arena, &listing->cells,
                    relation->connector ? relation->connector : NULL);
    return true;
}

static Status show_relations(StatementCall *call, Err *err)
{
    static const char *const names[] = {"name", "kind", "connector"};
    Listing listing = {.arena = call->arena, .show = call->statement->show};
    catalog_each(call->engine->catalog, list_relation, &listing);
    return session_text_rows(call->session, names, 3, listing.cells.at,
                             (int)listing.cells.count / 3, RESULT_ROWS, err);
}

static const char *state_text(const Job *job)
{
    if (job->state == JOB_RUNNING)
        return job->degraded ? "degraded" : "running";
    return job->state == JOB_FINISHED  ? "finished"
           : job->state == JOB_STOPPED ? "stopped"
                                       : "failed";
}

static Status show_jobs(StatementCall *call, Err *err)
{
    static const char *const names[] = {"name", "kind", "state", "sql"};
    Engine *engine = call->engine;
    Cells cells = {0};
    mutex_lock(&engine->ddl);
    for (size_t i = 0; i < engine->jobs.count; i++) {
        Job *job = engine->jobs.at[i];
        mutex_lock(&job->lock);
        const char *row[] = {arena_strdup(call->arena, job->name), job->view ? "view" : "job",
                             state_text(job), arena_strdup(call->arena, job->sql)};
        mutex_unlock(&job->lock);
        for (int c = 0; c < 4; c++)
            list_push_arena(call->arena, &cells, row[c]);
    }
    JobRecord *records;
    int count;
    Status status = catalog_store_jobs(engine, call->arena, &records, &count, err);
    for (int i = 0; status == OK && i < count; i++) {
        if (engine_find_job(engine, records[i].name))
            continue;
        const char *row[] = {records[i].name, records[i].kind == JOB_VIEW ? "view" : "job",
                             job_record_state(&records[i]), records[i].sql};
        for (int c = 0; c < 4; c++)
            list_push_arena(call->arena, &cells, row[c]);
    }
    mutex_unlock(&engine->ddl);
    TRY(status);
    return session_text_rows(call->session, names, 4, cells.at, (int)cells.count / 4, RESULT_ROWS,
                             err);
}

/* The letters of catalog/function.h in words. */
static const char *type_word(char letter)
{
    static const char *const words[][2] = {
        {"b", "BOOLEAN"},        {"1", "TINYINT"},     {"2", "SMALLINT"}, {"4", "INT"},
        {"8", "BIGINT"},         {"f", "FLOAT"},       {"d", "DOUBLE"},   {"n", "DECIMAL"},
        {"s", "VARCHAR"},        {"x", "BYTES"},       {"D", "DATE"},     {"T", "TIME"},
        {"t", "TIMESTAMP"},      {"z", "TIMESTAMPTZ"}, {"i", "INTERVAL"}, {"j", "JSON"},
        {"S", "ARRAY<VARCHAR>"}, {"A", "ARRAY"},       {"a", "any"},      {"*", "any"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (*words[i][0] == letter)
            return words[i][1];
    return "any";
}

/* "s(s?4.)" → "VARCHAR, [INT, ...]" */
static const char *argument_words(const char *signature, Arena *arena)
{
    Buf out;
    bool optional = false, first = true;
    buf_init(&out);
    for (const char *at = strchr(signature, '('); at && at[1] && at[1] != ')'; at++) {
        if (at[1] == '.') {
            buf_add_text(&out, ", ...");
            continue;
        }
        bool opens = at[1] == '?';
        at += opens;
        buf_add_text(&out, first ? "" : ", ");
        buf_add_text(&out, opens && !optional ? "[" : "");
        buf_add_text(&out, type_word(at[1]));
        optional |= opens;
        first = false;
    }
    buf_add_text(&out, optional ? "]" : "");
    const char *words = arena_strndup(arena, buf_text(&out), out.length);
    buf_deinit(&out);
    return words;
}

static void list_function(void *context, const char *name, const char *signature, const char *kind)
{
    Listing *listing = context;
    bool is_operator = !(*name >= 'a' && *name <= 'z');
    if (is_operator || (listing->show->like && !name_matches(name, listing->show->like)))
        return;
    list_push_arena(listing->arena, &listing->cells, name);
    list_push_arena(listing->arena, &listing->cells, argument_words(signature, listing->arena));
    list_push_arena(listing->arena, &listing->cells, type_word(*signature));
    list_push_arena(listing->arena, &listing->cells, kind);
}

static int compare_functions(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static Status show_functions(StatementCall *call, Err *err)
{
    static const char *const names[] = {"name", "arguments", "result", "kind"};
    enum { COLUMNS = 4 };
    Listing listing = {.arena = call->arena, .show = call->statement->show};
    function_each(list_function, &listing);
    if (listing.cells.count)
        qsort(listing.cells.at, listing.cells.count / COLUMNS, COLUMNS * sizeof *listing.cells.at,
              compare_functions);
    return session_text_rows(call->session, names, COLUMNS, listing.cells.at,
                             (int)listing.cells.count / COLUMNS, RESULT_ROWS, err);
}

static Status show_settings(StatementCall *call, Err *err)
{
    static const char *const names[] = {"name", "setting", "description"};
    Cells cells = {0};
    for (int i = 0; settings_specs[i].name; i++) {
        if (settings_specs[i].kind == OPTION_IGNORED)
            continue;
        list_push_arena(call->arena, &cells, settings_specs[i].name);
        list_push_arena(call->arena, &cells,
                        settings_get(&call->session->settings, settings_specs[i].name));
        list_push_arena(call->arena, &cells, settings_specs[i].help);
    }
    return session_text_rows(call->session, names, 3, cells.at, (int)cells.count / 3, RESULT_ROWS,
                             err);
}

static Status show_setting(StatementCall *call, const char *key, int32_t position, Err *err)
{
    bool known = false;
    for (int i = 0; settings_specs[i].name; i++)
        known |= text_equal_nocase(settings_specs[i].name, key);
    if (!known) {
        Nearest nearest = nearest_start(key);
        for (int i = 0; settings_specs[i].name; i++)
            nearest_offer(&nearest, settings_specs[i].name);
        err_set(err, SQLSTATE_UNDEFINED_OBJECT, position, "unknown setting \"%s\"", key);
        return nearest_hint(&nearest, err);
    }
    const char *value = settings_get(&call->session->settings, key);
    const char *names[] = {key};
    const char *cells[] = {value ? value : ""};
    return session_text_rows(call->session, names, 1, cells, 1, RESULT_ROWS, err);
}

static Status find_relation(StatementCall *call, const NameList *name, const Relation **out,
                            Err *err)
{
    const char *schema = name->count > 1 ? name->at[name->count - 2].text : NULL;
    const Name *last = &name->at[name->count - 1];
    *out = catalog_find(call->engine->catalog, schema, last->text);
    return *out ? OK
                : catalog_missing(call->engine->catalog, schema, last->text, last->position, err);
}

static Status show_create(StatementCall *call, const NameList *name, Err *err)
{
    const Relation *relation;
    const char *sql = NULL;
    mutex_lock(&call->engine->lock);
    const Job *job = engine_find_job(call->engine, ast_last_name(name));
    if (job && !job->view)
        sql = arena_strdup(call->arena, job->sql);
    mutex_unlock(&call->engine->lock);
    if (!sql) {
        TRY(find_relation(call, name, &relation, err));
        sql = relation->sql ? relation->sql : "-- a system table";
    }
    Cells lines = {0};
    char *text = arena_strdup(call->arena, sql);
    for (char *line = text, *end; line; line = end) {
        end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        list_push_arena(call->arena, &lines, line);
    }
    static const char *const names[] = {"sql"};
    return session_text_rows(call->session, names, 1, lines.at, (int)lines.count, RESULT_TEXT, err);
}

/* ---- DESCRIBE: a row a column ---- */

static void describe_column(Listing *rows, const char *name, Type type, const char *null,
                            const char *key, const char *extras)
{
    const char *row[] = {name, type_name(type, rows->arena), null, key, extras};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        list_push_arena(rows->arena, &rows->cells, row[i]);
}

static Status give_description(StatementCall *call, const Listing *rows, Err *err)
{
    static const char *const names[] = {"name", "type", "null", "key", "extras"};
    enum { COLUMNS = sizeof names / sizeof *names };
    return session_text_rows(call->session, names, COLUMNS, rows->cells.at,
                             (int)rows->cells.count / COLUMNS, RESULT_ROWS, err);
}

static Status describe(StatementCall *call, const NameList *name, Err *err)
{
    const Relation *relation;
    TRY(find_relation(call, name, &relation, err));
    Listing rows = {.arena = call->arena};
    for (int i = 0; i < relation->column_count; i++) {
        const ColumnDef *column = &relation->columns[i];
        const char *key = NULL, *extras = NULL;
        for (int k = 0; k < relation->primary_key_count; k++)
            if (text_equal_nocase(relation->primary_key[k], column->name))
                key = "PRIMARY KEY";
        if (i == relation->watermark_column && relation->watermark_expr)
            extras = arena_printf(call->arena, "WATERMARK AS %s", relation->watermark_expr);
        else if (column->kind == COLUMN_COMPUTED)
            extras = arena_printf(call->arena, "AS %s", column->expr);
        else if (column->kind == COLUMN_METADATA)
            extras = arena_printf(call->arena, "METADATA FROM '%s'", column->metadata);
        else if (column->kind == COLUMN_PARTITION)
            extras = "PARTITION";
        describe_column(&rows, column->name, column->type, column->not_null ? "NO" : "YES", key,
                        extras);
    }
    return give_description(call, &rows, err);
}

/* The columns that a query gives; it does not run. */
static Status describe_query(StatementCall *call, const Query *query, Err *err)
{
    PlannerContext context = session_planner(call, PLAN_SELECT);
    PlanResult plan = {0};
    mutex_lock(&call->engine->ddl);
    Status status = plan_query(&context, query, &plan, err);
    mutex_unlock(&call->engine->ddl);
    TRY(status);
    Listing rows = {.arena = call->arena};
    const PhysicalNode *root = plan.physical->root;
    for (uint16_t i = 0; i < root->column_count; i++)
        describe_column(&rows, root->columns[i].name, root->columns[i].type, "YES", NULL, NULL);
    return give_description(call, &rows, err);
}

Status statement_show(StatementCall *call, Err *err)
{
    const ShowStatement *show = call->statement->show;
    Status status;
    switch (show->kind) {
    case SHOW_SETTING:
        status = show_setting(call, show->setting, call->statement->position, err);
        break;
    case SHOW_ALL:
        status = show_settings(call, err);
        break;
    case SHOW_TABLES:
    case SHOW_VIEWS:
    case SHOW_MATERIALIZED_VIEWS:
    case SHOW_SOURCES:
    case SHOW_SINKS:
        status = show_relations(call, err);
        break;
    case SHOW_JOBS:
        status = show_jobs(call, err);
        break;
    case SHOW_FUNCTIONS:
        status = show_functions(call, err);
        break;
    case SHOW_COLUMNS:
        status = describe(call, &show->name, err);
        break;
    case SHOW_CREATE:
        status = show_create(call, &show->name, err);
        break;
    case SHOW_MODELS:
    case SHOW_CATALOGS:
    case SHOW_DATABASES:
    default:
        return err_set(err, SQLSTATE_NOT_SUPPORTED, call->statement->position,
                       "this kind of SHOW is not supported yet");
    }
    TRY(status);
    statement_done(call, "SHOW");
    return OK;
}

Status statement_describe(StatementCall *call, Err *err)
{
    const Query *query = call->statement->describe.query;
    TRY(query ? describe_query(call, query, err)
              : describe(call, &call->statement->describe.name, err));
    statement_done(call, "DESCRIBE");
    return OK;
}

/* Who sets '+05:30' has often meant the other direction. */
static void note_zone(const StatementCall *call, const SetStatement *set)
{
    const SessionHost *host = &call->session->host;
    const Zone *zone;
    Err ignored;
    if (!host->notice || settings_zone(&call->session->settings, &zone, &ignored) != OK ||
        !zone_counts_west(zone) ||
        !(text_equal_nocase(set->key, "timezone") || text_equal_nocase(set->key, "time zone")))
        return;
    char offset[ZONE_OFFSET_MAX], message[ERR_MESSAGE_BYTES];
    *zone_format_offset(offset, zone_offset_seconds(zone, 0)) = '\0';
    (void)snprintf(message, sizeof message, "time zone \"%s\" is UTC%s", zone_name(zone), offset);
    host->notice(host->context, SEVERITY_NOTICE, SQLSTATE_WARNING, message,
                 "Offsets count west of Greenwich here, as in PostgreSQL and POSIX.");
}

Status statement_set(StatementCall *call, Err *err)
{
    const SetStatement *set = call->statement->set;
    if (!set->key) {
        TRY(show_settings(call, err));
        statement_done(call, "SHOW");
        return OK;
    }
    if (!set->values.count && !set->is_default) {
        TRY(show_setting(call, set->key, set->key_position, err));
        statement_done(call, "SHOW");
        return OK;
    }
    const char *value = NULL;
    int32_t position = set->key_position;
    if (set->values.count) {
        value = set->values.at[0].value;
        position = set->values.at[0].value_position;
        for (size_t i = 1; i < set->values.count; i++)
            value = arena_printf(call->arena, "%s, %s", value, set->values.at[i].value);
    }
    TRY(settings_set(&call->session->settings, set->key, value, set->key_position, position, err));
    note_zone(call, set);
    statement_done(call, "SET");
    return OK;
}

Status statement_reset(StatementCall *call, Err *err)
{
    if (!call->statement->setting)
        settings_reset_all(&call->session->settings);
    else
        TRY(settings_set(&call->session->settings, call->statement->setting, NULL,
                         call->statement->position, -1, err));
    statement_done(call, "RESET");
    return OK;
}
