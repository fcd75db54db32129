/*
 * csv_sniff.h - a file's dialect of CSV, from its first rows, as far as it was not given.
 *
 * The delimiter is one of , ; tab | under which most rows have as many fields as the first.  When
 * rows are left that do not fit, or there is but one column, and all rows would fit if # began comments, a backslash escaped quotes, or
 * fields stood in apostrophes, then it does.
 */
#ifndef STREAMD_IO_CSV_SNIFF_H
#define STREAMD_IO_CSV_SNIFF_H

#include "io/csv_walk.h"

/* Changes walk->dialect, which is *dialect; the first row is at or behind `start`. */
void csv_sniff(CsvDialect *dialect, const OptionList *given, CsvWalk *walk, size_t start);

#endif
