/*
 * width.h - how many columns of a terminal text takes, and text made fit to be shown there.
 *
 * Knows the wide blocks (CJK, emoji) and the blocks of combining characters; needs no locale.
 */
#ifndef STREAMD_CLI_WIDTH_H
#define STREAMD_CLI_WIDTH_H

#include "base/buf.h"
#include "base/str.h"

/* The character that begins at `at` (< end); *length: its bytes, at least 1.  A byte that is no
 * UTF-8 counts as a character of its own, U+FFFD. */
uint32_t width_character(const char *at, const char *end, size_t *length);
int width_of(uint32_t character); /* 0, 1 or 2 */
size_t width_text(Str text);      /* columns; control characters count as 0 */
/* Appends text with control characters and invalid bytes escaped (\n, \t, \x1b), so that it stays
 * on its line and cannot command the terminal. */
void width_escape(Buf *out, Str text);
void width_pad(Buf *out, size_t columns); /* blanks */

#endif
