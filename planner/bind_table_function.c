/*
 * bind_table_function.c - functions in FROM: windows, read_csv, UNNEST, series.
 */
#include "planner/bind.h"

static const char *function_name(const TableRef *ref)
{
    const NameList *name = &ref->function.call->name;
    return name->at[name->count - 1].text;
}

/* Functions whose rows are the elements of what another makes; NULL: unnest itself. */
static const struct {
    const char *name, *array;
} unnests[] = {{"unnest", NULL},
               {"explode", NULL},
               {"string_to_table", "string_to_array"},
               {"regexp_split_to_table", "regexp_split_to_array"}};

bool bind_is_unnest(const TableRef *ref)
{
    for (size_t i = 0; ref->kind == TABLE_FUNCTION && i < sizeof unnests / sizeof *unnests; i++)
        if (text_equal_nocase(function_name(ref), unnests[i].name))
            return true;
    return false;
}

static Status unnest_argument(Binder *binder, const TableRef *ref, const ExprScope *scope,
                              const Bound **array, Err *err)
{
    const FunctionCall *call = ref->function.call;
    int count = (int)call->args.count;
    const char *name = NULL;
    for (size_t i = 0; i < sizeof unnests / sizeof *unnests; i++)
        if (text_equal_nocase(function_name(ref), unnests[i].name))
            name = unnests[i].array;
    if (!name && count != 1)
        return bind_unsupported(binder, ref->position, "UNNEST of several arrays is", err);
    const Bound **args = ARENA_ARRAY(binder->arena, const Bound *, count + 1);
    for (int i = 0; i < count; i++)
        TRY(bind_expr(binder, scope, call->args.at[i], &args[i], err));
    if (name)
        return bind_function(binder, name, args, count, bind_pos(binder, ref->position), array,
                             err);
    *array = args[0];
    return OK;
}

Status bind_unnest(Binder *binder, const TableRef *ref, Scope *left, bool outer, Err *err)
{
    const FunctionCall *call = ref->function.call;
    ExprScope scope = {.scope = left, .clause = "UNNEST"};
    const Bound *array;
    TRY(unnest_argument(binder, ref, &scope, &array, err));
    if (array->type.id != TYPE_ARRAY)
        return err_set(err, SQLSTATE_TYPE_MISMATCH, bind_pos(binder, call->args.at[0]->position),
                       "UNNEST takes an ARRAY, not %s", type_name(array->type, binder->arena));
    LogicalNode *input = left->node, *node = logical_node(binder->arena, LOGICAL_EXPLODE, 1);
    int added = ref->function.ordinality ? 2 : 1, count = input->column_count;
    const char *table = ref->alias.text ? ref->alias.text : "unnest";
    if ((int)ref->columns.count > added)
        return err_set(err, SQLSTATE_BAD_COLUMN_REFERENCE,
                       bind_pos(binder, ref->columns.at[0].position),
                       "table \"%s\" has %d columns available but %zu columns specified", table,
                       added, ref->columns.count);
    node->inputs[0] = input;
    node->explode.array = array;
    node->explode.ordinality = ref->function.ordinality;
    node->explode.outer = outer;
    node->columns = ARENA_ARRAY(binder->arena, LogicalColumn, count + added);
    node->column_count = count + added;
    memcpy(node->columns, input->columns, sizeof *node->columns * (size_t)count);
    for (int i = 0; i < added; i++) {
        const char *name = i == 1 ? "ordinality" : ref->alias.text ? ref->alias.text : "unnest";
        if ((size_t)i < ref->columns.count)
            name = ref->columns.at[i].text;
        node->columns[count + i] =
            (LogicalColumn){.id = bind_new_id(binder),
                            .name = arena_strdup(binder->arena, name),
                            .type = i == 1 ? type_of(TYPE_BIGINT) : *array->type.element};
        ScopeColumn column = {.table = arena_strdup(binder->arena, table),
                              .column = node->columns[count + i]};
        list_push_arena(binder->arena, &left->columns, column);
    }
    left->node = node;
    return OK;
}

static Status bind_reader(Binder *binder, const TableRef *ref, Scope *out, Err *err)
{
    const FunctionCall *call = ref->function.call;
    LogicalNode *node;
    Value path;
    if (!call->args.count || (call->arg_names && call->arg_names[0].text))
        return err_set(err, SQLSTATE_UNDEFINED_FUNCTION, bind_pos(binder, ref->position),
                       "%s takes a path first", function_name(ref));
    TRY(bind_constant_expr(binder, call->args.at[0], "the path", &path, err));
    if (path.is_null || !type_is_text(path.type))
        return err_set(err, SQLSTATE_TYPE_MISMATCH, bind_pos(binder, call->args.at[0]->position),
                       "the path must be text");
    TRY(bind_file(binder, text_str(&path.as.text), call, call->args.at[0]->position, &node, err));
    if (ref->columns.count)
        return bind_unsupported(binder, ref->position, "column aliases of a file are", err);
    scope_add_node(binder, out, node,
                   ref->alias.text ? arena_strdup(binder->arena, ref->alias.text) : NULL);
    return OK;
}

Status bind_table_function(Binder *binder, const TableRef *ref, Scope *out, Err *err)
{
    static const struct {
        const char *name;
        WindowKind kind;
    } windows[] = {{"tumble", WINDOW_TUMBLE},
                   {"hop", WINDOW_HOP},
                   {"cumulate", WINDOW_CUMULATE},
                   {"session", WINDOW_SESSION}};
    static const char *const readers[] = {"read_csv", "read_csv_auto", "read_json",
                                          "read_json_auto", "read_text"};
    static const char *const series[] = {"generate_series", "range"};
    const char *name = function_name(ref);
    Nearest nearest = nearest_start(name);
    if (bind_is_unnest(ref)) {
        out->node = bind_one_row(binder);
        return bind_unnest(binder, ref, out, false, err);
    }
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        if (text_equal_nocase(name, windows[i].name))
            return bind_window_function(binder, ref, windows[i].kind, out, err);
        nearest_offer(&nearest, windows[i].name);
    }
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (text_equal_nocase(name, readers[i]))
            return bind_reader(binder, ref, out, err);
        nearest_offer(&nearest, readers[i]);
    }
    for (size_t i = 0; i < sizeof series / sizeof *series; i++) {
        if (text_equal_nocase(name, series[i]))
            return bind_series(binder, ref, series[i], i == 1, out, err);
        nearest_offer(&nearest, series[i]);
    }
    err_set(err, SQLSTATE_UNDEFINED_FUNCTION, bind_pos(binder, ref->position),
            "table function %s does not exist", name);
    return nearest_hint(&nearest, err);
}
