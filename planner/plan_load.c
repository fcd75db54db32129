/* plan_load.c - see plan_load.h. */
#include "planner/plan_load.h"

#include "planner/plan_names.h"

Status plan_load_damaged(const char *what, Err *err)
{
    return err_set(err, SQLSTATE_CORRUPT, -1, "the stored plan is damaged: %s", what);
}

const char *plan_load_text(PlanLoader *self, const json_t *json, const char *key)
{
    const json_t *value = json_object_get(json, key);
    return json_is_string(value) ? arena_strdup(self->arena, json_string_value(value)) : NULL;
}

bool plan_load_bool(const json_t *json, const char *key)
{
    return json_is_true(json_object_get(json, key));
}

int64_t plan_load_integer(const json_t *json, const char *key, int64_t missing)
{
    const json_t *value = json_object_get(json, key);
    return json_is_integer(value) ? json_integer_value(value) : missing;
}

Status plan_load_word(const json_t *json, const char *key, const char *const *names, int *out,
                      Err *err)
{
    const json_t *value = json_object_get(json, key);
    *out = json_is_string(value) ? plan_name_find(names, json_string_value(value)) : -1;
    return *out < 0 ? plan_load_damaged(key, err) : OK;
}

/* Numbers below `limit`. */
Status plan_load_numbers(PlanLoader *self, const json_t *json, const char *key, int limit,
                         const uint16_t **out, uint16_t *count, Err *err)
{
    const json_t *list = json_object_get(json, key);
    size_t size = json_array_size(list);
    if (size > UINT16_MAX)
        return plan_load_damaged(key, err);
    uint16_t *numbers = ARENA_ARRAY(self->arena, uint16_t, size + 1);
    for (size_t i = 0; i < size; i++) {
        const json_t *item = json_array_get(list, i);
        json_int_t number = json_integer_value(item);
        if (!json_is_integer(item) || number < 0 || number >= limit)
            return plan_load_damaged(key, err);
        numbers[i] = (uint16_t)number;
    }
    *out = numbers;
    *count = (uint16_t)size;
    return OK;
}

Status plan_load_type(PlanLoader *self, const json_t *json, Type *out, Err *err)
{
    if (!json_is_string(json))
        return plan_load_damaged("a type", err);
    return type_from_text(str_from(json_string_value(json)), self->arena, out, err);
}

Status plan_load_types(PlanLoader *self, const json_t *list, Type **out, int *count, Err *err)
{
    *count = (int)json_array_size(list);
    *out = ARENA_ARRAY(self->arena, Type, *count + 1);
    for (int i = 0; i < *count; i++)
        TRY(plan_load_type(self, json_array_get(list, (size_t)i), &(*out)[i], err));
    return OK;
}

/* ---- values ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static Status load_bytes(PlanLoader *self, const json_t *json, Str *out, Err *err)
{
    const json_t *hex = json_object_get(json, "hex");
    if (json_is_string(json)) {
        *out = (Str){json_string_value(json), json_string_length(json)};
        return OK;
    }
    if (!json_is_string(hex))
        return plan_load_damaged("a value", err);
    size_t length = json_string_length(hex) / 2;
    const char *digits = json_string_value(hex);
    char *bytes = arena_alloc(self->arena, length + 1);
    for (size_t i = 0; i < length; i++) {
        int high = hex_digit(digits[2 * i]), low = hex_digit(digits[2 * i + 1]);
        if (high < 0 || low < 0)
            return plan_load_damaged("a value", err);
        bytes[i] = (char)(high * 16 + low);
    }
    *out = (Str){bytes, length};
    return OK;
}

static Status load_items(PlanLoader *self, const json_t *json, Type type, Value *out, Err *err)
{
    size_t count = json_array_size(json);
    Value value = {.type = type};
    if (!json_is_array(json) || (type.id == TYPE_ARRAY && !type.element) ||
        (type.id == TYPE_ROW && (!type.row || type.row->count != count)))
        return plan_load_damaged("a value", err);
    value.as.list.items = ARENA_ARRAY(self->arena, Value, count + 1);
    value.as.list.count = (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        TRY(plan_load_value(self, json_array_get(json, i),
                            type.id == TYPE_ARRAY ? *type.element : type.row->types[i],
                            &value.as.list.items[i], err));
    *out = value;
    return OK;
}

Status plan_load_value(PlanLoader *self, const json_t *json, Type type, Value *out, Err *err)
{
    Str text;
    if (json_is_null(json)) {
        *out = value_null(type);
        return OK;
    }
    if (type.id == TYPE_ARRAY || type.id == TYPE_ROW)
        return load_items(self, json, type, out, err);
    TRY(load_bytes(self, json, &text, err));
    if (type_physical(type) == PHYSICAL_VIEW) {
        *out = value_text(self->arena, text);
        out->type = type;
        return OK;
    }
    uint8_t *physical = arena_zalloc(self->arena, 32);
    const TypeClass *class = type_class(type);
    if (!class || !class->parse)
        return plan_load_damaged("a value", err);
    TRY(class->parse(type, text, physical, self->arena, err));
    *out = value_load(type, physical);
    return OK;
}
