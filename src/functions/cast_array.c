/*
 * cast_array.c - casts an array by its elements, one row's at a time; and reads '{a,b}'.
 */
#include "functions/array.h"
#include "functions/cast.h"

/* Elements [first, first + count) of the child, count within a batch's rows. */
static Status cast_run(EvalCall *call, const Vector *child, uint32_t first, uint32_t count,
                       ArrayBuilder *array, Err *err)
{
    const CastState *cast = call->state;
    uint16_t sel[VECTOR_ROWS];
    Vector in = *child, out;
    const Vector *args[1] = {&in};
    uint32_t present = 0;
    in.data = (char *)child->data + first * (size_t)type_size(child->type);
    in.valid = NULL;
    for (uint32_t i = 0; i < count; i++)
        if (!child->valid || bitmap_get(child->valid, first + i))
            sel[present++] = (uint16_t)i;
    vector_make(&out, call->scratch, *cast->to.element, count, true);
    EvalCall inner = {.state = cast->element->state,
                      .args = args,
                      .arg_count = 1,
                      .out = &out,
                      .sel = sel,
                      .count = present,
                      .rows = count,
                      .scratch = call->scratch,
                      .arrival_us = call->arrival_us};
    TRY(cast->element->eval(&inner, err));
    for (uint32_t i = 0, next = 0; i < count; i++) {
        bool is_present = next < present && sel[next] == i;
        next += is_present;
        if (is_present && !vector_is_null(&out, i))
            array_builder_add(array, (const char *)out.data + i * array->size);
        else
            array_builder_add_null(array);
    }
    return OK;
}

Status cast_array(EvalCall *call, Err *err)
{
    const CastState *cast = call->state;
    ArrayBuilder array;
    array_builder_init(&array, call, type_size(*cast->to.element));
    EACH_ROW(call, row)
    {
        ListEntry entry = ARG(call, 0, ListEntry)[row];
        array_builder_open(&array, row);
        for (uint32_t done = 0; done < entry.length; done += VECTOR_ROWS) {
            uint32_t count = entry.length - done < VECTOR_ROWS ? entry.length - done : VECTOR_ROWS;
            call->failed_row = row;
            TRY(cast_run(call, call->args[0]->child, entry.offset + done, count, &array, err));
        }
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

/* One row's elements; `array` is left as it was if the text is none of an array. */
static Status read_elements(EvalCall *call, Type to, Str text, ArrayBuilder *array, Err *err)
{
    union {
        max_align_t aligned;
        char bytes[16];
    } physical;
    const CastState *cast = call->state;
    Value value;
    TRY(value_parse(to, text, cast->zone, call->scratch, &value, err));
    for (uint32_t i = 0; i < value.as.list.count; i++) {
        const Value *item = &value.as.list.items[i];
        if (item->is_null) {
            array_builder_add_null(array);
        } else {
            value_store(item, physical.bytes);
            array_builder_add(array, physical.bytes);
        }
    }
    return OK;
}

Status cast_text_to_array(EvalCall *call, Err *err)
{
    const CastState *cast = call->state;
    ArrayBuilder array;
    array_builder_init(&array, call, type_size(*cast->to.element));
    EACH_ROW(call, row)
    {
        array_builder_open(&array, row);
        if (read_elements(call, cast->to, text_str(&ARG(call, 0, Text)[row]), &array,
                          cast->try_cast ? NULL : err) != OK)
            TRY(cast_row_failed(call, cast, row));
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}
