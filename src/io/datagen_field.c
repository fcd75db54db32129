/* datagen_field.c - see datagen_field.h. */
#include "io/datagen_field.h"

#include <stdio.h>
#include <xxhash.h>
#include "io/connector_options.h"

const OptionSpec datagen_options[] = {
    {.name = "rows-per-second",
     .aliases = "rowsPerSecond",
     .kind = OPTION_INT,
     .default_value = "10000",
     .help = "how fast rows come; 0: as fast as they are read"},
    {.name = "number-of-rows",
     .aliases = "numRows",
     .kind = OPTION_INT,
     .help = "the input ends after so many"},
    {.name = "seed", .kind = OPTION_INT, .default_value = "0", .help = "other seed, other rows"},
    {.name = "fields.*.kind",
     .kind = OPTION_CHOICE,
     .choices = "random sequence",
     .default_value = "random",
     .help = "how the column's values are made"},
    {.name = "fields.*.min", .kind = OPTION_TEXT, .help = "random: the least value"},
    {.name = "fields.*.max", .kind = OPTION_TEXT, .help = "random: the greatest value"},
    {.name = "fields.*.start", .kind = OPTION_TEXT, .help = "sequence: the first value"},
    {.name = "fields.*.end", .kind = OPTION_TEXT, .help = "sequence: the last value"},
    {.name = "fields.*.step",
     .kind = OPTION_TEXT,
     .help = "sequence: from one value to the next; a duration for times"},
    {.name = "fields.*.length", .kind = OPTION_INT, .help = "random texts: their characters"},
    {.name = "fields.*.var-len",
     .kind = OPTION_BOOL,
     .default_value = "false",
     .help = "random texts: up to 'length' characters"},
    {.name = "fields.*.null-rate",
     .kind = OPTION_TEXT,
     .default_value = "0",
     .help = "the part of values that are NULL, 0 to 1"},
    {.name = "fields.*.max-past", .kind = OPTION_IGNORED},
    {.name = "rampUpTime", .kind = OPTION_IGNORED},
    {.name = "numPartitions", .kind = OPTION_IGNORED},
    {.name = NULL},
};

/* ---- options ---- */

typedef struct FieldOptions {
    const Relation *table;
    const ColumnDef *column;
    char name[256]; /* of the option looked up last */
} FieldOptions;

static const char *look_up(FieldOptions *options, const char *what)
{
    (void)snprintf(options->name, sizeof options->name, "fields.%s.%s", options->column->name,
                   what);
    return option_get(&options->table->options, datagen_options, options->name);
}

static Status bad(const FieldOptions *options, const char *why, Err *err)
{
    return connector_bad_option(options->table, options->name, why, err);
}

/* The physical integer of a value's text in the column's type. */
static Status get_integer(FieldOptions *options, const char *what, int64_t otherwise, int64_t *out,
                          Err *err)
{
    const char *text = look_up(options, what);
    Type type = options->column->type;
    *out = otherwise;
    if (!text)
        return OK;
    if (type_is_text(type)) {
        if (!text_to_i64(text, out))
            return bad(options, "must be a whole number", err);
        return OK;
    }
    union {
        int64_t i64;
        int32_t i32;
        int16_t i16;
        int8_t i8;
        i128 wide;
    } value = {.wide = 0};
    Arena arena;
    arena_init(&arena);
    Err reason = ERR_NONE;
    Status status = type_class(type)->parse(type, str_from(text), &value, &arena, &reason);
    arena_deinit(&arena);
    if (status != OK)
        return bad(options, reason.message, err);
    switch (type_size(type)) {
    case 1:
        *out = value.i8;
        break;
    case 2:
        *out = value.i16;
        break;
    case 4:
        *out = value.i32;
        break;
    case 8:
        *out = value.i64;
        break;
    default:
        if (value.wide > INT64_MAX || value.wide < INT64_MIN)
            return bad(options, "is too large", err);
        *out = (int64_t)value.wide;
    }
    return OK;
}

static Status get_double(FieldOptions *options, const char *what, double otherwise, double *out,
                         Err *err)
{
    const char *text = look_up(options, what);
    *out = otherwise;
    if (text && (!parse_f64(text, text + strlen(text), out) || !(*out - *out == 0)))
        return bad(options, "must be a finite number", err);
    return OK;
}

static Status get_step(FieldOptions *options, int64_t *step, Err *err)
{
    const char *text = look_up(options, "step");
    TypeId id = (TypeId)options->column->type.id;
    bool time = id == TYPE_TIMESTAMP || id == TYPE_TIMESTAMPTZ || id == TYPE_TIME;
    *step = time ? 1000 : 1;
    for (int i = 0; id == TYPE_DECIMAL && i < options->column->type.scale && i < 18; i++)
        *step *= 10;
    if (id == TYPE_DECIMAL) {
        TRY(get_integer(options, "step", *step, step, err));
        return *step != 0 ? OK : bad(options, "must not be 0", err);
    }
    bool good = !text || (time ? text_to_duration_us(text, step) : text_to_i64(text, step));
    if (!good)
        return bad(options, time ? "must be a duration" : "must be a whole number", err);
    return *step != 0 ? OK : bad(options, "must not be 0", err);
}

/* What an integer column holds when nothing is said. */
static void default_range(Type type, int64_t *least, int64_t *most)
{
    *least = 0;
    switch ((TypeId)type.id) {
    case TYPE_TINYINT:
        *least = INT8_MIN;
        *most = INT8_MAX;
        return;
    case TYPE_SMALLINT:
        *least = INT16_MIN;
        *most = INT16_MAX;
        return;
    case TYPE_INT:
        *least = INT32_MIN;
        *most = INT32_MAX;
        return;
    case TYPE_BIGINT:
        *least = INT64_MIN;
        *most = INT64_MAX;
        return;
    case TYPE_BOOLEAN:
        *most = 1;
        return;
    case TYPE_TIME:
        *most = US_PER_DAY - 1;
        return;
    case TYPE_DATE: /* 2000-01-01 … 2029-12-31 */
        *least = 10957;
        *most = 21914;
        return;
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
        *least = 10957 * US_PER_DAY;
        *most = 21915 * US_PER_DAY - 1;
        return;
    case TYPE_DECIMAL: {
        int64_t limit = 1;
        for (int i = 0; i < type.precision && i < 18; i++)
            limit *= 10;
        *most = limit - 1;
        return;
    }
    case TYPE_NULL:
    case TYPE_FLOAT:
    case TYPE_DOUBLE:
    case TYPE_VARCHAR:
    case TYPE_BYTES:
    case TYPE_INTERVAL:
    case TYPE_ARRAY:
    case TYPE_ROW:
    case TYPE_JSON:
    case TYPE_COUNT:
        break;
    }
    *most = INT64_MAX;
}

static Status init_sequence(DatagenField *field, FieldOptions *options, Err *err)
{
    int64_t end;
    if (field->physical == PHYSICAL_F32 || field->physical == PHYSICAL_F64 ||
        field->physical == PHYSICAL_BOOL)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                       "a sequence in column %s is not supported yet", options->column->name);
    TRY(get_integer(options, "start", 0, &field->start, err));
    TRY(get_step(options, &field->step, err));
    field->count = INT64_MAX;
    TRY(get_integer(options, "end", INT64_MAX, &end, err));
    if (look_up(options, "end")) {
        if (field->step > 0 ? end < field->start : end > field->start)
            return bad(options, "lies before 'start'", err);
        uint64_t way = field->step > 0 ? (uint64_t)end - (uint64_t)field->start
                                       : (uint64_t)field->start - (uint64_t)end;
        uint64_t stride = field->step > 0 ? (uint64_t)field->step : -(uint64_t)field->step;
        uint64_t count = way / stride;
        field->count = count >= INT64_MAX ? INT64_MAX : (int64_t)count + 1;
    }
    return OK;
}

static Status init_random(DatagenField *field, FieldOptions *options, Err *err)
{
    if (field->physical == PHYSICAL_VIEW) {
        const char *text = look_up(options, "length");
        int64_t length = 100;
        if (text && (!text_to_i64(text, &length) || length < 1 || length > 1 << 20))
            return bad(options, "must lie between 1 and 1048576", err);
        if (field->type.length && length > field->type.length)
            length = field->type.length;
        field->length = (uint32_t)length;
        const char *varying = look_up(options, "var-len");
        (void)text_to_bool(varying, &field->varying);
        return OK;
    }
    if (field->physical == PHYSICAL_F32 || field->physical == PHYSICAL_F64) {
        double high;
        TRY(get_double(options, "min", 0, &field->low, err));
        TRY(get_double(options, "max", field->low < 1 ? 1 : field->low + 1, &high, err));
        field->width = high - field->low;
        return field->width >= 0 ? OK : bad(options, "lies below 'min'", err);
    }
    int64_t least, most;
    default_range(field->type, &least, &most);
    TRY(get_integer(options, "min", least, &least, err));
    TRY(get_integer(options, "max", most, &most, err));
    if (most < least)
        return bad(options, "lies below 'min'", err);
    field->least = least;
    field->span = (uint64_t)most - (uint64_t)least;
    return OK;
}

Status datagen_field_init(DatagenField *field, const Relation *table, const ColumnDef *column,
                          uint64_t seed, Err *err)
{
    FieldOptions options = {.table = table, .column = column};
    *field = (DatagenField){.type = column->type, .physical = type_physical(column->type)};
    if (field->physical == PHYSICAL_LIST || field->physical == PHYSICAL_STRUCT ||
        field->physical == PHYSICAL_INTERVAL || column->type.id == TYPE_JSON)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                       "datagen cannot make values for column %s: not supported yet", column->name);
    char name[128];
    size_t length = 0;
    for (; column->name[length] && length < sizeof name; length++)
        name[length] = (char)(column->name[length] >= 'A' && column->name[length] <= 'Z'
                                  ? column->name[length] | 0x20
                                  : column->name[length]);
    field->key = XXH3_64bits_withSeed(name, length, seed);
    double null_rate;
    TRY(get_double(&options, "null-rate", 0, &null_rate, err));
    if (null_rate < 0 || null_rate > 1)
        return bad(&options, "must lie between 0 and 1", err);
    field->null_below = null_rate >= 1 ? UINT64_MAX : (uint64_t)(null_rate * 0x1p64);
    const char *kind = look_up(&options, "kind");
    field->sequence = text_equal_nocase(kind, "sequence");
    return field->sequence ? init_sequence(field, &options, err)
                           : init_random(field, &options, err);
}

/* ---- values ---- */

/* splitmix64 of a row, and of what is drawn for it. */
static inline uint64_t draw(uint64_t key, int64_t row, uint64_t n)
{
    uint64_t z = key + ((uint64_t)row * 8 + n + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline int64_t integer_at(const DatagenField *field, int64_t row)
{
    if (field->sequence)
        return (int64_t)((uint64_t)field->start + (uint64_t)field->step * (uint64_t)row);
    uint64_t z = draw(field->key, row, 0);
    if (field->span == UINT64_MAX)
        return (int64_t)z;
    return (int64_t)((uint64_t)field->least +
                     (uint64_t)(((u128)z * ((u128)field->span + 1)) >> 64));
}

static Text text_at(const DatagenField *field, int64_t row, Arena *arena)
{
    static const char digits[] = "0123456789abcdef";
    char small[FORMAT_I64_MAX];
    if (field->sequence) {
        char *end = format_i64(small, integer_at(field, row));
        return text_make_copy(arena, small, (uint32_t)(end - small));
    }
    uint32_t length = field->length;
    if (field->varying)
        length = 1 + (uint32_t)(((u128)draw(field->key, row, 1) * length) >> 64);
    char *bytes = length <= TEXT_INLINE_BYTES ? small : arena_alloc_aligned(arena, length, 1);
    uint64_t key = draw(field->key, row, 2), z = 0;
    for (uint32_t i = 0; i < length; i++) {
        if (i % 16 == 0)
            z = draw(key, i, 0);
        bytes[i] = digits[z & 15];
        z >>= 4;
    }
    return text_make(bytes, length);
}

static inline double double_at(const DatagenField *field, int64_t row)
{
    double unit = (double)(draw(field->key, row, 0) >> 11) * 0x1p-53;
    return field->low + unit * field->width;
}

#define FILL(T, value)                                                                             \
    do {                                                                                           \
        T *to = data;                                                                              \
        for (uint32_t i = 0; i < count; i++)                                                       \
            to[i] = (T)(value);                                                                    \
    } while (0)

void datagen_field_fill(const DatagenField *field, int64_t first, uint32_t count, void *data,
                        uint64_t *valid, bool *has_null, Arena *arena)
{
    switch (field->physical) {
    case PHYSICAL_BOOL:
        FILL(bool, integer_at(field, first + i) != 0);
        break;
    case PHYSICAL_I8:
        FILL(int8_t, integer_at(field, first + i));
        break;
    case PHYSICAL_I16:
        FILL(int16_t, integer_at(field, first + i));
        break;
    case PHYSICAL_I32:
        FILL(int32_t, integer_at(field, first + i));
        break;
    case PHYSICAL_I64:
        FILL(int64_t, integer_at(field, first + i));
        break;
    case PHYSICAL_I128:
        FILL(i128, integer_at(field, first + i));
        break;
    case PHYSICAL_F32:
        FILL(float, double_at(field, first + i));
        break;
    case PHYSICAL_F64:
        FILL(double, double_at(field, first + i));
        break;
    case PHYSICAL_VIEW: {
        Text *to = data;
        for (uint32_t i = 0; i < count; i++)
            to[i] = text_at(field, first + i, arena);
        break;
    }
    case PHYSICAL_INTERVAL:
    case PHYSICAL_LIST:
    case PHYSICAL_STRUCT:
        break; /* refused by init */
    }
    *has_null = false;
    if (!field->null_below)
        return;
    memset(valid, 0, VALID_WORDS * sizeof *valid);
    for (uint32_t i = 0; i < count; i++)
        if (field->null_below == UINT64_MAX || draw(field->key, first + i, 3) < field->null_below)
            *has_null = true;
        else
            bitmap_set(valid, i);
}
