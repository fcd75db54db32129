/*
 * tokens.c - words that are keywords only in company.
 *
 * The grammar has one token of look-ahead; SQL needs more to tell whether NOT
 * negates an expression or an IN, whether WITH begins a clause or ends a type.
 * This stage looks up to TOKENS_AHEAD tokens ahead, joins such words into one
 * token (WITH TIME ZONE → WITH_TIME_ZONE) and hands all others on as plain
 * identifiers.  So `interval`, `filter`, `position`, `row` stay free as names.
 */
#include "grammar/lexer.h"

#include "grammar/parse.h"
#include "grammar/sql.h"

void tokens_init(Tokens *tokens, Str text, Arena *arena, Err *err)
{
    memset(tokens, 0, sizeof *tokens);
    tokens->lexer = (Lexer){.text = text, .arena = arena, .err = err};
}

/* The i-th token ahead, 0 the one to come; after the end or an error that one again. */
static const Token *peek(Tokens *tokens, unsigned i)
{
    while (tokens->count <= i) {
        const Token *last = tokens->count
                                ? &tokens->ahead[(tokens->first + tokens->count - 1) % TOKENS_AHEAD]
                                : NULL;
        Token token = last && last->type <= 0 ? *last : lexer_next(&tokens->lexer);
        tokens->ahead[(tokens->first + tokens->count++) % TOKENS_AHEAD] = token;
    }
    return &tokens->ahead[(tokens->first + i) % TOKENS_AHEAD];
}

static int peek_type(Tokens *tokens, unsigned i)
{
    return peek(tokens, i)->type;
}

static bool is_word(const Token *token, const char *word)
{
    size_t length = strlen(word);
    return token->type > 0 && !token->quoted && token->value.length == length &&
           str_equal_nocase(token->value, (Str){word, length}) && token->type != TK_STRING;
}

static bool peek_is(Tokens *tokens, unsigned i, const char *word)
{
    return is_word(peek(tokens, i), word);
}

/* Joins the next `count` tokens into one of this type. */
static Token join(Tokens *tokens, unsigned count, int type)
{
    Token token = *peek(tokens, 0);
    token.end = peek(tokens, count - 1)->end;
    token.type = type;
    token.value = (Str){tokens->lexer.text.data + token.start, (size_t)(token.end - token.start)};
    token.owned = false;
    tokens->first = (tokens->first + count) % TOKENS_AHEAD;
    tokens->count -= count;
    return token;
}

static Token take(Tokens *tokens)
{
    Token token = *peek(tokens, 0);
    tokens->first = (tokens->first + 1) % TOKENS_AHEAD;
    tokens->count--;
    return token;
}

static Token take_as(Tokens *tokens, int type)
{
    Token token = take(tokens);
    token.type = type;
    return token;
}

static Token take_if(Tokens *tokens, bool keyword)
{
    return keyword ? take(tokens) : take_as(tokens, TK_ID);
}

/* May a token of this type be a name? */
static bool is_name(int type)
{
    if (type == TK_ID)
        return true;
    for (size_t i = 0; keyword_at(i); i++)
        if (keyword_at(i)->token == type)
            return !keyword_at(i)->reserved;
    return false;
}

/* Is a type to come, rather than an expression, as far as the last token tells? */
static bool type_expected(const Tokens *tokens)
{
    int previous = tokens->previous;
    return previous == TK_TYPECAST || previous == TK_AS || previous == TK_RETURNS ||
           tokens->angles > 0 || is_name(previous);
}

static bool is_unit(const Token *token)
{
    static const char *const units[] = {
        "MICROSECOND", "MILLISECOND", "SECOND", "MINUTE",  "HOUR",
        "DAY",         "WEEK",        "MONTH",  "QUARTER", "YEAR",
    };
    Str word = token->value;
    if (token->type <= 0 || token->quoted || token->type == TK_STRING || word.length < 3)
        return false;
    if ((word.data[word.length - 1] | 0x20) == 's')
        word.length--;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (str_equal_nocase(word, str_from(units[i])))
            return true;
    return false;
}

static bool is_number(int type)
{
    return type == TK_INTEGER || type == TK_DECIMAL;
}

static Token interval(Tokens *tokens)
{
    int next = peek_type(tokens, 1);
    int signed_text = peek_type(tokens, 2);
    bool literal =
        next == TK_STRING || (is_number(next) && is_unit(peek(tokens, 2))) ||
        ((next == TK_MINUS || next == TK_PLUS) &&
         (is_number(signed_text) || signed_text == TK_STRING) && is_unit(peek(tokens, 3)));
    bool type = type_expected(tokens) && is_unit(peek(tokens, 1)) &&
                (peek_is(tokens, 2, "TO") || peek_type(tokens, 2) != TK_ID);
    tokens->in_interval = literal || type;
    return take_if(tokens, literal || type);
}

/* Behind INTERVAL: '…' unit [(p)] [TO unit [(p)]].  True if a unit is to come; notes the end. */
static bool interval_goes_on(Tokens *tokens)
{
    switch (peek_type(tokens, 0)) {
    case TK_STRING:
    case TK_INTEGER:
    case TK_DECIMAL:
        tokens->in_interval = peek_type(tokens, 1) == TK_RP || is_unit(peek(tokens, 1));
        return false;
    case TK_MINUS:
    case TK_PLUS:
    case TK_LP:
        return false;
    case TK_TO:
        tokens->in_interval = is_unit(peek(tokens, 1));
        return false;
    case TK_RP:
        tokens->in_interval = peek_type(tokens, 1) == TK_TO;
        return false;
    default:
        if (!is_unit(peek(tokens, 0))) {
            tokens->in_interval = false;
            return false;
        }
        tokens->in_interval =
            peek_type(tokens, 1) == TK_TO ||
            (peek_type(tokens, 1) == TK_LP && peek_type(tokens, 3) == TK_RP) ||
            ((is_number(peek_type(tokens, 1)) || peek_type(tokens, 1) == TK_STRING) &&
             is_unit(peek(tokens, 2)));
        return true;
    }
}

/* Do the parentheses from here on hold a query? */
static bool begins_query(Tokens *tokens, unsigned i)
{
    while (i < TOKENS_AHEAD - 1 && peek_type(tokens, i) == TK_LP)
        i++;
    int type = peek_type(tokens, i);
    return type == TK_SELECT || type == TK_WITH || type == TK_FROM || type == TK_VALUES ||
           type == TK_TABLE;
}

/* ARRAY, MAP, ROW, STRUCT, MULTISET before <, [ or (. */
static Token constructor(Tokens *tokens)
{
    int word = peek_type(tokens, 0), next = peek_type(tokens, 1);
    bool always = word == TK_ARRAY || word == TK_ROW;
    if (next == TK_LT && (always || type_expected(tokens))) {
        tokens->angles++;
        return join(tokens, 2,
                    word == TK_MAP                        ? TK_MAP_ANGLE
                    : word == TK_ROW || word == TK_STRUCT ? TK_ROW_ANGLE
                                                          : TK_ARRAY_ANGLE);
    }
    if (word == TK_ARRAY && next == TK_LP && !begins_query(tokens, 1))
        return take_as(tokens, TK_ID); /* Spark's array(1, 2) is a call */
    if (word == TK_ARRAY)
        return take_as(tokens, next == TK_LB || next == TK_LP ? TK_ARRAY : TK_ARRAY_SUFFIX);
    if (word == TK_ROW)
        return take_as(tokens, next == TK_LP ? TK_ROW_CALL : TK_ROW);
    return take_as(tokens, TK_ID);
}

/* OPERATOR(pg_catalog.~) is the operator itself. */
static Token operator_call(Tokens *tokens)
{
    unsigned at = 2;
    if (peek_type(tokens, 1) != TK_LP)
        return take_as(tokens, TK_ID);
    if (peek_type(tokens, 2) == TK_ID && peek_type(tokens, 3) == TK_DOT)
        at = 4;
    int type = peek_type(tokens, at);
    if (type <= 0 || peek_type(tokens, at + 1) != TK_RP || is_name(type))
        return take_as(tokens, TK_ID);
    return join(tokens, at + 2, type);
}

static Token not_word(Tokens *tokens)
{
    switch (peek_type(tokens, 1)) {
    case TK_BETWEEN:
    case TK_IN:
    case TK_LIKE:
    case TK_ILIKE:
    case TK_RLIKE:
        return take_as(tokens, TK_NOT_LA);
    case TK_SIMILAR:
        return take_as(tokens, peek_type(tokens, 2) == TK_TO ? TK_NOT_LA : TK_NOT);
    case TK_ENFORCED:
        return join(tokens, 2, TK_NOT_ENFORCED);
    default:
        return take(tokens);
    }
}

static Token with_word(Tokens *tokens)
{
    if (peek_is(tokens, 1, "TIME") && peek_is(tokens, 2, "ZONE"))
        return join(tokens, 3, TK_WITH_TIME_ZONE);
    if (peek_is(tokens, 1, "LOCAL") && peek_is(tokens, 2, "TIME") && peek_is(tokens, 3, "ZONE"))
        return join(tokens, 4, TK_WITH_LOCAL_TIME_ZONE);
    if (peek_is(tokens, 1, "ORDINALITY"))
        return join(tokens, 2, TK_WITH_ORDINALITY);
    bool sums = peek_type(tokens, 1) == TK_ROLLUP || peek_type(tokens, 1) == TK_CUBE;
    if (sums && peek_type(tokens, 2) != TK_AS && peek_type(tokens, 2) != TK_LP) /* no CTE's name */
        return join(tokens, 2, peek_type(tokens, 1) == TK_CUBE ? TK_WITH_CUBE : TK_WITH_ROLLUP);
    return take(tokens);
}

static Token if_word(Tokens *tokens)
{
    if (peek_type(tokens, 1) == TK_NOT && peek_type(tokens, 2) == TK_EXISTS)
        return join(tokens, 3, TK_IF_NOT_EXISTS);
    if (peek_type(tokens, 1) == TK_EXISTS)
        return join(tokens, 2, TK_IF_EXISTS);
    return take_as(tokens, TK_ID);
}

static Token named_type(Tokens *tokens, const char *second, const char *name)
{
    if (!peek_is(tokens, 1, second))
        return take_as(tokens, TK_ID);
    Token token = join(tokens, 2, TK_ID);
    token.value = str_from(name);
    return token;
}

/* Does ANY (, SOME ( or ALL ( follow an operator, as in x = ANY (…)? */
static bool is_quantified(Tokens *tokens)
{
    int quantifier = peek_type(tokens, 1);
    return (quantifier == TK_ANY || quantifier == TK_SOME || quantifier == TK_ALL) &&
           peek_type(tokens, 2) == TK_LP;
}

static Token quantified(Tokens *tokens)
{
    int operator_type = peek_type(tokens, 0);
    Token token = join(tokens, 2, TK_QUANTIFIED);
    token.part = operator_type;
    return token;
}

static Token greater(Tokens *tokens)
{
    if (!tokens->angles)
        return is_quantified(tokens) && peek_type(tokens, 0) == TK_GT ? quantified(tokens)
                                                                      : take(tokens);
    tokens->angles--;
    if (peek_type(tokens, 0) == TK_GT)
        return take(tokens);
    /* >> closes two types: hand out the first half now. */
    Token *both = &tokens->ahead[tokens->first];
    Token half = *both;
    half.type = both->type = TK_GT;
    half.value.length = both->value.length = 1;
    half.end = ++both->start;
    both->value.data++;
    return half;
}

static Token parenthesis(Tokens *tokens)
{
    Token token = take(tokens);
    if (token.type == TK_LP) {
        if (tokens->parens < TOKENS_PARENS) {
            uint8_t bit = (uint8_t)(1u << (tokens->parens % 8));
            uint8_t *flags = &tokens->in_position[tokens->parens / 8];
            *flags = (uint8_t)(tokens->previous == TK_POSITION ? *flags | bit : *flags & ~bit);
        }
        tokens->parens++;
    } else if (tokens->parens) {
        tokens->parens--;
    }
    return token;
}

static bool inside_position(const Tokens *tokens)
{
    uint32_t depth = tokens->parens - 1;
    return tokens->parens && depth < TOKENS_PARENS &&
           (tokens->in_position[depth / 8] >> (depth % 8) & 1);
}

/* `a DIV 2` and `a DIV b`, but not the alias in `SELECT a div, b` or `FROM t div LEFT JOIN u`. */
static bool ends_operand(int type)
{
    return type == TK_ID || type == TK_RP || type == TK_RB || type == TK_NULL || is_number(type) ||
           type == TK_FLOAT || type == TK_PARAM;
}

static bool begins_operand(int type)
{
    return type == TK_ID || type == TK_LP || type == TK_NULL || is_number(type) ||
           type == TK_FLOAT || type == TK_PARAM || type == TK_CAST || type == TK_MINUS;
}

static Token plain_word(Tokens *tokens)
{
    int previous = tokens->previous;
    bool in_set = previous == TK_SET || previous == TK_RESET ||
                  (previous == TK_ID && tokens->before_previous == TK_SET);
    if (in_set && peek_is(tokens, 0, "TIME") && peek_is(tokens, 1, "ZONE"))
        return join(tokens, 2, TK_SET_TIME_ZONE);
    if (previous == TK_RP && peek_type(tokens, 1) == TK_LP && peek_is(tokens, 0, "OVERLAPS"))
        return take_as(tokens, TK_PERIODS_OVERLAP);
    if (peek_is(tokens, 0, "DIV") && ends_operand(previous) && begins_operand(peek_type(tokens, 1)))
        return take_as(tokens, TK_DIV);
    return take(tokens);
}

/* FROM VALUES 1, 2: what follows is a literal or a call, so VALUES is no table's name. */
static bool begins_value(Tokens *tokens)
{
    int type = peek_type(tokens, 1);
    return is_number(type) || type == TK_FLOAT || type == TK_STRING || type == TK_NULL ||
           type == TK_TRUE || type == TK_FALSE || type == TK_MINUS || type == TK_CAST ||
           (type == TK_ID && (peek_type(tokens, 2) == TK_STRING || peek_type(tokens, 2) == TK_LP));
}

static Token next(Tokens *tokens)
{
    int type = peek_type(tokens, 0), next_type = type > 0 ? peek_type(tokens, 1) : 0;
    if (tokens->previous == TK_DOT && type > 0 && type != TK_STRING &&
        keyword_find(peek(tokens, 0)->value.data, peek(tokens, 0)->value.length))
        return take_as(tokens, TK_ID); /* after a dot every word is a name */
    if (tokens->in_interval) {
        if (interval_goes_on(tokens))
            return take_as(tokens, TK_UNIT);
        if (tokens->in_interval && type == TK_TO)
            return take_as(tokens, TK_UNIT_TO);
    }

    switch (type) {
    case TK_LP:
    case TK_RP:
        return parenthesis(tokens);
    case TK_GT:
    case TK_SHIFT_RIGHT:
        return greater(tokens);
    case TK_NOT:
        return not_word(tokens);
    case TK_WITH:
        return with_word(tokens);
    case TK_WITHOUT:
        if (peek_is(tokens, 1, "TIME") && peek_is(tokens, 2, "ZONE"))
            return join(tokens, 3, TK_WITHOUT_TIME_ZONE);
        return take_as(tokens, TK_ID);
    case TK_AT:
        if (peek_is(tokens, 1, "TIME") && peek_is(tokens, 2, "ZONE"))
            return join(tokens, 3, TK_AT_TIME_ZONE);
        return take_as(tokens, TK_ID);
    case TK_IF:
        return if_word(tokens);
    case TK_IN:
        return inside_position(tokens) ? take_as(tokens, TK_IN_POSITION) : take(tokens);
    case TK_SIMILAR:
        return next_type == TK_TO ? join(tokens, 2, TK_SIMILAR_TO) : take_as(tokens, TK_ID);
    case TK_NULLS:
        if (next_type == TK_FIRST || next_type == TK_LAST)
            return join(tokens, 2, next_type == TK_FIRST ? TK_NULLS_FIRST : TK_NULLS_LAST);
        return take_as(tokens, TK_ID);
    case TK_IGNORE:
    case TK_RESPECT:
        if (next_type == TK_NULLS)
            return join(tokens, 2,
                        peek_type(tokens, 2) == TK_OVER
                            ? (type == TK_IGNORE ? TK_IGNORE_NULLS : TK_RESPECT_NULLS)
                            : (type == TK_IGNORE ? TK_NULLS_IGNORED : TK_NULLS_RESPECTED));
        return take_as(tokens, TK_ID);
    case TK_GROUPING:
        return peek_is(tokens, 1, "SETS") ? join(tokens, 2, TK_GROUPING_SETS)
                                          : take_as(tokens, TK_ID);
    case TK_CURRENT:
        return next_type == TK_ROW ? join(tokens, 2, TK_CURRENT_ROW) : take_as(tokens, TK_ID);
    case TK_UNBOUNDED:
        if (next_type == TK_PRECEDING || next_type == TK_FOLLOWING)
            return join(tokens, 2,
                        next_type == TK_PRECEDING ? TK_UNBOUNDED_PRECEDING
                                                  : TK_UNBOUNDED_FOLLOWING);
        return take_as(tokens, TK_ID);
    case TK_PRIMARY:
        return next_type == TK_KEY ? join(tokens, 2, TK_PRIMARY_KEY) : take_as(tokens, TK_ID);
    case TK_WATERMARK:
        return next_type == TK_FOR ? join(tokens, 2, TK_WATERMARK_FOR) : take_as(tokens, TK_ID);
    case TK_WITHIN:
        return next_type == TK_GROUP ? join(tokens, 2, TK_WITHIN_GROUP) : take_as(tokens, TK_ID);
    case TK_FOR:
        if (next_type == TK_SYSTEM_TIME && peek_type(tokens, 2) == TK_AS &&
            peek_is(tokens, 3, "OF"))
            return join(tokens, 4, TK_FOR_SYSTEM_TIME_AS_OF);
        return take(tokens);
    case TK_BEGIN:
    case TK_EXECUTE:
        if (next_type == TK_STATEMENT && peek_type(tokens, 2) == TK_SET)
            return join(tokens, 3, type == TK_BEGIN ? TK_BEGIN_SET : TK_EXECUTE_SET);
        return take(tokens);
    case TK_DOUBLE:
        return named_type(tokens, "PRECISION", "DOUBLE PRECISION");
    case TK_CHAR:
    case TK_CHARACTER:
        return named_type(tokens, "VARYING", "CHARACTER VARYING");
    case TK_INTERVAL:
        return interval(tokens);
    case TK_ARRAY:
    case TK_MAP:
    case TK_ROW:
    case TK_STRUCT:
    case TK_MULTISET:
        return constructor(tokens);
    case TK_OPERATOR:
        return operator_call(tokens);
    case TK_ID:
        return plain_word(tokens);
    case TK_EQ:
    case TK_NE:
    case TK_LT:
    case TK_LE:
    case TK_GE:
    case TK_LIKE:
    case TK_ILIKE:
    case TK_LIKE_OP:
    case TK_NOT_LIKE_OP:
    case TK_ILIKE_OP:
    case TK_TILDE:
    case TK_TILDE_STAR:
    case TK_NOT_TILDE:
    case TK_NOT_TILDE_STAR:
        return is_quantified(tokens) ? quantified(tokens) : take(tokens);
    case TK_ANY:
    case TK_SOME:
    case TK_OVER:
        return take_if(tokens, next_type == TK_LP || is_name(next_type));
    case TK_COMMA: /* FROM VALUES (1), (2) goes on while parentheses follow */
        return tokens->in_values == tokens->parens + 1 &&
                       (tokens->bare_values || next_type == TK_LP)
                   ? take_as(tokens, TK_VALUES_COMMA)
                   : take(tokens);
    case TK_CAST:
    case TK_TRY_CAST:
    case TK_EXISTS:
    case TK_POSITION:
    case TK_DESCRIPTOR:
    case TK_FILTER:
    case TK_ROLLUP:
    case TK_CUBE:
    case TK_VALUES:
        if (type == TK_VALUES && next_type == TK_LP && tokens->previous == TK_FROM) {
            tokens->in_values = tokens->parens + 1;
            tokens->bare_values = false;
            return take_as(tokens, TK_FROM_VALUES);
        }
        if (type == TK_VALUES && tokens->previous == TK_FROM && begins_value(tokens)) {
            tokens->in_values = tokens->parens + 1;
            tokens->bare_values = true;
            return take_as(tokens, TK_BARE_VALUES);
        }
        return take_if(tokens, next_type == TK_LP ||
                                   (type == TK_VALUES &&
                                    (next_type == TK_ROW || tokens->previous == TK_DEFAULT)));
    case TK_EXCEPT:
        /* SELECT * EXCEPT (a): a set operation cannot follow the star at once. */
        return tokens->previous == TK_STAR && next_type == TK_LP ? take_as(tokens, TK_EXCLUDE)
                                                                 : take(tokens);
    case TK_ENFORCED:
    case TK_KEY:
    case TK_STATEMENT:
    case TK_SYSTEM_TIME:
        return take_as(tokens, TK_ID);
    default:
        return take(tokens);
    }
}

/* Does a token at the depth of FROM VALUES end its rows? */
static bool ends_values(const Tokens *tokens, int type)
{
    switch (type) {
    case TK_LP:
    case TK_VALUES_COMMA:
    case TK_FROM_VALUES:
    case TK_BARE_VALUES:
        return false;
    case TK_RP:
        return tokens->parens + 1 < tokens->in_values;
    case TK_AS:
    case TK_WHERE:
    case TK_GROUP:
    case TK_HAVING:
    case TK_ORDER:
    case TK_LIMIT:
    case TK_SELECT:
    case TK_SEMICOLON:
        return true;
    default:
        return !tokens->bare_values;
    }
}

Token tokens_next(Tokens *tokens)
{
    Token token = next(tokens);
    if (tokens->in_values && tokens->parens + 1 <= tokens->in_values &&
        ends_values(tokens, token.type))
        tokens->in_values = 0;
    tokens->before_previous = tokens->previous;
    tokens->previous = token.type;
    return token;
}
