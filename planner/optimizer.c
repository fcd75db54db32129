/*
 * optimizer.c - applies the rules, bottom up, round after round.
 */
#include "planner/optimizer.h"

#include <stdio.h>
#include "base/list.h"

enum { ROUNDS_MAX = 60 };

typedef struct Optimizer {
    RuleCall call;
    const Rule *rule;
    const Zone *zone; /* of the trace */
    LIST(RuleFiring) firings;
    bool disabled; /* the rule is */
    bool fired, broken;
} Optimizer;

static bool is_named(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *p = list; p && *p;) {
        const char *end = strchr(p, ',');
        Str item = str_trim((Str){p, end ? (size_t)(end - p) : strlen(p)});
        if (str_equal_nocase(item, (Str){name, length}))
            return true;
        p = end ? end + 1 : NULL;
    }
    return false;
}

static Status unknown_rule(Str name, Err *err)
{
    char text[64];
    (void)snprintf(text, sizeof text, STR_FORMAT, STR_ARG(name));
    Nearest nearest = nearest_start(text);
    for (int i = 0; optimizer_rules[i]; i++)
        nearest_offer(&nearest, optimizer_rules[i]->name);
    err_set(err, SQLSTATE_UNDEFINED_OBJECT, -1, "there is no optimizer rule \"%s\"", text);
    return nearest_hint(&nearest, err);
}

Status optimizer_check_setting(const char *disabled, Err *err)
{
    for (const char *p = disabled; p && *p;) {
        const char *end = strchr(p, ',');
        Str item = str_trim((Str){p, end ? (size_t)(end - p) : strlen(p)});
        bool known = item.length == 0;
        for (int i = 0; optimizer_rules[i] && !known; i++)
            known = str_equal_nocase(item, str_from(optimizer_rules[i]->name));
        if (!known)
            return unknown_rule(item, err);
        p = end ? end + 1 : NULL;
    }
    return OK;
}

static bool same_columns(const LogicalNode *a, const LogicalNode *b)
{
    if (a->column_count != b->column_count)
        return false;
    for (int i = 0; i < a->column_count; i++)
        if (a->columns[i].id != b->columns[i].id ||
            !type_equal(a->columns[i].type, b->columns[i].type))
            return false;
    return true;
}

static void note(Optimizer *self, const LogicalNode *node)
{
    Buf line;
    buf_init(&line);
    logical_print_node(node, self->zone, &line);
    RuleFiring firing = {self->rule->name, arena_strdup(self->call.arena, buf_text(&line))};
    buf_deinit(&line);
    list_push_arena(self->call.arena, &self->firings, firing);
}

static LogicalNode *apply_once(Optimizer *self, LogicalNode *node)
{
    if (self->disabled && !logical_can_fail(node))
        return node;
    LogicalNode *better = self->rule->apply(&self->call, node);
    if (better == node)
        return node;
    note(self, node);
    self->fired = true;
    if (!same_columns(node, better)) {
        self->broken = true;
        return node;
    }
    return better;
}

static LogicalNode *apply_everywhere(Optimizer *self, LogicalNode *node)
{
    LogicalNode *copy = node;
    for (int i = 0; i < node->input_count; i++) {
        LogicalNode *input = apply_everywhere(self, node->inputs[i]);
        if (input == node->inputs[i])
            continue;
        if (copy == node)
            copy = logical_copy(self->call.arena, node);
        copy->inputs[i] = input;
    }
    return apply_once(self, copy);
}

Status optimizer_run(const PlannerContext *context, LogicalNode *root, int32_t next_id,
                     PlanResult *result, LogicalNode **out, Err *err)
{
    Optimizer self = {.call = {context->arena, &next_id}};
    bool any = true;
    if (context->session.timezone)
        TRY(zone_find(str_from(context->session.timezone), &self.zone, err));
    for (int round = 0; round < ROUNDS_MAX && any; round++) {
        any = false;
        for (int i = 0; optimizer_rules[i]; i++) {
            self.rule = optimizer_rules[i];
            self.fired = false;
            self.disabled = is_named(context->disabled_rules, self.rule->name);
            if (self.disabled && !self.rule->settles)
                continue;
            root = self.rule->whole ? apply_once(&self, root) : apply_everywhere(&self, root);
            any |= self.fired;
            if (self.broken)
                return err_set(err, SQLSTATE_INTERNAL, -1,
                               "optimizer rule %s changed what a node gives", self.rule->name);
        }
    }
    result->firings = self.firings.at;
    result->firing_count = (int)self.firings.count;
    *out = root;
    return OK;
}
