/*
 * sink_print.h - the connectors `print` and `stdout`: rows as csv (or the table's format) on the
 * standard output, as they come.
 */
#ifndef STREAMD_IO_SINK_PRINT_H
#define STREAMD_IO_SINK_PRINT_H

#include "catalog/connector.h"

/* Where rows of these connectors go from now on, for the whole process: 1 at start, a file in
 * replay. */
void sink_print_to(int fd);

Status sink_print_describe(const Relation *table, SinkTraits *traits, Err *err);
Status sink_print_open_as(const SinkClass *class, Sink **out, const SinkConfig *config, Err *err);
Status sink_print_write(Sink *sink, const Batch *batch, Err *err);
Status sink_print_write_bytes(Sink *sink, const char *bytes, size_t count, uint64_t rows, Err *err);
Status sink_print_stage(Sink *sink, bool roll, RowStore *out, Err *err);
Status sink_print_nothing(Sink *sink, Err *err);
void sink_print_close(Sink *sink);

#endif
