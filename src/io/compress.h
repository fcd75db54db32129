/*
 * compress.h - .gz and .zst as streams of bytes: any number of members (gzip) or frames (zstd) one
 * after the other, read and written.
 */
#ifndef STREAMD_IO_COMPRESS_H
#define STREAMD_IO_COMPRESS_H

#include "base/buf.h"
#include "base/str.h"

typedef enum Compression { COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_ZSTD } Compression;

/* By the extension .gz or .zst. */
Compression compression_of_path(const char *path);
const char *compression_extension(Compression compression); /* "", ".gz", ".zst" */

typedef struct Inflater Inflater;
Inflater *inflater_new(Compression compression);
void inflater_free(Inflater *inflater); /* NULL allowed */
/* Takes bytes from `in` and gives content to `out`; *used and *made say how many. Nothing of
 * either: more input is needed.  22000 naming the file when the bytes are not of the format. */
Status inflater_run(Inflater *inflater, const char *in, size_t in_size, size_t *used, char *out,
                    size_t out_size, size_t *made, const char *path, Err *err) MUST_CHECK;
/* What was given so far ends with a whole member (or is nothing). */
bool inflater_whole(const Inflater *inflater);

typedef struct Deflater Deflater;
Deflater *deflater_new(Compression compression);
void deflater_free(Deflater *deflater); /* NULL allowed */
void deflater_add(Deflater *deflater, const char *bytes, size_t count, Buf *out);
/* Ends the member, if one was begun; what comes next begins another. */
void deflater_finish(Deflater *deflater, Buf *out);

#endif
