/*
 * connector_options.h - options that every table with a connector may have.
 */
#ifndef STREAMD_IO_CONNECTOR_OPTIONS_H
#define STREAMD_IO_CONNECTOR_OPTIONS_H

#include "catalog/catalog.h"

extern const OptionSpec connector_common_options[]; /* ends with a NULL name */

/* 'max-line-bytes', at least 1; 22023 beyond a GiB. */
Status connector_max_line_bytes(const Relation *table, int64_t *bytes, Err *err) MUST_CHECK;

/* The error of an option's value, with the position of that value in the statement. */
Status connector_bad_option(const Relation *table, const char *name, const char *why, Err *err);
/* 22023 "option 'path' is missing" when the table does not give it. */
Status connector_need_option(const Relation *table, const char *name, const char **value,
                             Err *err) MUST_CHECK;

#endif
