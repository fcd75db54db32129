/*
 * program_text.c - see program_text.h.
 *
 * Registers hold texts.  A BRANCH remembers them; at its END a register that the taken
 * branch wrote becomes CASE WHEN test THEN new ELSE old END, or what AND, OR and COALESCE
 * compile to is recognized.
 */
#include "planner/program_text.h"

#include <stdlib.h>
#include "planner/expr_text.h"
#include "planner/plan_names.h"

typedef struct Frame {
    char *test;   /* text of the tested register at the BRANCH */
    uint16_t reg; /* … and which */
    uint8_t kind; /* BranchTest */
    char **before, **then;
} Frame;

typedef struct Walker {
    const Program *program;
    char **texts; /* by register; NULL: nothing yet */
    Frame *frames;
    uint32_t depth;
    Buf filter;
} Walker;

static char *copy(const char *text)
{
    return text ? mem_strdup(text) : NULL;
}

static void set(Walker *self, uint16_t reg, char *text)
{
    free(self->texts[reg]);
    self->texts[reg] = text;
}

static const char *get(const Walker *self, uint16_t reg)
{
    return self->texts[reg] ? self->texts[reg] : "?";
}

static char **copy_all(const Walker *self, char **texts)
{
    char **all = mem_zalloc(sizeof *all * ((size_t)self->program->reg_count + 1));
    for (uint16_t i = 0; i < self->program->reg_count; i++)
        all[i] = copy(texts[i]);
    return all;
}

static void free_all(const Walker *self, char **texts)
{
    for (uint16_t i = 0; texts && i < self->program->reg_count; i++)
        free(texts[i]);
    free(texts);
}

static char *take_text(Buf *text)
{
    char *taken = mem_strdup(buf_text(text));
    buf_deinit(text);
    return taken;
}

static void run_call(Walker *self, const Instruction *instruction)
{
    Buf text;
    const char **args = mem_zalloc(sizeof *args * ((size_t)instruction->arg_count + 1));
    buf_init(&text);
    for (uint16_t i = 0; i < instruction->arg_count; i++)
        args[i] = get(self, instruction->args[i]);
    if (strcmp(instruction->fn->fn->name, "cast") == 0 && instruction->arg_count == 1) {
        buf_printf(&text, "%s(%s AS ", instruction->fn->flags & FN_MAKES_NULL ? "TRY_CAST" : "CAST",
                   args[0]);
        type_print(instruction->fn->result, &text);
        buf_add_char(&text, ')');
    } else {
        expr_text_call(instruction->fn->fn->name, args, instruction->arg_count, &text);
    }
    free(args);
    set(self, instruction->out, take_text(&text));
}

/* (a AND b) and c: (a AND b AND c). */
static void run_logic(Walker *self, const Instruction *instruction, const char *word)
{
    Buf text;
    const char *left = get(self, instruction->args[0]), *right = get(self, instruction->args[1]);
    buf_init(&text);
    buf_printf(&text, "(%s %s %s)", left, word, right);
    set(self, instruction->out, take_text(&text));
}

static void begin_branch(Walker *self, const Instruction *instruction)
{
    Frame *frame = &self->frames[self->depth++];
    *frame = (Frame){.reg = instruction->args[0], .kind = instruction->test};
    frame->test = copy(get(self, instruction->args[0]));
    frame->before = copy_all(self, self->texts);
}

static void switch_branch(Walker *self)
{
    Frame *frame = &self->frames[self->depth - 1];
    frame->then = self->texts;
    self->texts = copy_all(self, frame->before);
}

static bool differ(const char *a, const char *b)
{
    return !a != !b || (a && strcmp(a, b) != 0);
}

static char *merge(const Frame *frame, uint16_t reg, const char *then, const char *other)
{
    Buf text;
    static const char *const tests[] = {"", " IS NOT FALSE", " IS NOT TRUE", " IS NULL"};
    size_t length = strlen(other);
    if (reg == frame->reg && (frame->kind == TEST_NOT_FALSE || frame->kind == TEST_NOT_TRUE))
        return copy(then); /* AND and OR say it all */
    buf_init(&text);
    if (reg == frame->reg && frame->kind == TEST_NULL) {
        if (strncmp(other, "coalesce(", 9) == 0)
            buf_printf(&text, "%.*s, %s)", (int)(length - 1), other, then);
        else
            buf_printf(&text, "coalesce(%s, %s)", other, then);
        return take_text(&text);
    }
    buf_printf(&text, "CASE WHEN %s%s THEN %s", frame->test, tests[frame->kind], then);
    if (strncmp(other, "CASE WHEN ", 10) == 0)
        buf_printf(&text, " %s", other + 5);
    else
        buf_printf(&text, " ELSE %s END", other);
    return take_text(&text);
}

static void end_branch(Walker *self)
{
    Frame *frame = &self->frames[--self->depth];
    char **then = frame->then ? frame->then : self->texts;
    char **other = frame->then ? self->texts : frame->before;
    char **merged = mem_zalloc(sizeof *merged * ((size_t)self->program->reg_count + 1));
    for (uint16_t i = 0; i < self->program->reg_count; i++) {
        if (then[i] && other[i] && differ(then[i], other[i]))
            merged[i] = merge(frame, i, then[i], other[i]);
        else
            merged[i] = copy(then[i] ? then[i] : other[i]);
    }
    free_all(self, frame->before);
    free_all(self, frame->then);
    free_all(self, self->texts);
    free(frame->test);
    self->texts = merged;
}

static void run(Walker *self, const Instruction *instruction)
{
    switch ((Opcode)instruction->op) {
    case OP_CALL:
        run_call(self, instruction);
        return;
    case OP_MOVE:
        set(self, instruction->out, copy(get(self, instruction->args[0])));
        return;
    case OP_AND3:
        run_logic(self, instruction, "AND");
        return;
    case OP_OR3:
        run_logic(self, instruction, "OR");
        return;
    case OP_FILTER:
        if (self->filter.length)
            buf_add_text(&self->filter, " AND ");
        buf_add_text(&self->filter, get(self, instruction->args[0]));
        return;
    case OP_BRANCH:
        begin_branch(self, instruction);
        return;
    case OP_ELSE:
        switch_branch(self);
        return;
    case OP_END:
        end_branch(self);
        return;
    }
}

void program_text_init(ProgramText *text, const Program *program, const char *const *names,
                       const Zone *zone)
{
    Walker self = {.program = program};
    self.texts = mem_zalloc(sizeof *self.texts * ((size_t)program->reg_count + 1));
    self.frames = mem_zalloc(sizeof *self.frames * ((size_t)program->code_count + 1));
    buf_init(&self.filter);
    for (uint16_t i = 0; i < program->input_count; i++)
        self.texts[i] = copy(names[i]);
    for (int i = 0; i < program->constant_count; i++) {
        Buf value;
        buf_init(&value);
        value_print_sql(&program->constants[i].value, zone, &value);
        set(&self, program->constants[i].reg, take_text(&value));
    }
    for (uint32_t i = 0; i < program->code_count; i++)
        run(&self, &program->code[i]);
    text->output_count = program->output_count;
    text->outputs = mem_zalloc(sizeof *text->outputs * ((size_t)program->output_count + 1));
    for (uint16_t i = 0; i < program->output_count; i++)
        text->outputs[i] = copy(get(&self, program->outputs[i]));
    text->filter = self.filter.length ? copy(buf_text(&self.filter)) : NULL;
    buf_deinit(&self.filter);
    free_all(&self, self.texts);
    free(self.frames);
}

void program_text_deinit(ProgramText *text)
{
    for (int i = 0; i < text->output_count; i++)
        free(text->outputs[i]);
    free(text->outputs);
    free(text->filter);
}

/* ---- code ---- */

static void print_register(const Program *program, const char *const *names, uint16_t reg,
                           const Zone *zone, Buf *out)
{
    if (reg < program->input_count) {
        buf_printf(out, "%s", names[reg]);
        return;
    }
    for (int i = 0; i < program->constant_count; i++) {
        if (program->constants[i].reg == reg) {
            value_print_sql(&program->constants[i].value, zone, out);
            return;
        }
    }
    buf_printf(out, "r%u", reg);
}

static void print_args(const Program *program, const char *const *names,
                       const Instruction *instruction, const Zone *zone, Buf *out)
{
    for (uint16_t i = 0; i < instruction->arg_count; i++) {
        buf_add_text(out, i ? ", " : " ");
        print_register(program, names, instruction->args[i], zone, out);
    }
}

static void print_instruction(const Program *program, const char *const *names,
                              const Instruction *instruction, const Zone *zone, Buf *out)
{
    if (instruction->op <= OP_OR3)
        buf_printf(out, "r%u = ", instruction->out);
    if (instruction->op == OP_CALL) {
        buf_printf(out, "%s", instruction->fn->fn->name);
    } else {
        buf_printf(out, "%s", plan_op_names[instruction->op]);
        if (instruction->op == OP_BRANCH)
            buf_printf(out, " %s", plan_test_names[instruction->test]);
    }
    print_args(program, names, instruction, zone, out);
    if (instruction->op == OP_CALL) {
        buf_add_text(out, " :: ");
        type_print(program->reg_types[instruction->out], out);
    }
    if (instruction->op == OP_BRANCH || instruction->op == OP_ELSE)
        buf_printf(out, " -> %u", instruction->target);
}

void program_print(const Program *program, const char *const *names, const char *indent,
                   const Zone *zone, Buf *out)
{
    for (uint32_t i = 0; i < program->code_count; i++) {
        buf_printf(out, "%s%3u  ", indent, i);
        print_instruction(program, names, &program->code[i], zone, out);
        buf_add_char(out, '\n');
    }
    if (!program->output_count)
        return;
    buf_printf(out, "%s     out", indent);
    for (uint16_t i = 0; i < program->output_count; i++) {
        buf_add_text(out, i ? ", " : " ");
        print_register(program, names, program->outputs[i], zone, out);
    }
    buf_add_char(out, '\n');
}
