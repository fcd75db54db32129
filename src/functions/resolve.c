/*
 * resolve.c - from a name and argument types to one row of a table.
 *
 * Each row of the name gets a cost: the sum of what its implicit casts cost
 * (cast_cost), with string literals and NULL free to become anything, most
 * gladly the type of another argument, then VARCHAR.  The cheapest row wins, among
 * equals the first in the table.
 */
#include "functions/cast_rules.h"
#include "functions/function_tables.h"
#include "functions/kernel.h"
#include "functions/registry.h"

enum { SIGNATURE_ARGS = 12 };

typedef struct Signature {
    char result;
    char args[SIGNATURE_ARGS];
    int count, required;
    bool repeats; /* the last one any number of times */
} Signature;

static Signature signature_parse(const char *text)
{
    Signature signature = {.result = text[0]};
    bool optional = false;
    for (const char *p = text + 2; *p && *p != ')'; p++) {
        if (*p == '?') {
            optional = true;
        } else if (*p == '.') {
            signature.repeats = true;
        } else if (signature.count < SIGNATURE_ARGS) {
            signature.args[signature.count++] = *p;
            if (!optional)
                signature.required = signature.count;
        }
    }
    return signature;
}

static char signature_letter(const Signature *signature, int i)
{
    return i < signature->count ? signature->args[i] : signature->args[signature->count - 1];
}

static bool signature_takes(const Signature *signature, int count)
{
    return count >= signature->required && (count <= signature->count || signature->repeats);
}

/* The type a letter stands for; TYPE_NULL for the letters of no single type. */
static Type letter_type(char letter)
{
    static const Type varchar = {.id = TYPE_VARCHAR};
    switch (letter) {
    case 'b':
        return type_of(TYPE_BOOLEAN);
    case '1':
        return type_of(TYPE_TINYINT);
    case '2':
        return type_of(TYPE_SMALLINT);
    case '4':
        return type_of(TYPE_INT);
    case '8':
        return type_of(TYPE_BIGINT);
    case 'f':
        return type_of(TYPE_FLOAT);
    case 'd':
        return type_of(TYPE_DOUBLE);
    case 'n':
        return type_decimal(38, 10);
    case 's':
        return type_varchar(0);
    case 'x':
        return type_of(TYPE_BYTES);
    case 'D':
        return type_of(TYPE_DATE);
    case 'T':
        return (Type){.id = TYPE_TIME, .precision = 6};
    case 't':
        return type_timestamp(6);
    case 'z':
        return (Type){.id = TYPE_TIMESTAMPTZ, .precision = 6};
    case 'i':
        return type_of(TYPE_INTERVAL);
    case 'j':
        return type_of(TYPE_JSON);
    case 'S':
        return type_array(&varchar);
    default:
        return type_of(TYPE_NULL);
    }
}

static bool given_has_type(const BindCall *call, uint8_t id)
{
    for (int i = 0; i < call->arg_count; i++)
        if (call->given[i].id == id)
            return true;
    return false;
}

static int letter_cost(const BindCall *call, char letter, Type given)
{
    if (letter == '*')
        return 1;
    if (letter == 'a')
        return 0;
    if (letter == 'A')
        return given.id == TYPE_ARRAY ? 0 : given.id == TYPE_NULL ? 3 : -1;
    Type wanted = letter_type(letter);
    if (given.id == TYPE_NULL)
        return given_has_type(call, wanted.id) ? 0
               : wanted.id == TYPE_VARCHAR     ? 1
               : wanted.id == TYPE_DOUBLE      ? 2
                                               : 3;
    if (given.id == TYPE_TIMESTAMPTZ && wanted.id == TYPE_TIMESTAMP)
        return 20; /* no overload of its own: its wall time in the session's zone */
    return cast_cost(given, wanted);
}

static const Value *literal_of(const BindCall *call, int i)
{
    const Value *constant = call->constants ? call->constants[i] : NULL;
    bool is_literal = call->given[i].id == TYPE_NULL && constant && !constant->is_null;
    return is_literal ? constant : NULL;
}

/* The type of all `a` arguments together; false when they have none. */
static bool common_of_any(const BindCall *call, const Signature *signature, Type *common)
{
    *common = type_of(TYPE_NULL);
    for (int i = 0; i < call->arg_count; i++)
        if (signature_letter(signature, i) == 'a' &&
            type_common(*common, call->given[i], common, call->position, NULL) != OK)
            return false;
    for (int i = 0; i < call->arg_count; i++) {
        const Value *literal = literal_of(call, i);
        if (literal && signature_letter(signature, i) == 'a')
            *common = type_with_literal(*common, text_str(&literal->as.text));
    }
    if (common->id == TYPE_NULL)
        *common = type_varchar(0);
    return true;
}

static int signature_cost(const BindCall *call, const Signature *signature)
{
    Type common;
    int cost = 0;
    if (!signature_takes(signature, call->arg_count) || !common_of_any(call, signature, &common))
        return -1;
    for (int i = 0; i < call->arg_count; i++) {
        int one = letter_cost(call, signature_letter(signature, i), call->given[i]);
        if (one < 0)
            return -1;
        cost += one;
    }
    return cost;
}

/* The DECIMAL that a literal or NULL becomes beside the other arguments. */
static Type decimal_of_unknown(const BindCall *call, int i)
{
    const Value *literal = literal_of(call, i);
    if (literal)
        return cast_decimal_of_text(text_str(&literal->as.text));
    for (int k = 0; k < call->arg_count; k++)
        if (call->given[k].id == TYPE_DECIMAL)
            return call->given[k];
    return type_decimal(38, 10);
}

static Type bound_type(const BindCall *call, char letter, int i, Type common)
{
    Type given = call->given[i];
    if (letter == 'a')
        return common;
    if (letter == '*' || letter == 'A')
        return given.id == TYPE_NULL ? type_varchar(0) : given;
    Type wanted = letter_type(letter);
    if (wanted.id == TYPE_DECIMAL && given.id != TYPE_DECIMAL)
        return given.id == TYPE_NULL ? decimal_of_unknown(call, i) : cast_decimal_of(given);
    return given.id == wanted.id ? given : wanted;
}

static Type result_type(const Signature *signature, const Type *args, int arg_count, Type common)
{
    if (signature->result == 'a')
        return common;
    if (signature->result == 'n' || signature->result == '*' || signature->result == 'A') {
        for (int i = 0; i < arg_count; i++)
            if (signature->result == '*' || letter_type(signature->result).id == args[i].id ||
                (signature->result == 'A' && args[i].id == TYPE_ARRAY))
                return args[i];
    }
    return letter_type(signature->result);
}

/* Fills in arg_types, count and result of the chosen signature. */
static void bind_types(const BindCall *call, const Signature *signature, Type **arg_types,
                       Type *result)
{
    Type common;
    common_of_any(call, signature, &common);
    Type *types = ARENA_ARRAY(call->arena, Type, call->arg_count + 1);
    for (int i = 0; i < call->arg_count; i++)
        types[i] = bound_type(call, signature_letter(signature, i), i, common);
    *arg_types = types;
    *result = result_type(signature, types, call->arg_count, common);
}

/* Reads a signature's letters back: "substr(VARCHAR, INT [, INT])". */
static void signature_print(const char *name, const char *text, Buf *out)
{
    Signature signature = signature_parse(text);
    buf_printf(out, "%s(", name);
    for (int i = 0; i < signature.count; i++) {
        char letter = signature.args[i];
        bool optional = i >= signature.required;
        buf_printf(out, "%s%s", optional ? (i > 0 ? " [, " : "[") : i > 0 ? ", " : "", "");
        if (letter == 'a' || letter == '*')
            buf_add_text(out, "any");
        else if (letter == 'A')
            buf_add_text(out, "ARRAY");
        else if (letter == 'n')
            buf_add_text(out, "DECIMAL");
        else
            type_print(letter_type(letter), out);
    }
    if (signature.repeats)
        buf_add_text(out, ", …");
    for (int i = signature.required; i < signature.count; i++)
        buf_add_text(out, "]");
    buf_add_text(out, ")");
}

enum { HINT_OVERLOADS = 4 };

typedef struct Overloads {
    Buf text;
    int shown;
} Overloads;

static void overloads_add(Overloads *overloads, const char *name, const char *signature)
{
    if (overloads->shown++ >= HINT_OVERLOADS)
        return;
    if (overloads->shown > 1)
        buf_add_text(&overloads->text, ", ");
    signature_print(name, signature, &overloads->text);
}

static bool is_word(const char *name)
{
    return (name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z') ||
           name[0] == '_';
}

/* The error when the name is known but no overload fits. */
static Status fail_overloads(const BindCall *call, const char *name, Overloads *overloads, Err *err)
{
    bind_no_overload(call, name, err);
    if (is_word(name) && overloads->shown <= HINT_OVERLOADS)
        err_hint(err, "There is %s.", buf_text(&overloads->text));
    else
        err_hint(err, "You might need to add explicit type casts.");
    buf_deinit(&overloads->text);
    return FAIL;
}

static bool is_among(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (text_equal_nocase(*names, name))
            return true;
    return false;
}

/* Names that are no spelling mistakes. */
static bool fail_known(const BindCall *call, const char *name, Err *err)
{
    static const char *const over[] = {"row_number", "rank",        "dense_rank", "percent_rank",
                                       "cume_dist",  "ntile",       "lag",        "lead",
                                       "nth_value",  "first_value", "last_value", NULL};
    static const char *const later[] = {"array_agg",
                                        "string_agg",
                                        "listagg",
                                        "group_concat",
                                        "collect_list",
                                        "collect_set",
                                        "median",
                                        "mode",
                                        "first",
                                        "last",
                                        "percentile",
                                        "max_by",
                                        "min_by",
                                        "json_agg",
                                        "arg_max",
                                        "arg_min",
                                        "skewness",
                                        "kurtosis",
                                        "histogram",
                                        "approx_count_distinct",
                                        "approx_percentile",
                                        "percentile_cont",
                                        "percentile_disc",
                                        "json_object_agg",
                                        "json_value",
                                        "json_query",
                                        "json_exists",
                                        "json_object",
                                        "json_array",
                                        "json_extract",
                                        "json_tuple",
                                        "get_json_object",
                                        "from_json",
                                        "to_json",
                                        "row_to_json",
                                        "to_jsonb",
                                        "map",
                                        "struct",
                                        "named_struct",
                                        "str_to_map",
                                        "current_watermark",
                                        "source_watermark",
                                        "collect",
                                        "posexplode",
                                        "posexplode_outer",
                                        "inline",
                                        "inline_outer",
                                        "stack",
                                        NULL};
    static const char *const windows[] = {
        "tumble",  "hop",        "cumulate",      "tumble_start", "hop_start", "hop_end",
        "session", "tumble_end", "session_start", "session_end",  NULL};
    if (is_among(over, name)) {
        err_set(err, SQLSTATE_WRONG_OBJECT_TYPE, call->position,
                "window function %s requires an OVER clause", name);
    } else if (is_among(later, name)) {
        err_set(err, SQLSTATE_NOT_SUPPORTED, call->position, "%s is not supported yet", name);
    } else if (is_among(windows, name)) {
        bind_no_overload(call, name, err);
        err_hint(err, "Windows stand in FROM: TUMBLE(TABLE t, DESCRIPTOR(ts), size); or GROUP BY "
                      "window(ts, '1 minute').");
    } else {
        return false;
    }
    return true;
}

static Status fail_unknown(const BindCall *call, const char *name, bool aggregates, Err *err)
{
    if (fail_known(call, name, err))
        return FAIL;
    Nearest nearest = nearest_start(name);
    for (const ScalarFn *const *table = function_tables; *table && !aggregates; table++)
        for (const ScalarFn *fn = *table; fn->name; fn++)
            nearest_offer(&nearest, fn->name);
    for (const AggregateFn *const *table = aggregate_tables; *table; table++)
        for (const AggregateFn *fn = *table; fn->name; fn++)
            nearest_offer(&nearest, fn->name);
    bind_no_overload(call, name, err);
    return nearest_hint(&nearest, err);
}

/* The overload that costs least, of those seen so far. */
typedef struct Choice {
    bool found;
    int cost;
    Overloads overloads; /* all of that name, for a message */
} Choice;

static void choice_init(Choice *choice)
{
    *choice = (Choice){0};
    buf_init(&choice->overloads.text);
}

/* The function has the name and fits the call better than all before it. */
static bool choice_offer(Choice *choice, const BindCall *call, const char *name,
                         const char *function, const char *text)
{
    if (!text_equal_nocase(function, name))
        return false;
    Signature signature = signature_parse(text);
    int cost = signature_cost(call, &signature);
    overloads_add(&choice->overloads, function, text);
    if (cost < 0 || (choice->found && cost >= choice->cost))
        return false;
    choice->found = true;
    choice->cost = cost;
    return true;
}

/* OK if one was found; else the error that says why none fits. */
static Status choice_end(Choice *choice, const BindCall *call, const char *name, bool aggregates,
                         Err *err)
{
    if (!choice->found && choice->overloads.shown)
        return fail_overloads(call, name, &choice->overloads, err);
    buf_deinit(&choice->overloads.text);
    return choice->found ? OK : fail_unknown(call, name, aggregates, err);
}

Status function_resolve(const char *name, const BindCall *call, FnBinding *out, Err *err)
{
    const ScalarFn *best = NULL;
    Choice choice;
    choice_init(&choice);
    for (const ScalarFn *const *table = function_tables; *table; table++)
        for (const ScalarFn *fn = *table; fn->name; fn++)
            if (choice_offer(&choice, call, name, fn->name, fn->signature))
                best = fn;
    TRY(choice_end(&choice, call, name, false, err));
    Signature signature = signature_parse(best->signature);
    FnBinding binding = {
        .fn = best, .arg_count = call->arg_count, .eval = best->eval, .flags = best->flags};
    bind_types(call, &signature, &binding.arg_types, &binding.result);
    if (best->bind)
        TRY(best->bind(call, &binding, err));
    *out = binding;
    return OK;
}

Status aggregate_resolve(const char *name, const BindCall *call, AggBinding *out, Err *err)
{
    const AggregateFn *best = NULL;
    Choice choice;
    choice_init(&choice);
    for (const AggregateFn *const *table = aggregate_tables; *table; table++)
        for (const AggregateFn *fn = *table; fn->name; fn++)
            if (choice_offer(&choice, call, name, fn->name, fn->signature))
                best = fn;
    TRY(choice_end(&choice, call, name, true, err));
    Signature signature = signature_parse(best->signature);
    AggBinding binding = {
        .fn = best, .ops = best->ops, .arg_count = call->arg_count, .flags = best->flags};
    bind_types(call, &signature, &binding.arg_types, &binding.result);
    if (best->bind)
        TRY(best->bind(call, &binding, err));
    *out = binding;
    return OK;
}
