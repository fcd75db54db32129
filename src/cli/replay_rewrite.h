/*
 * replay_rewrite.h - a production script made harmless and repeatable, statement by statement.
 *
 * - What the script writes goes below a folder of its own: the paths of tables that it inserts
 * into, wherever they are written (the tables that read them back, FROM 'path', COPY … TO 'path').
 * - Tables with a recorded input read that file instead of their socket or folder.
 * - A socket without one is an error; one that is written to becomes a file.
 *
 * The script is read ahead once, so that a table that is declared before its INSERT is known.
 */
#ifndef STREAMD_CLI_REPLAY_REWRITE_H
#define STREAMD_CLI_REPLAY_REWRITE_H

#include "base/list.h"
#include "cli/args.h"

typedef struct RewriteTable {
    const char *name, *path; /* path NULL: none */
} RewriteTable;

/* Text that stands in place of a literal. */
typedef struct RewriteEdit {
    size_t at, old_length, new_length; /* in the original */
} RewriteEdit;

typedef struct Rewrite {
    Arena *arena;
    const char *folder; /* absolute */
    const InputArg *inputs;
    size_t input_count;
    LIST(RewriteTable) tables;
    LIST(const char *) targets; /* of INSERT */
    LIST(const char *) paths;   /* that are written */
    LIST(RewriteEdit) edits;    /* of the statement at hand */
} Rewrite;

void rewrite_init(Rewrite *rewrite, Arena *arena, const char *folder, const InputArg *inputs,
                  size_t input_count);
void rewrite_deinit(Rewrite *rewrite);
void rewrite_read_ahead(Rewrite *rewrite, Str script);
/* *out is to be run; in the arena, or the statement itself. */
Status rewrite_statement(Rewrite *rewrite, Str statement, Str *out, Err *err) MUST_CHECK;
/* Makes a position in what ran one in the statement. */
void rewrite_position(const Rewrite *rewrite, Err *err);
/* Paths below the folder as the script has them. */
void rewrite_restore(const Rewrite *rewrite, Buf *text);

#endif
