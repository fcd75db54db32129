/* source_filesystem_infer.c - see source_filesystem.h. */
#include "io/source_filesystem.h"

Status source_filesystem_infer(const Relation *table, const char *path, Arena *arena,
                               ColumnDef **columns, int *column_count, Err *err)
{
    (void)table;
    (void)arena;
    (void)columns;
    (void)column_count;
    return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                   "columns of %s cannot be inferred: not supported yet", path);
}
