/*
 * fn_like.c - LIKE and ILIKE.  A constant pattern is taken apart when the statement is bound.
 */
#include "functions/like.h"
#include "functions/text_math.h"

typedef struct LikeState {
    bool folds; /* ILIKE: both sides in lower case */
    bool negated;
    const LikePattern *constant;
} LikeState;

/* The text in lower case, in *buffer. */
static Str fold(Str text, Buf *buffer)
{
    buf_clear(buffer);
    char *start = buf_reserve(buffer, 4 * text.length + 1), *to = start;
    for (const char *p = text.data, *end = p + text.length; p < end;)
        to = text_put(to, text_lower(text_next(&p, end)));
    return (Str){start, (size_t)(to - start)};
}

static Status compile(const LikeState *state, Str pattern, const Str *escape, LikePattern *out,
                      Arena *arena, int32_t position, Err *err)
{
    Buf folded;
    buf_init(&folded);
    if (state->folds)
        pattern = fold(pattern, &folded);
    Status status = like_compile(out, pattern, escape ? *escape : STR("\\"), arena, position, err);
    buf_deinit(&folded);
    return status;
}

static Status like_constant(EvalCall *call, Err *err)
{
    const LikeState *state = call->state;
    const LikePattern *pattern = state->constant;
    const Text *texts = ARG(call, 0, Text);
    bool *outs = OUT(call, bool), negated = state->negated;
    (void)err;
    if (pattern->kind == LIKE_EQUAL) {
        Text wanted = text_make(pattern->literal.data, (uint32_t)pattern->literal.length);
        ROW_LOOP(call, row, outs[row] = text_equal(&texts[row], &wanted) != negated;);
    } else if (pattern->kind == LIKE_PREFIX) {
        Str literal = pattern->literal;
        ROW_LOOP(call, row,
                 outs[row] = (texts[row].length >= literal.length &&
                              memcmp(text_bytes(&texts[row]), literal.data, literal.length) == 0) !=
                             negated;);
    } else {
        ROW_LOOP(call, row, outs[row] = like_match(pattern, text_str(&texts[row])) != negated;);
    }
    return OK;
}

static Status ilike_constant(EvalCall *call, Err *err)
{
    const LikeState *state = call->state;
    Buf folded;
    (void)err;
    buf_init(&folded);
    EACH_ROW(call, row)
    OUT(call, bool)
    [row] = like_match(state->constant, fold(text_str(&ARG(call, 0, Text)[row]), &folded)) !=
            state->negated;
    buf_deinit(&folded);
    return OK;
}

/* Patterns from a column: taken apart again when they change. */
static Status like_column(EvalCall *call, Err *err)
{
    const LikeState *state = call->state;
    LikePattern pattern;
    const Text *known = NULL, *known_escape = NULL;
    Status status = OK;
    Buf folded;
    buf_init(&folded);
    EACH_ROW(call, row)
    {
        const Text *text = &ARG(call, 1, Text)[row];
        const Text *escape = call->arg_count > 2 ? &ARG(call, 2, Text)[row] : NULL;
        if (!known || !text_equal(known, text) || (escape && !text_equal(known_escape, escape))) {
            Str escape_str = escape ? text_str(escape) : STR("\\");
            status = compile(state, text_str(text), &escape_str, &pattern, call->scratch, -1, err);
            if (status != OK) {
                call->failed_row = row;
                break;
            }
            known = text;
            known_escape = escape;
        }
        Str in = text_str(&ARG(call, 0, Text)[row]);
        OUT(call, bool)
        [row] = like_match(&pattern, state->folds ? fold(in, &folded) : in) != state->negated;
    }
    buf_deinit(&folded);
    return status;
}

static Status bind(const BindCall *call, FnBinding *binding, bool folds, bool negated, Err *err)
{
    LikeState *state = ARENA_NEW(call->arena, LikeState);
    const Str *text, *escape = NULL;
    *state = (LikeState){.folds = folds, .negated = negated};
    binding->state = state;
    binding->eval = like_column;
    TRY(bind_constant_text(call, binding, 1, &text, err));
    if (call->arg_count > 2)
        TRY(bind_constant_text(call, binding, 2, &escape, err));
    if (!text || (call->arg_count > 2 && !escape))
        return OK;
    LikePattern *pattern = ARENA_NEW(call->arena, LikePattern);
    TRY(compile(state, *text, escape, pattern, call->arena, call->position, err));
    state->constant = pattern;
    binding->eval = folds ? ilike_constant : like_constant;
    binding->flags = FN_STRICT;
    return OK;
}
#define BIND(name, folds, negated)                                                                 \
    static Status name(const BindCall *call, FnBinding *binding, Err *err)                         \
    {                                                                                              \
        return bind(call, binding, folds, negated, err);                                           \
    }
BIND(bind_like, false, false)
BIND(bind_not_like, false, true)
BIND(bind_ilike, true, false)
BIND(bind_not_ilike, true, true)

#define FAILS (FN_STRICT | FN_CAN_FAIL)

extern const ScalarFn fn_like[];
const ScalarFn fn_like[] = {
    {"like", "b(ss?s)", FAILS, NULL, bind_like},
    {"not_like", "b(ss?s)", FAILS, NULL, bind_not_like},
    {"ilike", "b(ss?s)", FAILS, NULL, bind_ilike},
    {"not_ilike", "b(ss?s)", FAILS, NULL, bind_not_ilike},
    {"~~", "b(ss)", FAILS, NULL, bind_like},
    {"!~~", "b(ss)", FAILS, NULL, bind_not_like},
    {"~~*", "b(ss)", FAILS, NULL, bind_ilike},
    {"!~~*", "b(ss)", FAILS, NULL, bind_not_ilike},
    {NULL, NULL, 0, NULL, NULL},
};
