/*
 * test_mutations.c - statements and stored plans with random damage: any answer will do, as long as
 * it is one.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include "plan_help.h"

#ifndef PLANS_FOLDER
#define PLANS_FOLDER "."
#endif

static uint64_t seed = 88172645463325252ull;

static uint32_t random_below(uint32_t limit)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return limit ? (uint32_t)(seed >> 33) % limit : 0;
}

typedef struct Script {
    Buf text;
    LIST(Str) statements;
} Script;

static void script_read(Script *script)
{
    FILE *file = fopen(PLANS_FOLDER "/plans.sql", "rb");
    char block[4096];
    size_t count, offset = 0;
    ParsePiece piece;
    cr_assert(file);
    *script = (Script){.text = {.data = NULL}};
    buf_init(&script->text);
    while ((count = fread(block, 1, sizeof block, file)) > 0)
        buf_add(&script->text, block, count);
    fclose(file);
    while (parse_next((Str){script->text.data, script->text.length}, &offset, true, &piece))
        list_push(&script->statements, piece.text);
}

static void script_free(Script *script)
{
    list_free(&script->statements);
    buf_deinit(&script->text);
}

/* Words and signs of a text. */
static size_t token_end(Str text, size_t at)
{
    size_t end = at;
    bool word = false;
    while (end < text.length &&
           (text.data[end] == '_' || (unsigned)((text.data[end] | 32) - 'a') < 26u ||
            (unsigned)(text.data[end] - '0') < 10u)) {
        end++;
        word = true;
    }
    return word ? end : at + 1;
}

static Str random_token(Str text)
{
    size_t at = 0, target = random_below((uint32_t)text.length);
    for (;;) {
        size_t end = token_end(text, at);
        if (end > target || end >= text.length)
            return (Str){text.data + at, end - at};
        at = end;
    }
}

/* Replaces, removes or doubles tokens, some taken from another statement. */
static void mutate(const Script *script, Str text, Buf *out)
{
    Str token = random_token(text);
    Str other =
        random_token(script->statements.at[random_below((uint32_t)script->statements.count)]);
    size_t before = (size_t)(token.data - text.data), after = before + token.length;
    uint32_t way = random_below(4);
    buf_clear(out);
    buf_add(out, text.data, before);
    if (way == 0)
        buf_add(out, other.data, other.length);
    if (way == 1) {
        buf_add(out, token.data, token.length);
        buf_add_char(out, ' ');
        buf_add(out, token.data, token.length);
    }
    if (way == 2) {
        Str second = random_token(text);
        buf_add(out, second.data, second.length);
    }
    buf_add(out, text.data + after, text.length - after);
}

Test(mutations, statements_get_an_answer)
{
    enum { ROUNDS = 6000 };
    Script script;
    Buf sql, again, out;
    Plans plans;
    script_read(&script);
    buf_init(&sql);
    buf_init(&again);
    buf_init(&out);
    plans_init(&plans);
    for (size_t i = 0; i < script.statements.count; i++) {
        char *text = mem_strndup(script.statements.at[i].data, script.statements.at[i].length);
        plans_explain(&plans, text, &out);
        free(text);
    }
    for (int round = 0; round < ROUNDS; round++) {
        Str text = script.statements.at[random_below((uint32_t)script.statements.count)];
        mutate(&script, text, &sql);
        for (uint32_t more = random_below(3); more > 0 && sql.length; more--) {
            mutate(&script, (Str){sql.data, sql.length}, &again);
            Buf swap = sql;
            sql = again;
            again = swap;
        }
        if (!sql.length || memchr(sql.data, 0, sql.length))
            continue;
        buf_clear(&out);
        plans_explain(&plans, buf_text(&sql), &out);
        cr_assert(!strstr(buf_text(&out), "XX000"), "%s\n%s", buf_text(&sql), buf_text(&out));
        cr_assert(!strstr(buf_text(&out), "JSON"), "%s\n%s", buf_text(&sql), buf_text(&out));
    }
    plans_deinit(&plans);
    buf_deinit(&sql);
    buf_deinit(&again);
    buf_deinit(&out);
    script_free(&script);
}

/* One byte, one number or one word of the JSON is another. */
static void damage(const Buf *json, Buf *out)
{
    buf_clear(out);
    buf_add(out, json->data, json->length);
    size_t at = random_below((uint32_t)json->length);
    if (random_below(2)) {
        for (size_t i = 0; i < json->length; i++) {
            size_t k = (at + i) % json->length;
            if ((unsigned)(out->data[k] - '0') < 10u) {
                out->data[k] = (char)('0' + random_below(10));
                return;
            }
        }
    }
    out->data[at] = (char)(' ' + random_below(95));
}

Test(mutations, damaged_plans_are_refused)
{
    enum { ROUNDS = 120 };
    Script script;
    Buf json, bad, text;
    Plans plans;
    script_read(&script);
    buf_init(&json);
    buf_init(&bad);
    buf_init(&text);
    plans_init(&plans);
    for (size_t i = 0; i < script.statements.count; i++) {
        char *sql = mem_strndup(script.statements.at[i].data, script.statements.at[i].length);
        PlanResult result = {.parsed = NULL};
        Err err = ERR_NONE;
        if (plans_run(&plans, sql, &result, &err) == OK && result.physical) {
            buf_clear(&json);
            physical_to_json(result.physical, &json);
            for (int round = 0; round < ROUNDS; round++) {
                Arena arena;
                PhysicalPlan *plan;
                arena_init(&arena);
                damage(&json, &bad);
                if (physical_from_json((Str){bad.data, bad.length}, &arena, &plan, &err) == OK) {
                    buf_clear(&text);
                    physical_print(plan, true, &text);
                }
                arena_deinit(&arena);
            }
        }
        free(sql);
    }
    plans_deinit(&plans);
    buf_deinit(&json);
    buf_deinit(&bad);
    buf_deinit(&text);
    script_free(&script);
}
