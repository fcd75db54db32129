/*
 * registry.h - finding functions by name.
 */
#ifndef STREAMD_FUNCTIONS_REGISTRY_H
#define STREAMD_FUNCTIONS_REGISTRY_H

#include "catalog/function.h"

/* Resolves name(args): picks the overload, fills arg_types (what each argument must be cast to) and
 * calls bind.  42883 with a hint when no function or overload fits. Memory from call->arena. */
Status function_resolve(const char *name, const BindCall *call, FnBinding *out,
                        Err *err) MUST_CHECK;
Status aggregate_resolve(const char *name, const BindCall *call, AggBinding *out,
                         Err *err) MUST_CHECK;
bool function_exists(const char *name);
bool aggregate_exists(const char *name);
/* For SHOW FUNCTIONS and hints: calls visit for each distinct name and signature. */
void function_each(void (*visit)(void *context, const char *name, const char *signature,
                                 const char *kind),
                   void *context);

/* The cast between two types is a function too (functions/fn_cast.c); `try` gives NULL instead of
 * an error. 42846 when there is none.  *implicit: whether it may happen without being written. */
Status cast_resolve(Type from, Type to, bool try_cast, const FnSession *session, Arena *arena,
                    FnBinding *out, int32_t position, Err *err) MUST_CHECK;
bool cast_is_implicit(Type from, Type to);
/* The type that both are cast to in UNION, CASE, COALESCE, IN and comparisons (PostgreSQL's rules;
 * 42804 if there is none). */
Status type_common(Type a, Type b, Type *out, int32_t position, Err *err) MUST_CHECK;
/* `type`, made wide enough for a string literal beside it: literals are compared, never cut. */
Type type_with_literal(Type type, Str literal);
/* Casts one constant now, with the same kernel (constant folding and literals). */
Status cast_value(const Value *from, Type to, Value *out, Arena *arena, int32_t position,
                  Err *err) MUST_CHECK;
/* Evaluates a bound function over constants. */
Status function_eval_const(const FnBinding *binding, const Value *args, Value *out, Arena *arena,
                           Err *err) MUST_CHECK;

#endif
