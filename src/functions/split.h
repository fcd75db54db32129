/*
 * split.h - cutting text at a separator, many words at a time.
 */
#ifndef STREAMD_FUNCTIONS_SPLIT_H
#define STREAMD_FUNCTIONS_SPLIT_H

#include "types/type.h"

/* How often the byte occurs. */
uint32_t split_count(const char *data, size_t length, char separator);
/* Writes the words between separators (one more than split_count) as views into the text; short
 * ones inline. Returns the end. */
Text *split_words(const Text *text, char separator, Text *out);

#endif
