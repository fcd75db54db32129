/*
 * decode_columns.h - what decoders of all formats do alike: the memory of a chunk's batches and the
 * columns that are not in the file (partition values, file_path, file_mtime, file_offset).
 *
 * All batches of a chunk live in one block of memory that is kept for the next chunk.
 */
#ifndef STREAMD_IO_DECODE_COLUMNS_H
#define STREAMD_IO_DECODE_COLUMNS_H

#include "catalog/connector.h"

typedef enum DecodeKind {
    DECODE_FIELD,
    DECODE_PARTITION,
    DECODE_FILE_PATH,
    DECODE_FILE_MTIME,
    DECODE_FILE_OFFSET,
    DECODE_NULL /* a metadata column that this source does not know */
} DecodeKind;

typedef struct DecodeColumn {
    Type type;
    uint8_t kind;
    bool early;
    uint16_t which; /* FIELD: among the PHYSICAL columns; PARTITION: among the PARTITION columns */
    uint16_t size;
    size_t data_at, valid_at; /* where its parts are within a batch's memory */
} DecodeColumn;

typedef struct DecodeColumns {
    DecodeColumn *columns; /* the wanted ones, in order */
    uint16_t count, batch_rows;
    size_t sel_at, batch_bytes; /* the vectors stand first */
    char *memory;
    size_t capacity;
    Arena chunk_arena; /* constants of the current chunk */
    Chunk *chunk;      /* retained from begin to end */
} DecodeColumns;

/* 0A000 for types that text fields cannot hold. */
Status decode_columns_init(DecodeColumns *columns, const DecodeSpec *spec, Arena *arena,
                           Err *err) MUST_CHECK;
void decode_columns_deinit(DecodeColumns *columns);
/* Retains the chunk and makes room for its batches. */
void decode_columns_begin(DecodeColumns *columns, Chunk *chunk, uint32_t batches);
void decode_columns_end(DecodeColumns *columns); /* releases the chunk */
/* Sets up batch b with FLAT vectors (valid NULL) and the constant columns; sel is NULL. */
void decode_columns_batch(DecodeColumns *columns, uint32_t b, uint32_t rows, uint64_t first_row,
                          Batch *out);
uint64_t *decode_columns_valid(const DecodeColumns *columns, uint32_t b, uint32_t column);
uint16_t *decode_columns_sel(const DecodeColumns *columns, uint32_t b);
/* Selects the rows whose bit is not set; NULL sel if there is none set. */
void decode_columns_select(const DecodeColumns *columns, uint32_t b, const uint64_t *bad,
                           Batch *batch);

#endif
