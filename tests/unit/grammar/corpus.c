#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include "grammar/parse.h"

void corpus_read_file(Buf *out, const char *path)
{
    enum { STEP = 65536 };
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    buf_init(out);
    for (size_t got = 1; got;) {
        got = fread(buf_reserve(out, STEP), 1, STEP, file);
        out->length += got;
    }
    fclose(file);
}

void corpus_read(Corpus *corpus, const char *path)
{
    size_t offset = 0;
    ParsePiece piece;
    memset(corpus, 0, sizeof *corpus);
    corpus_read_file(&corpus->script, path);
    while (parse_next((Str){corpus->script.data, corpus->script.length}, &offset, true, &piece))
        list_push(&corpus->statements, piece.text);
}

void corpus_free(Corpus *corpus)
{
    list_free(&corpus->statements);
    buf_deinit(&corpus->script);
}
