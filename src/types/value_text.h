/* value_text.h - quoting in the text of arrays and rows, for value_text.c and vector.c. */
#ifndef STREAMD_TYPES_VALUE_TEXT_H
#define STREAMD_TYPES_VALUE_TEXT_H

#include "types/value.h"

/* Quotes the element that begins at `start` of the buffer and ends it, where the form needs it. */
void value_quote_element(Buf *out, size_t start, bool in_row);

#endif
