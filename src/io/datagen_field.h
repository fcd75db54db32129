/*
 * datagen_field.h - a generated column: its value is a function of seed, column name and row
 * number.
 */
#ifndef STREAMD_IO_DATAGEN_FIELD_H
#define STREAMD_IO_DATAGEN_FIELD_H

#include "catalog/connector.h"

typedef struct DatagenField {
    Type type;
    PhysicalClass physical;
    uint64_t key; /* of seed and name */
    bool sequence;
    int64_t start, step, count; /* sequence: count values, INT64_MAX: no end */
    int64_t least;              /* random integers: least … least + span */
    uint64_t span;
    double low, width;   /* random floats */
    uint32_t length;     /* random texts: characters */
    bool varying;        /* 1 … length of them */
    uint64_t null_below; /* NULL if a random number is below */
} DatagenField;

extern const OptionSpec datagen_options[]; /* ends with a NULL name */

/* From the options fields.<column>.…; 22023 naming the option, 0A000 for types that cannot be made.
 */
Status datagen_field_init(DatagenField *field, const Relation *table, const ColumnDef *column,
                          uint64_t seed, Err *err) MUST_CHECK;
/* Values of rows first … first + count - 1 into a FLAT vector's data; `valid` (VALID_WORDS words)
 * is used if some are NULL, and then *has_null is true. Long text goes to the arena. */
void datagen_field_fill(const DatagenField *field, int64_t first, uint32_t count, void *data,
                        uint64_t *valid, bool *has_null, Arena *arena);

#endif
