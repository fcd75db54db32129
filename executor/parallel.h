/*
 * parallel.h - a piece of work done by all lanes of a pipeline at once.
 *
 * Between rounds, when no lane pushes rows: states are added up and rows are
 * sorted by every thread that the pipeline has.  Who owns the threads is the
 * engine's business; without them one thread does all the pieces in turn.
 */
#ifndef STREAMD_EXECUTOR_PARALLEL_H
#define STREAMD_EXECUTOR_PARALLEL_H

#include <stddef.h>

typedef struct Parallel {
    int lanes; /* pieces of work; 0 and 1: no threads are asked for */
    /* Calls work(arg, 0 … lanes-1), all at once if it can, and returns when all have returned.
     * Pieces must not wait for one another. */
    void (*run)(void *context, int lanes, void (*work)(void *arg, int lane), void *arg);
    void *context;
} Parallel;

static inline int parallel_lanes(const Parallel *parallel)
{
    return parallel && parallel->run && parallel->lanes > 1 ? parallel->lanes : 1;
}

static inline void parallel_run(const Parallel *parallel, void (*work)(void *arg, int lane),
                                void *arg)
{
    int lanes = parallel_lanes(parallel);
    if (lanes == 1)
        work(arg, 0);
    else
        parallel->run(parallel->context, lanes, work, arg);
}

/* Where piece `lane` of `count` things in equal shares begins; the last one ends where piece
 * `lanes` would begin. */
static inline size_t parallel_share(size_t count, int lanes, int lane)
{
    return count * (size_t)lane / (size_t)lanes;
}

#endif
