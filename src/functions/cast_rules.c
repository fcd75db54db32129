/*
 * cast_rules.c - the implicit casts and the common type of two types.
 *
 * The rules are PostgreSQL's, except that whole numbers beside FLOAT give DOUBLE
 * everywhere (PostgreSQL: in operators only), since FLOAT cannot hold them.
 */
#include "functions/cast_rules.h"
#include "functions/registry.h"
#include "types/parse_scan.h"

static int integer_rank(uint8_t id)
{
    return id == TYPE_TINYINT    ? 1
           : id == TYPE_SMALLINT ? 2
           : id == TYPE_INT      ? 3
           : id == TYPE_BIGINT   ? 4
                                 : 0;
}

Type cast_decimal_of(Type type)
{
    static const uint8_t digits[] = {0, 3, 5, 10, 19};
    if (type.id == TYPE_DECIMAL)
        return type;
    return type_decimal(digits[integer_rank(type.id)] ? digits[integer_rank(type.id)] : 38, 0);
}

Type cast_decimal_of_text(Str text)
{
    int whole = 0, scale = 0;
    bool point = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '.')
            point = true;
        else if (c >= '0' && c <= '9')
            *(point ? &scale : &whole) += 1;
        else if (c == 'e' || c == 'E')
            return type_decimal(38, 10);
    }
    if (scale > 37)
        scale = 37;
    if (whole < 1)
        whole = 1;
    return type_decimal(whole + scale > 38 ? 38 : whole + scale, scale);
}

int cast_cost(Type from, Type to)
{
    int from_rank = integer_rank(from.id), to_rank = integer_rank(to.id);
    if (from.id == TYPE_NULL)
        return 0;
    if (from.id == to.id) {
        if (from.id == TYPE_ARRAY && from.element && to.element)
            return cast_cost(*from.element, *to.element);
        return 0;
    }
    if (from_rank && to_rank)
        return from_rank < to_rank ? to_rank - from_rank : -1;
    if (from_rank)
        return to.id == TYPE_DOUBLE ? 5 : to.id == TYPE_DECIMAL ? 6 : to.id == TYPE_FLOAT ? 9 : -1;
    if (from.id == TYPE_FLOAT)
        return to.id == TYPE_DOUBLE ? 1 : -1;
    if (from.id == TYPE_DECIMAL)
        return to.id == TYPE_DOUBLE ? 4 : to.id == TYPE_FLOAT ? 10 : -1;
    if (from.id == TYPE_DATE)
        return to.id == TYPE_TIMESTAMP ? 2 : to.id == TYPE_TIMESTAMPTZ ? 3 : -1;
    if (from.id == TYPE_TIMESTAMP)
        return to.id == TYPE_TIMESTAMPTZ ? 1 : -1;
    return -1;
}

bool cast_is_implicit(Type from, Type to)
{
    return cast_cost(from, to) >= 0;
}

static Type common_decimal(Type a, Type b)
{
    Type x = cast_decimal_of(a), y = cast_decimal_of(b);
    int scale = x.scale > y.scale ? x.scale : y.scale;
    int whole_x = x.precision - x.scale, whole_y = y.precision - y.scale;
    int precision = (whole_x > whole_y ? whole_x : whole_y) + scale;
    return type_decimal(precision > 38 ? 38 : precision, scale);
}

static int second_digits(Str text)
{
    int digits = 0;
    bool point = false;
    for (size_t i = 0; i < text.length && !(point && !scan_is_digit(text.data[i])); i++) {
        digits += point;
        point |= text.data[i] == '.';
    }
    return digits > 6 ? 6 : digits;
}

Type type_with_literal(Type type, Str literal)
{
    int digits;
    switch (type.id) {
    case TYPE_DECIMAL:
        return common_decimal(type, cast_decimal_of_text(literal));
    case TYPE_VARCHAR:
        if (type.length && utf8_count(literal.data, literal.length) > type.length)
            type.length = 0;
        return type;
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
        digits = second_digits(literal);
        type.precision = (uint8_t)(digits > type.precision ? digits : type.precision);
        return type;
    default:
        return type;
    }
}

static bool common_numeric(Type a, Type b, Type *out)
{
    if (!type_is_numeric(a) || !type_is_numeric(b))
        return false;
    bool a_float = a.id == TYPE_FLOAT || a.id == TYPE_DOUBLE;
    bool b_float = b.id == TYPE_FLOAT || b.id == TYPE_DOUBLE;
    if (a_float || b_float)
        *out = type_of(a.id == TYPE_FLOAT && b.id == TYPE_FLOAT ? TYPE_FLOAT : TYPE_DOUBLE);
    else if (a.id == TYPE_DECIMAL || b.id == TYPE_DECIMAL)
        *out = common_decimal(a, b);
    else
        *out = integer_rank(a.id) > integer_rank(b.id) ? a : b;
    return true;
}

static bool is_datetime(uint8_t id)
{
    return id == TYPE_DATE || id == TYPE_TIMESTAMP || id == TYPE_TIMESTAMPTZ;
}

static bool common_datetime(Type a, Type b, Type *out)
{
    if (!is_datetime(a.id) || !is_datetime(b.id))
        return false;
    uint8_t precision = a.precision > b.precision ? a.precision : b.precision;
    *out = a;
    if (a.id == TYPE_DATE && b.id == TYPE_DATE)
        return true;
    out->id =
        a.id == TYPE_TIMESTAMPTZ || b.id == TYPE_TIMESTAMPTZ ? TYPE_TIMESTAMPTZ : TYPE_TIMESTAMP;
    out->precision = precision;
    return true;
}

Status type_common(Type a, Type b, Type *out, int32_t position, Err *err)
{
    if (a.id == TYPE_NULL || b.id == TYPE_NULL) {
        *out = a.id == TYPE_NULL ? b : a;
        return OK;
    }
    if (type_equal(a, b)) {
        *out = a;
        return OK;
    }
    if (common_numeric(a, b, out) || common_datetime(a, b, out))
        return OK;
    if (a.id == b.id && a.id == TYPE_VARCHAR) {
        *out = type_varchar(0);
        return OK;
    }
    if (a.id == b.id && a.id != TYPE_ARRAY && a.id != TYPE_ROW) {
        *out = a.precision >= b.precision ? a : b;
        return OK;
    }
    if (a.id == TYPE_ARRAY && b.id == TYPE_ARRAY && a.element && b.element) {
        /* The element type must live on: the common one has to be one of the two. */
        Type element;
        TRY(type_common(*a.element, *b.element, &element, position, err));
        if (type_equal(element, *a.element) || type_equal(element, *b.element)) {
            *out = type_equal(element, *a.element) ? a : b;
            return OK;
        }
    }
    Buf names;
    buf_init(&names);
    type_print(a, &names);
    buf_add_text(&names, " and ");
    type_print(b, &names);
    err_set(err, SQLSTATE_TYPE_MISMATCH, position, "types %s cannot be matched", buf_text(&names));
    buf_deinit(&names);
    return FAIL;
}
