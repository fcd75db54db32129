/*
 * corpus.h - the statements of corpus.sql, one by one.
 */
#ifndef STREAMD_TESTS_CORPUS_H
#define STREAMD_TESTS_CORPUS_H

#include "base/buf.h"
#include "base/list.h"
#include "base/str.h"

typedef struct Corpus {
    Buf script;
    LIST(Str) statements; /* point into the script */
} Corpus;

/* Exits the process if the file cannot be read. */
void corpus_read(Corpus *corpus, const char *path);
void corpus_free(Corpus *corpus);
void corpus_read_file(Buf *out, const char *path);

#endif
