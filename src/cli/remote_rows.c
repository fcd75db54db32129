/* remote_rows.c - see remote_rows.h. */
#include "cli/remote_rows.h"

void remote_rows_init(RemoteRows *rows)
{
    *rows = (RemoteRows){0};
    arena_init(&rows->shape);
    arena_init(&rows->text);
}

void remote_rows_deinit(RemoteRows *rows)
{
    arena_deinit(&rows->shape);
    arena_deinit(&rows->text);
}

static const struct OidShape {
    Oid oid, array_oid;
    TypeId type;
    CellShape shape;
    bool parsed; /* its text is written anew */
} oid_shapes[] = {
    {16, 1000, TYPE_BOOLEAN, CELL_BOOLEAN, true},
    {20, 1016, TYPE_BIGINT, CELL_NUMBER, false},
    {21, 1005, TYPE_SMALLINT, CELL_NUMBER, false},
    {23, 1007, TYPE_INT, CELL_NUMBER, false},
    {700, 1021, TYPE_FLOAT, CELL_NUMBER, true},
    {701, 1022, TYPE_DOUBLE, CELL_NUMBER, true},
    {1700, 1231, TYPE_DECIMAL, CELL_NUMBER, false},
    {114, 199, TYPE_JSON, CELL_JSON, false},
    {25, 1009, TYPE_VARCHAR, CELL_TEXT, false},
    {1043, 1015, TYPE_VARCHAR, CELL_TEXT, false},
    /* bytes, dates and times are text here */
    {17, 1001, TYPE_VARCHAR, CELL_TEXT, false},
    {1082, 1182, TYPE_VARCHAR, CELL_TEXT, false},
    {1083, 1183, TYPE_VARCHAR, CELL_TEXT, false},
    {1114, 1115, TYPE_VARCHAR, CELL_TEXT, false},
    {1184, 1185, TYPE_VARCHAR, CELL_TEXT, false},
    {1186, 1187, TYPE_VARCHAR, CELL_TEXT, false},
};

/* What a column's values are kept as. */
static Type column_type(RemoteRows *rows, Oid oid, CellShape *shape)
{
    *shape = CELL_TEXT;
    for (size_t i = 0; i < sizeof oid_shapes / sizeof *oid_shapes; i++) {
        const struct OidShape *known = &oid_shapes[i];
        if (known->oid == oid) {
            *shape = known->shape;
            return type_of(known->parsed ? known->type : TYPE_VARCHAR);
        }
        /* A DECIMAL's scale is not in its OID; its array stays text. */
        if (known->array_oid == oid && known->type != TYPE_DECIMAL) {
            *shape = CELL_NESTED;
            Type *element = ARENA_NEW(&rows->shape, Type);
            *element = type_of(known->type);
            return type_array(element);
        }
    }
    return type_of(TYPE_VARCHAR);
}

static void make_vectors(RemoteRows *rows)
{
    arena_reset(&rows->text);
    rows->rows = 0;
    rows->vectors = ARENA_ARRAY(&rows->text, Vector, rows->column_count + 1);
    for (int i = 0; i < rows->column_count; i++)
        vector_make(&rows->vectors[i], &rows->text, rows->columns[i].type, VECTOR_ROWS, true);
}

void remote_rows_begin(RemoteRows *rows, const Client *client, const PGresult *result)
{
    arena_reset(&rows->shape);
    rows->column_count = client->nfields(result);
    rows->columns = ARENA_ARRAY(&rows->shape, PhysicalColumn, rows->column_count + 1);
    rows->unsized = ARENA_ARRAY(&rows->shape, bool, rows->column_count + 1);
    rows->shapes = ARENA_ARRAY(&rows->shape, CellShape, rows->column_count + 1);
    for (int i = 0; i < rows->column_count; i++) {
        rows->columns[i].name = arena_strdup(&rows->shape, client->fname(result, i));
        rows->columns[i].type = column_type(rows, client->ftype(result, i), &rows->shapes[i]);
        rows->unsized[i] = rows->columns[i].type.id == TYPE_ARRAY;
    }
    make_vectors(rows);
}

/* PostgreSQL's array types do not say how many dimensions there are; "{{1,2},{3,4}}" does. */
static void size_array(RemoteRows *rows, int column, Str text)
{
    rows->unsized[column] = false;
    Type type = rows->columns[column].type;
    for (size_t i = 1; i < text.length && text.data[i] == '{'; i++) {
        Type *element = ARENA_NEW(&rows->shape, Type);
        *element = type;
        type = type_array(element);
    }
    rows->columns[column].type = type;
    vector_make(&rows->vectors[column], &rows->text, type, VECTOR_ROWS, true);
    for (uint32_t row = 0; row < rows->rows; row++)
        vector_set_null(&rows->vectors[column], &rows->text, row, VECTOR_ROWS);
}

static Status add_value(RemoteRows *rows, int column, Str text, Err *err)
{
    Value value;
    if (rows->unsized[column])
        size_array(rows, column, text);
    if (rows->columns[column].type.id == TYPE_VARCHAR)
        value = value_text(&rows->text, text);
    else
        TRY(value_parse(rows->columns[column].type, text, NULL, &rows->text, &value, err));
    vector_set_value(&rows->vectors[column], &rows->text, rows->rows, VECTOR_ROWS, &value);
    return OK;
}

Status remote_rows_add(RemoteRows *rows, const Client *client, const PGresult *result,
                       Render *render, Err *err)
{
    for (int row = 0, count = client->ntuples(result); row < count; row++) {
        for (int i = 0; i < rows->column_count; i++) {
            Str text = {client->getvalue(result, row, i),
                        (size_t)client->getlength(result, row, i)};
            if (client->getisnull(result, row, i))
                vector_set_null(&rows->vectors[i], &rows->text, rows->rows, VECTOR_ROWS);
            else
                TRY(add_value(rows, i, text, err));
        }
        if (++rows->rows == VECTOR_ROWS)
            TRY(remote_rows_flush(rows, render, err));
    }
    return OK;
}

Status remote_rows_flush(RemoteRows *rows, Render *render, Err *err)
{
    if (!rows->rows)
        return OK;
    Batch batch = {.cols = rows->vectors,
                   .col_count = (uint16_t)rows->column_count,
                   .row_count = (uint16_t)rows->rows};
    Status status = render_rows(render, &batch, err);
    make_vectors(rows);
    return status;
}
