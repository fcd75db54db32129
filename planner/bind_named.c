/*
 * bind_named.c - arguments by name: make_interval(days => 3).
 *
 * The few functions whose arguments PostgreSQL names.  What is not said is 0, where the function
 * allows that.
 */
#include "planner/bind.h"

enum { NAMES_MOST = 7 };

static const struct Named {
    const char *function;
    const char *args[NAMES_MOST];
    bool optional;
} functions[] = {
    {"make_interval", {"years", "months", "weeks", "days", "hours", "mins", "secs"}, true},
    {"make_date", {"year", "month", "day"}, false},
    {"make_time", {"hour", "min", "sec"}, false},
    {"make_timestamp", {"year", "month", "mday", "hour", "min", "sec"}, false},
};

bool bind_has_named(const FunctionCall *call)
{
    for (size_t i = 0; call->arg_names && i < call->args.count; i++)
        if (call->arg_names[i].text)
            return true;
    return false;
}

static const struct Named *find_function(const char *name)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (text_equal_nocase(functions[i].function, name))
            return &functions[i];
    return NULL;
}

static int count_args(const struct Named *function)
{
    int count = 0;
    while (count < NAMES_MOST && function->args[count])
        count++;
    return count;
}

static Status find_place(Binder *binder, const struct Named *function, const Name *name, int *place,
                         Err *err)
{
    Nearest nearest = nearest_start(name->text);
    for (int i = 0; i < count_args(function); i++) {
        if (text_equal_nocase(function->args[i], name->text)) {
            *place = i;
            return OK;
        }
        nearest_offer(&nearest, function->args[i]);
    }
    err_set(err, SQLSTATE_UNDEFINED_FUNCTION, bind_pos(binder, name->position),
            "%s has no argument \"%s\"", function->function, name->text);
    return nearest_hint(&nearest, err);
}

Status bind_named_args(Binder *binder, const ExprScope *scope, const FunctionCall *call,
                       int32_t position, const Bound ***out, int *out_count, Err *err)
{
    const char *name = call->name.at[call->name.count - 1].text;
    const struct Named *function = find_function(name);
    const Bound **args = ARENA_ARRAY(binder->arena, const Bound *, NAMES_MOST + 1);
    if (!function)
        return bind_unsupported(binder, position, "named arguments of functions are", err);
    int most = count_args(function), last = 0;
    for (size_t i = 0; i < call->args.count; i++) {
        int place = (int)i;
        if (call->arg_names[i].text)
            TRY(find_place(binder, function, &call->arg_names[i], &place, err));
        else if (place >= most)
            return err_set(err, SQLSTATE_UNDEFINED_FUNCTION, bind_pos(binder, position),
                           "%s does not take so many arguments", name);
        if (args[place])
            return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, call->args.at[i]->position),
                           "argument \"%s\" is given twice", function->args[place]);
        TRY(bind_expr(binder, scope, call->args.at[i], &args[place], err));
        last = place > last ? place : last;
    }
    for (int i = 0; i < most; i++) {
        if (!args[i] && !function->optional)
            return err_set(err, SQLSTATE_UNDEFINED_FUNCTION, bind_pos(binder, position),
                           "%s needs its argument \"%s\"", name, function->args[i]);
        Value zero = value_int(0);
        if (!args[i])
            args[i] = bound_const(binder->arena, &zero, bind_pos(binder, position));
    }
    *out = args;
    *out_count = function->optional ? last + 1 : most;
    return OK;
}
