#include <criterion/criterion.h>
#include <stdio.h>
#include "eval_case.h"

/* A case is an aggregate, its columns (values separated by `;`, columns by ` | `) and its result.
 */

enum { COLUMNS = 2, STATE_MAX = 1024 };

typedef struct Input {
    AggBinding binding;
    Type given[COLUMNS];
    Vector columns[COLUMNS];
    const Vector *args[COLUMNS];
    int count;
    uint32_t rows;
} Input;

static Status input_make(Input *input, const char *name, const char *args, Arena *arena, Err *err)
{
    Value lists[COLUMNS];
    *input = (Input){.rows = 0};
    while (*args) {
        const char *end = strstr(args, " | ");
        size_t length = end ? (size_t)(end - args) : strlen(args);
        const char *colon = memchr(args, ':', length);
        char *typed = arena_printf(arena, "ARRAY<%.*s>:%.*s", (int)(colon - args), args,
                                   (int)(length - (size_t)(colon - args) - 1), colon + 1);
        lists[input->count] = eval_value(str_from(typed), arena);
        input->given[input->count] = *lists[input->count].type.element;
        input->rows = lists[input->count].as.list.count;
        input->count++;
        args += length + (end ? 3 : 0);
    }
    BindCall call = {
        .given = input->given, .arg_count = input->count, .arena = arena, .position = 3};
    TRY(aggregate_resolve(name, &call, &input->binding, err));
    for (int i = 0; i < input->count; i++) {
        Type type = input->binding.arg_types[i];
        vector_make(&input->columns[i], arena, type, input->rows + 1, true);
        for (uint32_t row = 0; row < input->rows; row++) {
            Value value;
            TRY(cast_value(&lists[i].as.list.items[row], type, &value, arena, 3, err));
            if (value.is_null)
                vector_set_null(&input->columns[i], arena, row, input->rows);
            else
                vector_set_value(&input->columns[i], arena, row, input->rows, &value);
        }
        input->args[i] = &input->columns[i];
    }
    return OK;
}

static const char *result_text(const Input *input, uint8_t *state, Arena *arena)
{
    Vector out;
    Err err = ERR_NONE;
    uint8_t *states[1] = {state};
    vector_make(&out, arena, input->binding.result, 3, true);
    if (input->binding.ops->finish(&input->binding, states, 1, &out, 1, 3, arena, &err) != OK)
        return arena_printf(arena, "!%s %s", err.sqlstate, err.message);
    Value value = vector_is_null(&out, 1) ? value_null(out.type) : vector_get(&out, 1);
    if (value.is_null)
        return "NULL";
    Buf text;
    buf_init(&text);
    type_print(value.type, &text);
    buf_add_text(&text, ":");
    value_format(&value, NULL, &text);
    const char *copy = arena_strdup(arena, buf_text(&text));
    buf_deinit(&text);
    return copy;
}

static void update(const Input *input, uint8_t *state, const uint16_t *sel, uint32_t count,
                   const int32_t *weight, Arena *heap)
{
    uint8_t *states[VECTOR_ROWS];
    for (uint32_t i = 0; i < count; i++)
        states[i] = state;
    cr_assert_eq(input->binding.ops->update(&input->binding, states, input->args, sel, count,
                                            weight, heap, NULL),
                 OK);
}

/* Stores a state's columns and reads them into another. */
static void store_and_load(const Input *input, uint8_t *from, uint8_t *to, Arena *arena)
{
    const AggOps *ops = input->binding.ops;
    Type types[64];
    Vector columns[64];
    uint8_t *states[1] = {from};
    cr_assert(ops->column_count <= 64);
    cr_assert_eq(ops->columns(&input->binding, types), OK);
    for (int i = 0; i < ops->column_count; i++)
        vector_make(&columns[i], arena, types[i], 3, true);
    cr_assert_eq(ops->save(&input->binding, states, 1, columns, 2, 3, arena, NULL), OK);
    cr_assert_eq(ops->load(&input->binding, to, columns, 2, arena, NULL), OK);
}

/* NULL, or how it went wrong. */
static const char *run(const char *name, const char *args, const char *expected, Arena *arena)
{
    Input input;
    Err err = ERR_NONE;
    _Alignas(16) uint8_t whole[STATE_MAX] = {0}, first[STATE_MAX] = {0}, second[STATE_MAX] = {0};
    _Alignas(16) uint8_t loaded[STATE_MAX] = {0}, retracted[STATE_MAX] = {0};
    if (input_make(&input, name, args, arena, &err) != OK) {
        const char *text = arena_printf(arena, "!%s %s", err.sqlstate, err.message);
        return strncmp(text, expected, strlen(expected)) == 0 ? NULL : text;
    }
    cr_assert(input.binding.ops->state_bytes <= STATE_MAX);
    uint16_t odd[VECTOR_ROWS], even[VECTOR_ROWS], all[VECTOR_ROWS];
    uint32_t odd_count = 0, even_count = 0;
    int32_t plus[VECTOR_ROWS], minus[VECTOR_ROWS];
    for (uint16_t row = 0; row < input.rows; row++) {
        all[row] = row;
        plus[row] = 3;
        minus[row] = -2;
        if (row % 2)
            odd[odd_count++] = row;
        else
            even[even_count++] = row;
    }
    update(&input, whole, NULL, input.rows, NULL, arena);
    update(&input, first, odd, odd_count, NULL, arena);
    update(&input, second, even, even_count, NULL, arena);
    uint8_t *into[1] = {first}, *from[1] = {second};
    input.binding.ops->merge(&input.binding, into, from, 1, arena);
    store_and_load(&input, whole, loaded, arena);
    const char *texts[4] = {result_text(&input, whole, arena), result_text(&input, first, arena),
                            result_text(&input, loaded, arena), NULL};
    if (input.binding.ops->retracts) {
        update(&input, retracted, all, input.rows, plus, arena);
        update(&input, retracted, all, input.rows, minus, arena);
        texts[3] = result_text(&input, retracted, arena);
    }
    static const char *const ways[] = {"", "merged: ", "stored: ", "retracted: "};
    for (int i = 0; i < 4; i++)
        if (texts[i] && (expected[0] == '!' ? strncmp(texts[i], expected, strlen(expected)) != 0
                                            : strcmp(texts[i], expected) != 0))
            return arena_printf(arena, "%s%s", ways[i], texts[i]);
    return NULL;
}

static int check(const EvalCase *cases, size_t count)
{
    Arena arena;
    int failed = 0;
    arena_init(&arena);
    for (size_t i = 0; i < count; i++) {
        const char *wrong = run(cases[i].name, cases[i].args, cases[i].expected, &arena);
        if (wrong) {
            fprintf(stderr, "%s(%s): expected %s, got %s\n", cases[i].name, cases[i].args,
                    cases[i].expected, wrong);
            failed++;
        }
        arena_reset(&arena);
    }
    arena_deinit(&arena);
    return failed;
}
#define CHECK(table) cr_assert_eq(check((table), sizeof(table) / sizeof *(table)), 0)

Test(aggregate, counts_and_sums)
{
    static const EvalCase cases[] = {
        {"count", "INT:1;NULL;3", "BIGINT:2"},
        {"count", "VARCHAR:NULL", "BIGINT:0"},
        {"sum", "INT:2147483647;1;NULL", "BIGINT:2147483648"},
        {"sum", "BIGINT:9223372036854775807;1", "!22003 bigint out of range"},
        {"sum", "BIGINT:9223372036854775807;9223372036854775807;-9223372036854775807",
         "BIGINT:9223372036854775807"},
        {"sum", "TINYINT:-128;-128", "BIGINT:-256"},
        {"sum", "INT:NULL;NULL", "NULL"},
        {"sum", "DOUBLE:0.1;0.2;0.3;-0.3;-0.2;-0.1", "DOUBLE:0.0"},
        {"sum", "DOUBLE:1e16;1;1;-1e16", "DOUBLE:2.0"},
        {"sum", "DOUBLE:1e308;1e308", "!22003 value out of range: overflow"},
        {"sum", "DOUBLE:1e308;1e308;-1e308", "DOUBLE:1e+308"},
        {"sum", "DOUBLE:Infinity;1", "DOUBLE:Infinity"},
        {"sum", "DOUBLE:Infinity;-Infinity", "DOUBLE:NaN"},
        {"sum", "DOUBLE:NULL", "NULL"},
        {"sum", "FLOAT:0.1;0.2", "DOUBLE:0.30000000447034836"},
        {"sum", "DECIMAL(10,2):1.10;2.20;NULL", "DECIMAL(38, 2):3.30"},
        {"sum", "DECIMAL(38,0):99999999999999999999999999999999999999;1",
         "!22003 numeric field overflow"},
        {"sum", "DECIMAL(38,0):99999999999999999999999999999999999999;1;-5",
         "DECIMAL(38, 0):99999999999999999999999999999999999995"},
        {"sum",
         "DECIMAL(38,0):-99999999999999999999999999999999999999;"
         "-99999999999999999999999999999999999999;-99999999999999999999999999999999999999;"
         "99999999999999999999999999999999999999;99999999999999999999999999999999999999;7",
         "DECIMAL(38, 0):-99999999999999999999999999999999999992"},
        {"avg", "INT:1;2", "DOUBLE:1.5"},
        {"avg", "BIGINT:9223372036854775807;9223372036854775807", "DOUBLE:9.223372036854776e+18"},
        {"avg", "INT:NULL", "NULL"},
        {"avg", "DOUBLE:0.1;0.2;0.3", "DOUBLE:0.2"},
        {"avg", "DOUBLE:1.7e308;1.7e308", "DOUBLE:1.7e+308"},
        {"avg", "FLOAT:1.5;2.5", "DOUBLE:2.0"},
        {"avg", "DECIMAL(10,2):1.00;1.01;1.01", "DECIMAL(38, 6):1.006667"},
        {"sum", "VARCHAR:a", "!42883 function sum(VARCHAR) does not exist"},
        {"summ", "INT:1", "!42883 function summ(INT) does not exist"},
    };
    CHECK(cases);
}

Test(aggregate, extremes)
{
    static const EvalCase cases[] = {
        {"min", "INT:3;NULL;1;2", "INT:1"},
        {"max", "INT:3;NULL;1;2", "INT:3"},
        {"max", "BOOLEAN:false;true", "BOOLEAN:true"},
        {"min", "DOUBLE:NaN;1", "DOUBLE:1.0"},
        {"max", "DOUBLE:NaN;1", "DOUBLE:NaN"},
        {"max", "FLOAT:-1;-2", "FLOAT:-1.0"},
        {"min", "DOUBLE:-0.0;0.0", "DOUBLE:0.0"},
        {"min", "DECIMAL(5,2):1.50;-1.50", "DECIMAL(5, 2):-1.50"},
        {"min", "VARCHAR:pear;apple;fig", "VARCHAR:apple"},
        {"max", "VARCHAR:a long text of words;a long text of letters;b", "VARCHAR:b"},
        {"max", "VARCHAR:a long text of words;a long text of letters",
         "VARCHAR:a long text of words"},
        {"max", "DATE:2024-01-01;1969-12-31", "DATE:2024-01-01"},
        {"min", "TIMESTAMP:2024-01-01 00:00:00;1969-12-31 00:00:00",
         "TIMESTAMP:1969-12-31 00:00:00"},
        {"max", "INTERVAL:1 day;25 hours", "INTERVAL:25:00:00"},
        {"min", "INT:NULL", "NULL"},
        {"bool_and", "BOOLEAN:true;NULL;true", "BOOLEAN:true"},
        {"every", "BOOLEAN:true;false", "BOOLEAN:false"},
        {"bool_or", "BOOLEAN:false;NULL", "BOOLEAN:false"},
        {"bool_or", "BOOLEAN:NULL", "NULL"},
    };
    CHECK(cases);
}

Test(aggregate, statistics)
{
    static const EvalCase cases[] = {
        {"var_pop", "INT:1;2", "DOUBLE:0.25"},
        {"var_samp", "INT:1;2", "DOUBLE:0.5"},
        {"variance", "INT:1", "NULL"},
        {"var_pop", "INT:1", "DOUBLE:0.0"},
        {"stddev_pop", "INT:1;2", "DOUBLE:0.5"},
        {"stddev", "DOUBLE:2;4;4;4;5;5;7;9", "DOUBLE:2.138089935299395"},
        {"var_pop", "DOUBLE:1e8;100000001;100000002", "DOUBLE:0.6666666666666666"},
        {"var_pop", "DOUBLE:0.1;0.1;0.1", "DOUBLE:0.0"},
        {"var_pop", "DOUBLE:Infinity;1", "DOUBLE:NaN"},
        {"var_pop", "DOUBLE:1e200;1", "!22003"},
        {"stddev_samp", "DOUBLE:NULL", "NULL"},
        {"covar_pop", "DOUBLE:1;2;3 | DOUBLE:2;4;6", "DOUBLE:1.3333333333333333"},
        {"covar_samp", "DOUBLE:1;2;3;NULL | DOUBLE:2;4;6;8", "DOUBLE:2.0"},
        {"covar_samp", "DOUBLE:1;2;3;9 | DOUBLE:2;4;6;NULL", "DOUBLE:2.0"},
        {"corr", "DOUBLE:1;2;3 | DOUBLE:2;4;6", "DOUBLE:1.0"},
        {"corr", "DOUBLE:1;2;3 | DOUBLE:6;4;2", "DOUBLE:-1.0"},
        {"corr", "DOUBLE:1;1 | DOUBLE:1;2", "NULL"},
    };
    CHECK(cases);
}
