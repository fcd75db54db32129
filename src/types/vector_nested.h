/* vector_nested.h - room for list elements; for the vector_*.c files. */
#ifndef STREAMD_TYPES_VECTOR_NESTED_H
#define STREAMD_TYPES_VECTOR_NESTED_H

#include "types/vector.h"

/* Moves a FLAT vector with `used` rows to new memory for `rows` rows. */
void vector_grow(Vector *vector, Arena *arena, uint32_t used, uint32_t rows);
/* Room for `more` elements behind those in the child of a FLAT ARRAY vector. */
void vector_reserve_elements(Vector *vector, Arena *arena, uint32_t more);
void vector_fill_valid(uint64_t *bits, uint32_t at, uint32_t count);
uint64_t *vector_make_valid(Arena *arena, uint32_t rows); /* all set */

#endif
