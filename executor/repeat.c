/* repeat.c - see repeat.h. */
#include "executor/repeat.h"

void repeat_column(Vector *out, const Vector *in, const uint16_t *parents, uint32_t count,
                   Arena *scratch)
{
    *out = *in;
    if (in->form == VECTOR_CONST)
        return;
    if (in->form == VECTOR_DICT) {
        uint16_t *index = arena_alloc(scratch, sizeof *index * count);
        for (uint32_t i = 0; i < count; i++)
            index[i] = in->index[parents[i]];
        out->index = index;
        return;
    }
    Vector *dictionary = arena_alloc(scratch, sizeof *dictionary);
    *dictionary = *in;
    *out = (Vector){.type = in->type, .form = VECTOR_DICT, .index = parents, .child = dictionary};
}

#define GATHER(field, T, value)                                                                    \
    do {                                                                                           \
        T *to = arena_alloc(scratch, sizeof *to * count);                                          \
        for (uint32_t i = 0; i < count; i++)                                                       \
            to[i] = (value);                                                                       \
        out->field = to;                                                                           \
    } while (0)

void repeat_rows(Batch *out, const Batch *in, const uint16_t *parents, uint32_t count,
                 Arena *scratch)
{
    *out = *in;
    out->row_count = (uint16_t)count;
    out->sel = NULL;
    out->sel_count = 0;
    if (in->weight)
        GATHER(weight, int32_t, in->weight[parents[i]]);
    if (in->has_wm && in->wm)
        GATHER(wm, int64_t, in->wm[parents[i]]);
    if (in->seq)
        GATHER(seq, uint64_t, in->seq[parents[i]]);
    else
        GATHER(seq, uint64_t, in->ticket + parents[i]);
}
