/*
 * eval_case.c - runs the tables of calls.
 */
#include "eval_case.h"
#include <stdio.h>
#include "base/list.h"

enum { ROWS = 70, NULL_ROW = 65 };

typedef struct Call {
    Type given[16];
    Value values[16];
    const Value *constants[16];
    bool always_constant[16];
    int count;
} Call;

static const FnSession session = {.timezone = "UTC", .user = "tester"};

Value eval_value(Str text, Arena *arena)
{
    const char *colon = memchr(text.data, ':', text.length);
    Str name = str_trim((Str){text.data, colon ? (size_t)(colon - text.data) : text.length});
    Str rest = {colon ? colon + 1 : "", 0};
    if (colon)
        rest.length = (size_t)(text.data + text.length - rest.data);
    Type type;
    Err err = ERR_NONE;
    if (str_equal(name, STR("?"))) {
        Value value = colon ? value_text(arena, rest) : value_null(type_of(TYPE_NULL));
        value.type = type_of(TYPE_NULL);
        return value;
    }
    if (type_from_text(name, arena, &type, &err) != OK) {
        fprintf(stderr, "no type in \"" STR_FORMAT "\": %s\n", STR_ARG(text), err.message);
        abort();
    }
    if (!colon)
        return value_null(type);
    if (type.id == TYPE_ARRAY) {
        LIST(Value) items = {0};
        const char *p = rest.data, *end = p + rest.length;
        while (p < end) {
            const char *stop = memchr(p, ';', (size_t)(end - p));
            Str item = str_trim((Str){p, (size_t)((stop ? stop : end) - p)});
            Buf typed;
            buf_init(&typed);
            type_print(*type.element, &typed);
            if (!str_equal(item, STR("NULL"))) {
                buf_add_text(&typed, ":");
                buf_add(&typed, item.data, item.length);
            }
            char *copy = arena_strdup(arena, buf_text(&typed));
            buf_deinit(&typed);
            list_push_arena(arena, &items, eval_value(str_from(copy), arena));
            p = stop ? stop + 1 : end;
        }
        return (Value){.type = type, .as.list = {items.at, (uint32_t)items.count}};
    }
    Value value = value_text(arena, rest), out;
    if (type.id == TYPE_VARCHAR) {
        value.type = type;
        return value;
    }
    if (cast_value(&value, type, &out, arena, -1, &err) != OK) {
        fprintf(stderr, "no value in \"" STR_FORMAT "\": %s\n", STR_ARG(text), err.message);
        abort();
    }
    return out;
}

static void call_parse(Call *call, const char *args, Arena *arena)
{
    *call = (Call){.count = 0};
    while (*args) {
        const char *end = strstr(args, " | ");
        size_t length = end ? (size_t)(end - args) : strlen(args);
        bool constant = *args == '=';
        call->always_constant[call->count] = constant;
        call->values[call->count] = eval_value((Str){args + constant, length - constant}, arena);
        call->given[call->count] = call->values[call->count].type;
        call->count++;
        args += length + (end ? 3 : 0);
    }
}

static const char *value_case(const Value *value, Arena *arena)
{
    Buf out;
    buf_init(&out);
    if (value->is_null) {
        buf_add_text(&out, "NULL");
    } else {
        type_print(value->type, &out);
        buf_add_text(&out, ":");
        value_format(value, NULL, &out);
    }
    char *copy = arena_strdup(arena, buf_text(&out));
    buf_deinit(&out);
    return copy;
}

static const char *err_case(const Err *err, Arena *arena)
{
    return arena_printf(arena, "!%s %s", err->sqlstate, err->message);
}

static Status resolve(const char *name, Call *call, bool constant, FnBinding *out, Arena *arena,
                      Err *err)
{
    bool is_try = strncmp(name, "try_cast ", 9) == 0;
    for (int i = 0; i < call->count; i++)
        call->constants[i] = constant || call->always_constant[i] || call->given[i].id == TYPE_NULL
                                 ? &call->values[i]
                                 : NULL;
    if (is_try || strncmp(name, "cast ", 5) == 0) {
        Type to;
        TRY(type_from_text(str_from(name + (is_try ? 9 : 5)), arena, &to, err));
        return cast_resolve(call->given[0], to, is_try, &session, arena, out, 7, err);
    }
    BindCall bind = {.given = call->given,
                     .constants = call->constants,
                     .arg_count = call->count,
                     .session = &session,
                     .arena = arena,
                     .position = 7};
    return function_resolve(name, &bind, out, err);
}

static Status cast_args(const Call *call, const FnBinding *binding, Value *args, Arena *arena,
                        Err *err)
{
    for (int i = 0; i < call->count; i++)
        TRY(cast_value(&call->values[i], binding->arg_types[i], &args[i], arena, 7, err));
    return OK;
}

/* CAST of a bare string literal is the type's own reading of it. */
static bool is_literal_cast(const char *name, const Call *call)
{
    return strncmp(name, "cast ", 5) == 0 && call->given[0].id == TYPE_NULL;
}

const char *eval_text(const char *name, const char *args, Arena *arena)
{
    Call call;
    FnBinding binding;
    Value bound[16], result;
    Err err = ERR_NONE;
    call_parse(&call, args, arena);
    if (is_literal_cast(name, &call)) {
        Type to;
        if (type_from_text(str_from(name + 5), arena, &to, &err) != OK ||
            cast_value(&call.values[0], to, &result, arena, 7, &err) != OK)
            return err_case(&err, arena);
        return value_case(&result, arena);
    }
    if (resolve(name, &call, true, &binding, arena, &err) != OK ||
        cast_args(&call, &binding, bound, arena, &err) != OK ||
        function_eval_const(&binding, bound, &result, arena, &err) != OK)
        return err_case(&err, arena);
    return value_case(&result, arena);
}

static bool matches(const char *got, const char *expected)
{
    if (expected[0] == '!')
        return strncmp(got, expected, strlen(expected)) == 0;
    return strcmp(got, expected) == 0;
}

/* A batch of the same call: row 65 has a NULL in argument `null_arg`. */
static const char *eval_batch(const char *name, const char *args, int null_arg, bool with_sel,
                              const char *expected, Arena *arena)
{
    Call call;
    FnBinding binding;
    Value bound[16];
    Vector vectors[16], out;
    const Vector *pointers[16];
    Err err = ERR_NONE;
    uint16_t sel[ROWS];
    uint32_t count = 0;
    call_parse(&call, args, arena);
    if (is_literal_cast(name, &call))
        return NULL;
    if (resolve(name, &call, false, &binding, arena, &err) != OK)
        return err.sqlstate[0] == '0' && err.sqlstate[1] == 'A' ? NULL : err_case(&err, arena);
    if (cast_args(&call, &binding, bound, arena, &err) != OK)
        return err_case(&err, arena);
    if (null_arg >= 0 && (!(binding.flags & FN_STRICT) || binding.flags & FN_VOLATILE))
        return NULL;
    for (int i = 0; i < call.count; i++) {
        vector_make(&vectors[i], arena, binding.arg_types[i], ROWS, true);
        for (uint32_t row = 0; row < ROWS; row++) {
            if (bound[i].is_null || (i == null_arg && row == NULL_ROW))
                vector_set_null(&vectors[i], arena, row, ROWS);
            else
                vector_set_value(&vectors[i], arena, row, ROWS, &bound[i]);
        }
        pointers[i] = &vectors[i];
        if (bound[i].is_null && binding.flags & FN_STRICT)
            return NULL;
    }
    for (uint32_t row = with_sel ? 1 : 0; row < ROWS; row += with_sel ? 2 : 1)
        if (null_arg < 0 || row != NULL_ROW)
            sel[count++] = (uint16_t)row;
    vector_make(&out, arena, binding.result, ROWS, true);
    bool total = binding.flags & FN_TOTAL;
    if (null_arg >= 0)
        vector_set_null(&out, arena, NULL_ROW, ROWS);
    EvalCall eval = {.state = binding.state,
                     .args = pointers,
                     .arg_count = binding.arg_count,
                     .out = &out,
                     .rows = ROWS,
                     .scratch = arena};
    eval.sel = with_sel || (null_arg >= 0 && !total) ? sel : NULL;
    eval.count = eval.sel ? count : ROWS;
    if (binding.eval(&eval, &err) != OK) {
        if (eval.failed_row != (eval.sel ? sel[0] : 0))
            return arena_printf(arena, "failed at row %u: %s", eval.failed_row, err.message);
        if (!(binding.flags & FN_CAN_FAIL))
            return "failed without FN_CAN_FAIL";
        return err_case(&err, arena);
    }
    for (uint32_t i = 0; i < count; i++) {
        Value value = vector_is_null(&out, sel[i]) ? value_null(out.type)
                                                   : vector_get_deep(&out, sel[i], arena);
        const char *text = value_case(&value, arena);
        if (value.is_null && !(binding.flags & FN_MAKES_NULL) && null_arg < 0 &&
            binding.flags & FN_STRICT)
            return "NULL without FN_MAKES_NULL";
        if (!matches(text, expected))
            return arena_printf(arena, "row %u of a batch%s: %s", sel[i],
                                null_arg >= 0 ? " with NULLs" : "", text);
    }
    return NULL;
}

static bool is_volatile(const char *name, const char *args, Arena *arena)
{
    Call call;
    FnBinding binding;
    call_parse(&call, args, arena);
    return resolve(name, &call, true, &binding, arena, NULL) == OK &&
           (binding.flags & FN_VOLATILE) != 0;
}

static int fails(const EvalCase *test, const char *got)
{
    if (!got || matches(got, test->expected))
        return 0;
    fprintf(stderr, "%s(%s): expected %s, got %s\n", test->name, test->args, test->expected, got);
    return 1;
}

int eval_cases(const EvalCase *cases, size_t count)
{
    Arena arena;
    int failed = 0;
    arena_init(&arena);
    for (size_t i = 0; i < count; i++) {
        const EvalCase *test = &cases[i];
        int before = failed;
        failed += fails(test, eval_text(test->name, test->args, &arena));
        if (failed == before && !is_volatile(test->name, test->args, &arena)) {
            for (int sel = 0; sel < 2 && failed == before; sel++)
                failed += fails(
                    test, eval_batch(test->name, test->args, -1, sel, test->expected, &arena));
            for (int arg = 0; arg < 6 && failed == before; arg++)
                failed += fails(test, eval_batch(test->name, test->args, arg, arg % 2 == 0,
                                                 test->expected, &arena));
        }
        arena_reset(&arena);
    }
    arena_deinit(&arena);
    return failed;
}
