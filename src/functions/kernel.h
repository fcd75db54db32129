/*
 * kernel.h - what the kernels of this room share: loops over the selected rows,
 * errors of a row, and the arguments that bind functions look at.
 *
 * A kernel's usual shape is one MAP1/MAP2 line: an expression of x (and y) that
 * is computed for each row, in a plain loop when no selection is set so that
 * the compiler can vectorise it.  Kernels that may fail loop by EACH_ROW and
 * leave by eval_fail.
 */
#ifndef STREAMD_FUNCTIONS_KERNEL_H
#define STREAMD_FUNCTIONS_KERNEL_H

#include "catalog/function.h"
#include "functions/registry.h"

#define ARG(call, i, T) ((const T *)(call)->args[i]->data)
#define OUT(call, T)    ((T *)(call)->out->data)

static inline uint32_t eval_row(const EvalCall *call, uint32_t i)
{
    return call->sel ? call->sel[i] : i;
}

/* for each row to compute, in order */
#define EACH_ROW(call, row)                                                                        \
    for (uint32_t each_i_ = 0, row = 0;                                                            \
         each_i_ < (call)->count && (row = eval_row((call), each_i_), true); each_i_++)

static inline bool arg_is_null(const EvalCall *call, int arg, uint32_t row)
{
    const uint64_t *valid = call->args[arg]->valid;
    return valid && !bitmap_get(valid, row);
}
static inline void out_null(EvalCall *call, uint32_t row)
{
    const size_t size = type_size(call->out->type);
    memset((char *)call->out->data + row * size, 0, size); /* text under a NULL stays readable */
    vector_set_null(call->out, call->scratch, row, call->rows);
}

/* Runs `...` with `row` for each row; two copies, the first free of the selection. */
#define ROW_LOOP(call, row, ...)                                                                   \
    do {                                                                                           \
        const uint32_t loop_count_ = (call)->count;                                                \
        const uint16_t *loop_sel_ = (call)->sel;                                                   \
        if (!loop_sel_) {                                                                          \
            for (uint32_t row = 0; row < loop_count_; row++) {                                     \
                __VA_ARGS__                                                                        \
            }                                                                                      \
        } else {                                                                                   \
            for (uint32_t loop_i_ = 0; loop_i_ < loop_count_; loop_i_++) {                         \
                const uint32_t row = loop_sel_[loop_i_];                                           \
                __VA_ARGS__                                                                        \
            }                                                                                      \
        }                                                                                          \
    } while (0)

/* A kernel that cannot fail: out = expr of x. */
#define MAP1(name, TX, TO, ...)                                                                    \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        const TX *restrict xs = ARG(call, 0, TX);                                                  \
        TO *restrict outs = OUT(call, TO);                                                         \
        (void)err;                                                                                 \
        ROW_LOOP(call, row, const TX x = xs[row]; outs[row] = (TO)(__VA_ARGS__););                 \
        return OK;                                                                                 \
    }

/* The same of x and y. */
#define MAP2(name, TX, TY, TO, ...)                                                                \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        const TX *restrict xs = ARG(call, 0, TX);                                                  \
        const TY *restrict ys = ARG(call, 1, TY);                                                  \
        TO *restrict outs = OUT(call, TO);                                                         \
        (void)err;                                                                                 \
        ROW_LOOP(call, row, const TX x = xs[row]; const TY y = ys[row];                            \
                 outs[row] = (TO)(__VA_ARGS__););                                                  \
        return OK;                                                                                 \
    }

/* A kernel whose rows fail one by one: `one` is Status (*)(EvalCall *, uint32_t row, Err *). */
#define EACH(name, one)                                                                            \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        EACH_ROW(call, row)                                                                        \
        {                                                                                          \
            Status status_ = one(call, row, err);                                                  \
            if (status_ != OK) {                                                                   \
                call->failed_row = row;                                                            \
                return status_;                                                                    \
            }                                                                                      \
        }                                                                                          \
        return OK;                                                                                 \
    }

/* FAIL at a row. */
#define eval_fail(call, row, err, ...) ((call)->failed_row = (row), err_set((err), __VA_ARGS__))

/* "integer out of range" and its like. */
Status kernel_out_of_range(EvalCall *call, uint32_t row, TypeId id, Err *err);
Status kernel_overflow(EvalCall *call, uint32_t row, Err *err); /* 22003 of FLOAT and DOUBLE */
Status kernel_underflow(EvalCall *call, uint32_t row,
                        Err *err); /* the same, of too small a value */
Status kernel_zero_divide(EvalCall *call, uint32_t row, Err *err); /* 22012 */
Status kernel_decimal_overflow(EvalCall *call, uint32_t row, Err *err);
const char *kernel_range_message(TypeId id);

/* ---- for bind functions ---- */

/* The constant argument `i`, cast to the bound argument type.  *value is NULL when the argument is
 * not constant. */
Status bind_constant(const BindCall *call, const FnBinding *binding, int i, const Value **value,
                     Err *err) MUST_CHECK;
/* The same as text; NULL when it is not constant or is NULL. */
Status bind_constant_text(const BindCall *call, const FnBinding *binding, int i, const Str **text,
                          Err *err) MUST_CHECK;
/* 42883: the function does not take these arguments. */
Status bind_no_overload(const BindCall *call, const char *name, Err *err);

/* Builds a Text result from bytes that live as long as the batch. */
static inline Text text_from(const char *bytes, size_t length)
{
    return text_make(bytes, (uint32_t)length);
}
enum { KERNEL_TEXT_MAX = 256 * 1024 * 1024 }; /* longer results are 54000 */
/* 54000 for a result longer than KERNEL_TEXT_MAX. */
Status kernel_too_long(EvalCall *call, uint32_t row, Err *err);

/* 10^n, n in 0…38. */
extern const u128 kernel_pow10[39];

#endif
