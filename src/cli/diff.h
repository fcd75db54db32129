/* diff.h - two texts compared line by line, as `diff -u` shows it. */
#ifndef STREAMD_CLI_DIFF_H
#define STREAMD_CLI_DIFF_H

#include "base/buf.h"
#include "base/str.h"

/* Appends hunks with three lines of context around each difference, after the head
 * "--- <old_name>\n+++ <new_name>\n"; nothing when the texts are equal.  The script is a shortest
 * one (Myers 1986) unless the texts differ in very many lines, then it is merely right. */
void diff_unified(Buf *out, Str old_text, const char *old_name, Str new_text, const char *new_name);

#endif
