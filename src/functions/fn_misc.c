/*
 * fn_misc.c - about the statement itself: types, the session, the version; and UUIDs.
 */
#include <sys/random.h>
#include "functions/kernel.h"

/* The same text for every row: what bind found. */
static Status constant_text(EvalCall *call, Err *err)
{
    const Text *text = call->state;
    (void)err;
    EACH_ROW(call, row)
    OUT(call, Text)[row] = *text;
    return OK;
}

static Status keep(const BindCall *call, FnBinding *binding, const char *text)
{
    Text *copy = ARENA_NEW(call->arena, Text);
    *copy = text_make_copy(call->arena, text, (uint32_t)strlen(text));
    binding->state = copy;
    return OK;
}
static Status bind_typeof(const BindCall *call, FnBinding *binding, Err *err)
{
    Type type = call->given[0];
    (void)err;
    return keep(call, binding, type.id == TYPE_NULL ? "unknown" : type_name(type, call->arena));
}
static Status bind_version(const BindCall *call, FnBinding *binding, Err *err)
{
    (void)err;
    return keep(call, binding, "PostgreSQL 15.0 (streamd " STREAMD_VERSION ")");
}
static Status bind_user(const BindCall *call, FnBinding *binding, Err *err)
{
    (void)err;
    return keep(call, binding,
                call->session && call->session->user ? call->session->user : "streamd");
}
static Status bind_database(const BindCall *call, FnBinding *binding, Err *err)
{
    (void)err;
    return keep(call, binding, "streamd");
}
static Status bind_schema(const BindCall *call, FnBinding *binding, Err *err)
{
    (void)err;
    return keep(call, binding, "public");
}

static Status random_uuid(EvalCall *call, Err *err)
{
    static const char digits[] = "0123456789abcdef";
    EACH_ROW(call, row)
    {
        unsigned char bytes[16];
        char text[36];
        size_t at = 0;
        if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
            return eval_fail(call, row, err, SQLSTATE_INTERNAL, -1, "no random numbers");
        bytes[6] = (unsigned char)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
        for (int i = 0; i < 16; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10)
                text[at++] = '-';
            text[at++] = digits[bytes[i] >> 4];
            text[at++] = digits[bytes[i] & 15];
        }
        OUT(call, Text)[row] = text_make_copy(call->scratch, text, sizeof text);
    }
    return OK;
}

extern const ScalarFn fn_misc[];
const ScalarFn fn_misc[] = {
    {"typeof", "s(*)", 0, constant_text, bind_typeof},
    {"pg_typeof", "s(*)", 0, constant_text, bind_typeof},
    {"version", "s()", 0, constant_text, bind_version},
    {"current_user", "s()", 0, constant_text, bind_user},
    {"session_user", "s()", 0, constant_text, bind_user},
    {"user", "s()", 0, constant_text, bind_user},
    {"current_role", "s()", 0, constant_text, bind_user},
    {"current_database", "s()", 0, constant_text, bind_database},
    {"current_catalog", "s()", 0, constant_text, bind_database},
    {"current_schema", "s()", 0, constant_text, bind_schema},
    {"gen_random_uuid", "s()", FN_VOLATILE, random_uuid, NULL},
    {"uuid", "s()", FN_VOLATILE, random_uuid, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
