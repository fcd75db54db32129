/*
 * program_make.c - the registers of a vector program; see program_run.h.
 *
 * Registers are vectors of BATCH_ROWS rows that are allocated once; those whose
 * lives do not overlap share memory, so that a program's working set stays in
 * the cache.
 */
#include "executor/program_run_inside.h"

static bool is_nested(Type type)
{
    PhysicalClass physical = type_physical(type);
    return physical == PHYSICAL_LIST || physical == PHYSICAL_STRUCT;
}

typedef struct Life {
    uint32_t from, to; /* instructions; from > to: never used */
} Life;

static void live_at(Life *life, uint32_t at)
{
    if (at < life->from)
        life->from = at;
    if (at > life->to || life->to == UINT32_MAX)
        life->to = at;
}

static Life *find_lives(const Program *program, Arena *arena)
{
    Life *lives = ARENA_ARRAY(arena, Life, program->reg_count);
    for (uint16_t r = 0; r < program->reg_count; r++)
        lives[r] = (Life){UINT32_MAX, UINT32_MAX};
    for (uint32_t i = 0; i < program->code_count; i++) {
        const Instruction *ins = &program->code[i];
        if (ins->op == OP_CALL || ins->op == OP_MOVE || ins->op == OP_AND3 || ins->op == OP_OR3)
            live_at(&lives[ins->out], i);
        for (uint16_t a = 0; a < ins->arg_count; a++)
            live_at(&lives[ins->args[a]], i);
    }
    for (uint16_t o = 0; o < program->output_count; o++)
        live_at(&lives[program->outputs[o]], program->code_count);
    return lives;
}

typedef struct Room {
    void *data;
    uint64_t *bits;
    uint32_t free_from; /* instruction */
    uint16_t size;
    bool
        is_bool; /* never shared with others: a bool must stay 0 or 1 even where it means nothing */
} Room;

static void give_room(Register *reg, Type type, Life life, Room *rooms, uint32_t *room_count,
                      bool share, Arena *job)
{
    uint16_t size = type_size(type);
    bool is_bool = type_physical(type) == PHYSICAL_BOOL;
    Room *room = NULL;
    for (uint32_t i = 0; share && i < *room_count && !room; i++)
        if (rooms[i].size == size && rooms[i].is_bool == is_bool && rooms[i].free_from < life.from)
            room = &rooms[i];
    if (!room) {
        room = &rooms[(*room_count)++];
        /* Zeroes, so that what lies under a NULL can always be read. */
        room->data = memset(arena_alloc_aligned(job, (size_t)size * BATCH_ROWS, 64), 0,
                            (size_t)size * BATCH_ROWS);
        room->bits = ARENA_ARRAY(job, uint64_t, VALID_WORDS);
        room->size = size;
        room->is_bool = is_bool;
    }
    room->free_from = life.to;
    reg->data = room->data;
    reg->bits = room->bits;
}

static void make_temporaries(ProgramRun *run, Arena *job)
{
    const Program *program = run->program;
    Arena work;
    arena_init(&work);
    Life *lives = find_lives(program, &work);
    Room *rooms = ARENA_ARRAY(&work, Room, program->reg_count);
    bool *constant = ARENA_ARRAY(&work, bool, program->reg_count);
    uint32_t *order = ARENA_ARRAY(&work, uint32_t, program->reg_count);
    uint32_t room_count = 0, order_count = 0;
    /* A nested value may point into the vectors it was made from. */
    bool share = true;
    for (uint16_t r = 0; r < program->reg_count; r++)
        share &= !is_nested(program->reg_types[r]);
    for (int c = 0; c < program->constant_count; c++)
        constant[program->constants[c].reg] = true;
    for (uint16_t r = program->input_count; r < program->reg_count; r++) {
        run->regs[r].vector = (Vector){.type = program->reg_types[r], .form = VECTOR_FLAT};
        if (constant[r] || is_nested(program->reg_types[r]) || lives[r].from == UINT32_MAX)
            continue;
        uint32_t at = order_count++;
        for (; at > 0 && lives[order[at - 1]].from > lives[r].from; at--)
            order[at] = order[at - 1];
        order[at] = r;
    }
    for (uint32_t i = 0; i < order_count; i++) {
        uint32_t r = order[i];
        give_room(&run->regs[r], program->reg_types[r], lives[r], rooms, &room_count, share, job);
    }
    arena_deinit(&work);
}

static void make_constants(ProgramRun *run, Arena *job)
{
    const Program *program = run->program;
    run->constants = ARENA_ARRAY(job, Vector, program->constant_count);
    for (int c = 0; c < program->constant_count; c++) {
        uint16_t r = program->constants[c].reg;
        Value value = program->constants[c].value;
        value.type = program->reg_types[r];
        vector_make_const(&run->constants[c], job, &value);
        vector_flatten(&run->regs[r].vector, &run->constants[c], BATCH_ROWS, job);
        run->regs[r].ready = true;
    }
}

ProgramRun *program_run_make(const Program *program, int node, const OperatorHost *host, int lane,
                             Arena *job)
{
    ProgramRun *run = ARENA_NEW(job, ProgramRun);
    run->program = program;
    run->host = host;
    run->lane = lane;
    run->node = node;
    run->regs = ARENA_ARRAY(job, Register, program->reg_count);
    run->outputs = ARENA_ARRAY(job, Vector, program->output_count);
    uint32_t depth = 0, max_depth = 0, max_args = 1;
    for (uint32_t i = 0; i < program->code_count; i++) {
        const Instruction *ins = &program->code[i];
        if (ins->op == OP_BRANCH && ++depth > max_depth)
            max_depth = depth;
        else if (ins->op == OP_END && depth > 0)
            depth--;
        if (ins->arg_count > max_args)
            max_args = ins->arg_count;
    }
    run->args = ARENA_ARRAY(job, const Vector *, max_args);
    run->levels = max_depth ? arena_alloc(job, sizeof(Level) * max_depth) : NULL;
    make_temporaries(run, job);
    make_constants(run, job);
    return run;
}
