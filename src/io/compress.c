/* compress.c - see compress.h; zlib and libzstd do the work. */
#include "io/compress.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { GZIP_WINDOW = 15 + 16, OUT_STEP = 64 * 1024, PIECE = 1 << 30 };

Compression compression_of_path(const char *path)
{
    Str name = str_from(path);
    if (str_has_suffix(name, STR(".gz")))
        return COMPRESSION_GZIP;
    return str_has_suffix(name, STR(".zst")) ? COMPRESSION_ZSTD : COMPRESSION_NONE;
}

const char *compression_extension(Compression compression)
{
    return compression == COMPRESSION_GZIP ? ".gz" : compression == COMPRESSION_ZSTD ? ".zst" : "";
}

struct Inflater {
    Compression compression;
    z_stream gzip;
    ZSTD_DStream *zstd;
    bool inside; /* of a member */
};

static void *checked(void *made)
{
    if (!made)
        abort(); /* out of memory */
    return made;
}

Inflater *inflater_new(Compression compression)
{
    Inflater *inflater = mem_zalloc(sizeof *inflater);
    inflater->compression = compression;
    if (compression == COMPRESSION_ZSTD)
        inflater->zstd = checked(ZSTD_createDStream());
    else if (inflateInit2(&inflater->gzip, GZIP_WINDOW) != Z_OK)
        abort();
    return inflater;
}

void inflater_free(Inflater *inflater)
{
    if (!inflater)
        return;
    if (inflater->zstd)
        (void)ZSTD_freeDStream(inflater->zstd);
    else
        (void)inflateEnd(&inflater->gzip);
    free(inflater);
}

static Status run_gzip(Inflater *inflater, const char *in, size_t in_size, size_t *used, char *out,
                       size_t out_size, size_t *made, const char *path, Err *err)
{
    z_stream *z = &inflater->gzip;
    uInt give = in_size < PIECE ? (uInt)in_size : PIECE;
    uInt room = out_size < PIECE ? (uInt)out_size : PIECE;
    union {
        const char *borrowed;
        Bytef *zlib; /* which only reads it */
    } from = {.borrowed = in};
    z->next_in = from.zlib;
    z->avail_in = give;
    z->next_out = (Bytef *)out;
    z->avail_out = room;
    if (give)
        inflater->inside = true;
    int result = inflate(z, Z_NO_FLUSH);
    *used = give - z->avail_in;
    *made = room - z->avail_out;
    if (result == Z_STREAM_END) {
        inflater->inside = false;
        if (inflateReset(z) != Z_OK)
            abort();
        return OK;
    }
    if (result == Z_MEM_ERROR)
        abort();
    if (result != Z_OK && result != Z_BUF_ERROR)
        return err_set(err, SQLSTATE_DATA, -1, "%s is not a whole gzip file: %s", path,
                       z->msg ? z->msg : "bad data");
    return OK;
}

static Status run_zstd(Inflater *inflater, const char *in, size_t in_size, size_t *used, char *out,
                       size_t out_size, size_t *made, const char *path, Err *err)
{
    ZSTD_inBuffer from = {in, in_size, 0};
    ZSTD_outBuffer to = {out, out_size, 0};
    if (in_size)
        inflater->inside = true;
    size_t result = ZSTD_decompressStream(inflater->zstd, &to, &from);
    if (ZSTD_isError(result))
        return err_set(err, SQLSTATE_DATA, -1, "%s is not a whole zstd file: %s", path,
                       ZSTD_getErrorName(result));
    if (result == 0)
        inflater->inside = false;
    *used = from.pos;
    *made = to.pos;
    return OK;
}

Status inflater_run(Inflater *inflater, const char *in, size_t in_size, size_t *used, char *out,
                    size_t out_size, size_t *made, const char *path, Err *err)
{
    *used = *made = 0;
    /* Between members there is nothing that an empty input could bring out. */
    if (!in_size && !inflater->inside)
        return OK;
    if (inflater->compression == COMPRESSION_ZSTD)
        return run_zstd(inflater, in, in_size, used, out, out_size, made, path, err);
    return run_gzip(inflater, in, in_size, used, out, out_size, made, path, err);
}

bool inflater_whole(const Inflater *inflater)
{
    return !inflater->inside;
}

struct Deflater {
    z_stream gzip;
    ZSTD_CStream *zstd;
    bool inside;
};

Deflater *deflater_new(Compression compression)
{
    Deflater *deflater = mem_zalloc(sizeof *deflater);
    if (compression == COMPRESSION_ZSTD)
        deflater->zstd = checked(ZSTD_createCStream());
    else if (deflateInit2(&deflater->gzip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
                          Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    return deflater;
}

void deflater_free(Deflater *deflater)
{
    if (!deflater)
        return;
    if (deflater->zstd)
        (void)ZSTD_freeCStream(deflater->zstd);
    else
        (void)deflateEnd(&deflater->gzip);
    free(deflater);
}

static void deflate_piece(z_stream *z, int flush, Buf *out)
{
    int result;
    do {
        z->next_out = (Bytef *)buf_reserve(out, OUT_STEP);
        z->avail_out = OUT_STEP;
        result = deflate(z, flush);
        if (result == Z_STREAM_ERROR)
            abort();
        out->length += OUT_STEP - z->avail_out;
    } while (z->avail_out == 0 || (flush == Z_FINISH && result != Z_STREAM_END));
}

static void zstd_piece(ZSTD_CStream *zstd, ZSTD_inBuffer *in, ZSTD_EndDirective end, Buf *out)
{
    size_t left;
    do {
        ZSTD_outBuffer to = {buf_reserve(out, OUT_STEP), OUT_STEP, 0};
        left = ZSTD_compressStream2(zstd, &to, in, end);
        if (ZSTD_isError(left))
            abort();
        out->length += to.pos;
    } while (end == ZSTD_e_end ? left != 0 : in->pos < in->size);
}

void deflater_add(Deflater *deflater, const char *bytes, size_t count, Buf *out)
{
    if (!count)
        return;
    deflater->inside = true;
    if (deflater->zstd) {
        ZSTD_inBuffer in = {bytes, count, 0};
        zstd_piece(deflater->zstd, &in, ZSTD_e_continue, out);
        return;
    }
    while (count) {
        uInt give = count < PIECE ? (uInt)count : PIECE;
        union {
            const char *borrowed;
            Bytef *zlib;
        } from = {.borrowed = bytes};
        deflater->gzip.next_in = from.zlib;
        deflater->gzip.avail_in = give;
        deflate_piece(&deflater->gzip, Z_NO_FLUSH, out);
        bytes += give;
        count -= give;
    }
}

void deflater_finish(Deflater *deflater, Buf *out)
{
    if (!deflater->inside)
        return;
    if (deflater->zstd) {
        ZSTD_inBuffer in = {NULL, 0, 0};
        zstd_piece(deflater->zstd, &in, ZSTD_e_end, out);
    } else {
        deflater->gzip.avail_in = 0;
        deflate_piece(&deflater->gzip, Z_FINISH, out);
        if (deflateReset(&deflater->gzip) != Z_OK)
            abort();
    }
    deflater->inside = false;
}
