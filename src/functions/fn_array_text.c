/*
 * fn_array_text.c - text cut into arrays, and arrays joined to text.
 */
#include "functions/array.h"
#include "functions/split.h"
#include "functions/text_math.h"
#include "functions/time_unit.h"

#define TEXT_ARG(i) ARG(call, i, Text)

/* ---- text to array ---- */

/* Words at a separator of one byte.  There is room for words of usual length; a row that might not
 * fit is counted first. */
enum { USUAL_WORD_BYTES = 4 };
static Status split_byte(EvalCall *call, Err *err)
{
    const Text *texts = TEXT_ARG(0);
    ArrayBuilder array;
    size_t bytes = 0;
    (void)err;
    array_builder_init(&array, call, sizeof(Text));
    char separator = call->count ? text_bytes(&TEXT_ARG(1)[eval_row(call, 0)])[0] : 0;
    ROW_LOOP(call, row, bytes += texts[row].length;);
    array_builder_grow(&array, (uint32_t)(bytes / USUAL_WORD_BYTES + call->count));
    EACH_ROW(call, row)
    {
        const Text *text = &texts[row];
        if (array.capacity - array.count <= text->length) {
            uint32_t words = split_count(text_bytes(text), text->length, separator) + 1;
            if (array.capacity - array.count < words)
                array_builder_grow(&array, words);
        }
        array_builder_open(&array, row);
        Text *words = (Text *)(void *)array.data;
        array.count = (uint32_t)(split_words(text, separator, words + array.count) - words);
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

static void split_chars(ArrayBuilder *array, const Text *text)
{
    Str in = text_str(text);
    for (const char *p = in.data, *end = p + in.length; p < end;) {
        const char *start = p;
        text_next(&p, end);
        Text part = text_slice(text, (size_t)(start - in.data), (size_t)(p - start));
        array_builder_add(array, &part);
    }
}

/* Parts that equal `null` become NULL. */
static void split_at(ArrayBuilder *array, const Text *text, Str separator, const Text *null)
{
    Str in = text_str(text);
    const char *p = in.data, *end = p + in.length;
    for (;;) {
        const char *found = separator.length
                                ? text_find(p, (size_t)(end - p), separator.data, separator.length)
                                : NULL;
        Text part = text_slice(text, (size_t)(p - in.data), (size_t)((found ? found : end) - p));
        if (null && text_equal(&part, null))
            array_builder_add_null(array);
        else
            array_builder_add(array, &part);
        if (!found)
            return;
        p = found + separator.length;
    }
}

static Status split_text(EvalCall *call, Err *err)
{
    ArrayBuilder array;
    (void)err;
    array_builder_init(&array, call, sizeof(Text));
    EACH_ROW(call, row)
    {
        Str separator = text_str(&TEXT_ARG(1)[row]);
        array_builder_open(&array, row);
        if (separator.length == 0)
            split_chars(&array, &TEXT_ARG(0)[row]);
        else
            split_at(&array, &TEXT_ARG(0)[row], separator, NULL);
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

/* string_to_array: a NULL separator cuts into characters, an empty one not at all. */
static Status string_to_array(EvalCall *call, Err *err)
{
    ArrayBuilder array;
    (void)err;
    array_builder_init(&array, call, sizeof(Text));
    EACH_ROW(call, row)
    {
        const Text *text = &TEXT_ARG(0)[row];
        array_builder_open(&array, row);
        if (arg_is_null(call, 0, row)) {
            out_null(call, row);
            continue;
        }
        bool has_null = call->arg_count > 2 && !arg_is_null(call, 2, row);
        if (text->length > 0 && arg_is_null(call, 1, row))
            split_chars(&array, text);
        else if (text->length > 0)
            split_at(&array, text, text_str(&TEXT_ARG(1)[row]),
                     has_null ? &TEXT_ARG(2)[row] : NULL);
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

/* A separator that can only be meant as a regular expression, such as '\s+', is one, as in Spark.
 */
static bool is_regex(Str separator)
{
    for (size_t i = 0; separator.length > 1 && i < separator.length; i++)
        if (memchr("\\[(+*{", separator.data[i], 6))
            return true;
    return false;
}

static Status bind_split(const BindCall *call, FnBinding *binding, Err *err)
{
    const Str *separator;
    TRY(bind_constant_text(call, binding, 1, &separator, err));
    if (!separator)
        return OK;
    if (is_regex(*separator)) {
        FnBinding regex;
        TRY(function_resolve("regexp_split_to_array", call, &regex, err));
        binding->eval = regex.eval;
        binding->state = regex.state;
        binding->flags = regex.flags;
    } else if (separator->length == 1) {
        binding->eval = split_byte;
    }
    return OK;
}

/* ---- array to text ---- */

static Status join_one(EvalCall *call, uint32_t row, Buf *out, Err *err)
{
    ListEntry entry = array_entry(call, 0, row);
    const Vector *array = call->args[0];
    Str separator = text_str(&TEXT_ARG(1)[row]);
    bool first = true;
    buf_clear(out);
    for (uint32_t i = entry.offset; i < entry.offset + entry.length; i++) {
        bool null = array_element_is_null(array, i);
        if (null && (call->arg_count < 3 || arg_is_null(call, 2, row)))
            continue;
        if (!first)
            buf_add(out, separator.data, separator.length);
        first = false;
        if (null)
            buf_add(out, text_bytes(&TEXT_ARG(2)[row]), TEXT_ARG(2)[row].length);
        else
            vector_format(array->child, i, call->state, out);
    }
    char *to = text_room(call, row, out->length, err);
    if (!to)
        return FAIL;
    if (out->length)
        memcpy(to, out->data, out->length);
    OUT(call, Text)[row] = text_from(to, out->length);
    return OK;
}
/* The state is the session's zone. */
static Status bind_join(const BindCall *call, FnBinding *binding, Err *err)
{
    const Zone *zone;
    TRY(bind_session_zone(call, &zone, err));
    binding->state = (void *)(uintptr_t)zone;
    return OK;
}
static Status array_to_string(EvalCall *call, Err *err)
{
    Buf out;
    Status status = OK;
    buf_init(&out);
    EACH_ROW(call, row)
    {
        if (arg_is_null(call, 0, row) || arg_is_null(call, 1, row))
            out_null(call, row);
        else if (status == OK)
            status = join_one(call, row, &out, err);
    }
    buf_deinit(&out);
    return status;
}

extern const ScalarFn fn_array_text[];
const ScalarFn fn_array_text[] = {
    {"split", "S(ss)", FN_STRICT, split_text, bind_split},
    {"string_split", "S(ss)", FN_STRICT, split_text, bind_split},
    {"string_to_array", "S(ss?s)", FN_MAKES_NULL, string_to_array, NULL},
    {"array_to_string", "s(As?s)", FN_MAKES_NULL, array_to_string, bind_join},
    {"array_join", "s(As?s)", FN_MAKES_NULL, array_to_string, bind_join},
    {NULL, NULL, 0, NULL, NULL},
};
