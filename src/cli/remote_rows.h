/*
 * remote_rows.h - a server's text answers as batches.
 *
 * The values whose text differs between PostgreSQL's form and ours (booleans, floats, arrays of
 * them) are parsed into their own types; all others stay text, with a shape that says what it is.
 */
#ifndef STREAMD_CLI_REMOTE_ROWS_H
#define STREAMD_CLI_REMOTE_ROWS_H

#include "cli/client.h"
#include "cli/render.h"

typedef struct RemoteRows {
    Arena shape; /* of the result */
    Arena text;  /* of the rows held */
    PhysicalColumn *columns;
    CellShape *shapes;
    bool *unsized; /* an array column whose number of dimensions no value has shown yet */
    Vector *vectors;
    int column_count;
    uint32_t rows;
} RemoteRows;

void remote_rows_init(RemoteRows *rows);
void remote_rows_deinit(RemoteRows *rows);
/* A new result with the columns of a libpq result. */
void remote_rows_begin(RemoteRows *rows, const Client *client, const PGresult *result);
/* Adds the rows of a libpq result; gives full batches and, with remote_rows_flush, the rest to the
 * renderer. */
Status remote_rows_add(RemoteRows *rows, const Client *client, const PGresult *result,
                       Render *render, Err *err) MUST_CHECK;
Status remote_rows_flush(RemoteRows *rows, Render *render, Err *err) MUST_CHECK;

#endif
