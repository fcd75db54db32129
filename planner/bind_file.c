/*
 * bind_file.c - FROM 'file' and read_csv(…): a table without a definition.
 *
 * The path's extension says the format; columns come from the source, which looks into
 * the file.  Columns it had to name itself (column0, …) mean that there is no header.
 */
#include "planner/bind.h"
#include "planner/table_options.h"

typedef struct Given {
    LIST(Option) options;
} Given;

static void give(Binder *binder, Given *given, const char *key, const char *value, int32_t position)
{
    Option option = {.key = arena_strdup(binder->arena, key),
                     .value = arena_strdup(binder->arena, value),
                     .key_position = position,
                     .value_position = position};
    list_push_arena(binder->arena, &given->options, option);
}

/* DuckDB's names where they are not those of an option. */
static const char *option_name(const char *name)
{
    static const char *const known[][2] = {{"delim", "csv.delimiter"},
                                           {"sep", "csv.delimiter"},
                                           {"nullstr", "csv.null-value"},
                                           {"hive_partitioning", NULL},
                                           {"auto_detect", NULL}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (text_equal_nocase(known[i][0], name))
            return known[i][1];
    return name;
}

static Status take_arguments(Binder *binder, const FunctionCall *call, Given *given, Err *err)
{
    for (size_t i = 1; call && i < call->args.count; i++) {
        const Expr *arg = call->args.at[i];
        const char *name = call->arg_names ? call->arg_names[i].text : NULL;
        Value value;
        Buf text;
        if (!name)
            return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, arg->position),
                           "options of a reader are named: header => true");
        TRY(bind_constant_expr(binder, arg, "an option", &value, err));
        const char *key = option_name(name);
        if (!key)
            continue;
        buf_init(&text);
        value_format(&value, NULL, &text);
        give(binder, given, key, buf_text(&text), bind_pos(binder, call->arg_names[i].position));
        buf_deinit(&text);
    }
    return OK;
}

static bool names_are_made_up(const ColumnDef *columns, int count)
{
    return count == 0 || strcmp(columns[0].name, "column0") == 0;
}

static bool is_given(const Relation *table, const char *key)
{
    for (int i = 0; i < table->options.count; i++)
        if (text_equal_nocase(table->options.at[i].key, key))
            return true;
    return false;
}

Status bind_file(Binder *binder, Str path, const FunctionCall *call, int32_t position,
                 LogicalNode **out, Err *err)
{
    Arena *arena = binder->arena;
    Relation *table = ARENA_NEW(arena, Relation);
    Given given = {0};
    ColumnDef *columns = NULL;
    int column_count = 0;
    SourceTraits traits = {.estimated_rows = -1};
    const char *name = call ? ast_last_name(&call->name) : "";
    table->kind = RELATION_TABLE;
    table->name = arena_strndup(arena, path.data, path.length);
    table->connector = "filesystem";
    table->format = text_equal_nocase(name, "read_csv") || text_equal_nocase(name, "read_csv_auto")
                        ? "csv"
                    : text_equal_nocase(name, "read_text") ? "text"
                    : *name                                ? "json"
                                                           : table_format_of_path(table->name);
    table->watermark_column = -1;
    if (!table->format)
        table->format = "csv";
    give(binder, &given, "connector", table->connector, position);
    give(binder, &given, "path", table->name, position);
    give(binder, &given, "format", table->format, position);
    TRY(take_arguments(binder, call, &given, err));
    table->options = (OptionList){given.options.at, (int)given.options.count};
    /* The types are a guess from the first rows: a row that does not fit is no bad row. */
    if (!is_given(table, "on-bad-row")) {
        give(binder, &given, "on-bad-row", "fail", position);
        table->options = (OptionList){given.options.at, (int)given.options.count};
    }
    TRY(table_options_check(binder->context, table, arena, err));
    const SourceClass *class = source_class_find(table->connector);
    if (!class)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, bind_pos(binder, position),
                       "reading files is not supported yet");
    OptionList found = table->options;
    Status status = class->infer ? class->infer(table, arena, &columns, &column_count, &found, err)
                                 : class->describe(table, binder->context->scan_default, &traits,
                                                   arena, &columns, &column_count, err);
    if (status != OK) {
        if (err && err->position < 0)
            err->position = bind_pos(binder, position);
        return status;
    }
    table->columns = columns;
    table->column_count = column_count;
    if (class->infer)
        table->options = found;
    else if (strcmp(table->format, "csv") == 0 && !is_given(table, "csv.header") &&
             !names_are_made_up(columns, column_count)) {
        give(binder, &given, "csv.header", "true", position);
        table->options = (OptionList){given.options.at, (int)given.options.count};
        TRY(table_options_check(binder->context, table, arena, err));
    }
    TRY(bind_scan(binder, table, NULL, position, out, err));
    return OK;
}
