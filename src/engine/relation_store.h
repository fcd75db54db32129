/*
 * relation_store.h - the rows of a materialized view or an internal table, and
 * the log of their changes for those who follow.
 *
 * SQL tables in a Store (the job's, or the internal table's own):
 *
 *     rows       the rows as of the last commit, by derived key or in order of arrival
 *     changes    (seq, weight, row…): what changed, kept while a follower still needs it
 *     followers  (name, seq): how far each follower has committed
 *     writers    (job, epoch): the last epoch of each job that was applied to an internal table
 *
 * Writes happen inside the store's transaction, by its one writer; readers use
 * read-only connections of their own, so they see the last commit.
 */
#ifndef STREAMD_ENGINE_RELATION_STORE_H
#define STREAMD_ENGINE_RELATION_STORE_H

#include "base/thread.h"
#include "catalog/catalog.h"
#include "state/store.h"

typedef struct RelationStore {
    Store *store; /* borrowed; the writer */
    const Relation *relation;
    StateTable rows, changes; /* schemas; made in `arena` */
    uint16_t *order;          /* rows' column i is the relation's column order[i] … */
    uint16_t *given; /* … and the column given[i] of batches to apply: they have no computed ones */
    bool keyed;
    int64_t seq;   /* of the last change applied; part of the current transaction */
    int followers; /* known ones: nothing is logged without any */
    Mutex lock;    /* guards `followers` */
    Arena arena;
} RelationStore;

Status relation_store_open(RelationStore *out, Store *store, const Relation *relation,
                           Err *err) MUST_CHECK;
void relation_store_close(RelationStore *relation);

/* In an open transaction: applies rows with weights (the relation's columns in its order, but
 * computed ones). */
Status relation_store_apply(RelationStore *relation, const Batch *batch, Err *err) MUST_CHECK;
Status relation_store_clear(RelationStore *relation, Err *err) MUST_CHECK; /* every row; logged */
Status relation_store_finish(RelationStore *relation,
                             Err *err) MUST_CHECK; /* writes seq; trims the log */

/* In an open transaction, of an internal table: rows are going to be taken back, which are found by
 * these columns of batches to apply. */
Status relation_store_index(RelationStore *relation, const uint16_t *columns, uint16_t count,
                            Err *err) MUST_CHECK;
/* In an open transaction, of an internal table: the last epoch of a job that was applied (0: none),
 * and what it is now (0: the job is forgotten). */
Status relation_store_written(RelationStore *relation, int64_t job, int64_t *epoch,
                              Err *err) MUST_CHECK;
Status relation_store_set_written(RelationStore *relation, int64_t job, int64_t epoch,
                                  Err *err) MUST_CHECK;

/* In a transaction of its own: `follower` has everything up to `seq`, and the log keeps what comes
 * after. */
Status relation_store_follow(RelationStore *relation, const char *follower, int64_t seq,
                             Err *err) MUST_CHECK;
/* Their names, in the arena. */
Status relation_store_followers(const RelationStore *relation, Arena *arena, const char ***names,
                                int *count, Err *err) MUST_CHECK;
Status relation_store_unfollow(RelationStore *relation, const char *follower, Err *err) MUST_CHECK;

/* By path and schema alone, through a read-only connection: all rows as of the last commit. */
Status relation_read(const char *path, const Relation *relation, RowStore *out, int64_t *seq,
                     Err *err) MUST_CHECK;
/* The changes after `after` as rows with weights; *seq: the last one there. */
Status relation_read_changes(const char *path, const Relation *relation, int64_t after,
                             RowStore *out, int64_t *seq, Err *err) MUST_CHECK;

#endif
