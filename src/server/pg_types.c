/* pg_types.c - see pg_types.h. */
#include "server/pg_types.h"

#include "server/pg_protocol.h"
#include "types/pg_text.h"

/* What PostgreSQL's atttypmod says of a column: precision and scale, -1: nothing. */
static int32_t type_modifier(Type type)
{
    switch ((TypeId)type.id) {
    case TYPE_DECIMAL:
        return (type.precision << 16 | type.scale) + 4;
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
        return type.precision < 6 ? type.precision : -1;
    case TYPE_NULL:
    case TYPE_BOOLEAN:
    case TYPE_TINYINT:
    case TYPE_SMALLINT:
    case TYPE_INT:
    case TYPE_BIGINT:
    case TYPE_FLOAT:
    case TYPE_DOUBLE:
    case TYPE_VARCHAR:
    case TYPE_BYTES:
    case TYPE_DATE:
    case TYPE_INTERVAL:
    case TYPE_ARRAY:
    case TYPE_ROW:
    case TYPE_JSON:
    case TYPE_COUNT:
        break;
    }
    return -1;
}

void pg_types_describe(Buf *out, const PhysicalColumn *columns, int count)
{
    size_t at = pg_begin(out, 'T');
    pg_add_i16(out, count);
    for (int i = 0; i < count; i++) {
        pg_add_cstring(out, columns[i].name);
        pg_add_i32(out, 0); /* no table of its own */
        pg_add_i16(out, 0);
        pg_add_i32(out, (int32_t)type_pg_oid(columns[i].type));
        pg_add_i16(out, type_class(columns[i].type)->pg_size);
        pg_add_i32(out, type_modifier(columns[i].type));
        pg_add_i16(out, 0); /* text */
    }
    pg_end(out, at);
}

static void add_field(Buf *out, const Vector *column, uint32_t row, const Zone *zone,
                      Arena *scratch)
{
    if (column->type.id == TYPE_NULL || vector_is_null(column, row)) {
        pg_add_i32(out, -1);
        return;
    }
    size_t at = out->length;
    pg_add_i32(out, 0);
    pg_text_field(out, column, row, zone, scratch);
    size_t length = out->length - at - 4, end = out->length;
    out->length = at;
    pg_add_i32(out, (int32_t)length);
    out->length = end;
}

void pg_types_row(Buf *out, const Batch *batch, uint32_t row, const Zone *zone, Arena *scratch)
{
    size_t at = pg_begin(out, 'D');
    pg_add_i16(out, batch->col_count);
    for (uint16_t c = 0; c < batch->col_count; c++)
        add_field(out, &batch->cols[c], row, zone, scratch);
    pg_end(out, at);
}
