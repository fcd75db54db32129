/*
 * state_map.h - what operators remember: slots of fixed size, found by key.
 *
 *     StateMap ──> parts, ordered by window      (one part when there is no time prefix)
 *       part: table of (16-bit tag, slot)  ──>  slots in blocks  ──>  heap for long text
 *       slot: header | key | payload of the owner, zero at first
 *
 * Rows are looked up a batch at a time: state_keys_make turns the key columns
 * into words and hashes once, state_part_upsert finds or makes each row's slot.
 * A slot stays where it is until it is removed or its part is dropped; dropping
 * a part (a window that closed) gives back everything in it at once.
 *
 * Keys are equal as in GROUP BY: NULL equals NULL, NaN equals NaN, -0.0 equals 0.0
 * (and is kept as 0.0, so that a result does not depend on which came first).
 */
#ifndef STREAMD_EXECUTOR_STATE_MAP_H
#define STREAMD_EXECUTOR_STATE_MAP_H

#include "executor/parallel.h"
#include "types/batch.h"

enum SlotFlags {
    SLOT_LIVE = 1,     /* the map's */
    SLOT_NULL_KEY = 2, /* the map's: its only key column is NULL */
    SLOT_SAVED = 4,    /* the owner's: it is in the store */
    SLOT_DIRTY = 8,    /* in the part's list `dirty` */
    SLOT_SHOWN = 16,   /* its row stands in the result */
    SLOT_STALE = 32,   /* its aggregates must be computed anew */
};

typedef struct StateSlot {
    uint64_t hash;
    uint32_t flags; /* SlotFlags */
    uint32_t mark;  /* the owner's */
} StateSlot;

typedef struct StateSlots {
    StateSlot **at;
    size_t count, capacity;
} StateSlots;

typedef enum StateKeyKind { KEY_NONE, KEY_WORD, KEY_TEXT, KEY_MANY } StateKeyKind;

/* Where a key column's words stand. */
typedef struct StateKeyColumn {
    uint16_t word, word_count; /* 1 or 2 */
    bool is_text;
} StateKeyColumn;

typedef struct StateLayout {
    uint16_t key_count;
    uint16_t null_words; /* KEY_MANY: bit k set = key k is NULL */
    uint16_t key_words;  /* 8-byte words of a key, null words included */
    uint8_t kind;        /* StateKeyKind */
    bool has_text;       /* a key column is text */
    Type *types;         /* of the key columns */
    StateKeyColumn *columns;
    uint32_t payload_at; /* in the slot; aligned to 16 */
    uint32_t slot_bytes;
} StateLayout;

typedef struct StateBlock StateBlock;
typedef struct StatePart {
    int64_t end, start; /* the time prefix */
    uint32_t count;     /* slots */
    uint32_t mask;      /* of the table; 0: none yet */
    uint64_t *table;    /* tag << 48 | slot; 0: empty */
    StateSlot *single;  /* the slot of the NULL key, or of no key at all */
    StateBlock *blocks;
    StateSlot *free_slots;
    Arena heap;                /* long text of keys; the owner's too */
    StateSlots touched, dirty; /* the owner's lists */
    uint32_t piece;            /* the owner's, for one batch */
    uint64_t round;
} StatePart;

enum { STATE_BLOCK_CLASSES = 12 };
typedef struct StateMap {
    StateLayout layout;
    StatePart **parts; /* by (end, start) */
    uint32_t part_count, part_capacity, last_part;
    StateBlock *free_blocks[STATE_BLOCK_CLASSES];
    size_t free_bytes, block_bytes, table_bytes;
    Arena arena; /* the layout */
} StateMap;

/* Keys of these types (ARRAY and ROW are 0A000) and `payload_bytes` for the owner in each slot. */
Status state_map_init(StateMap *map, const Type *key_types, uint16_t key_count,
                      uint32_t payload_bytes, Err *err) MUST_CHECK;
void state_map_deinit(StateMap *map);

/* The part with this time prefix; made if there is none. */
StatePart *state_map_part(StateMap *map, int64_t end, int64_t start);
/* Gives back the first `count` parts. */
void state_map_drop(StateMap *map, uint32_t count);
/* Moves a part of another map of equal layout into this one, if this one has none with its prefix.
 */
bool state_map_steal(StateMap *map, StateMap *from, uint32_t part);
/* A part to be added to another, and the map it is in. */
typedef struct StateOther {
    StateMap *map;
    StatePart *part;
} StateOther;
/* How several parts become one. */
typedef struct StateMerge {
    const StateOther *others;
    int other_count;
    const Parallel *parallel;
    /* Adds payloads of slots to those of their like, one pair after the other: `into` can hold a
     * slot several times. Called by several lanes at once, for slots of different keys, each with
     * a heap of its own for long text. */
    void (*add)(void *owner, StateSlot *const *into, StateSlot *const *from, uint32_t count,
                Arena *heap);
    void *owner;
} StateMerge;
/* Adds parts of other maps of equal layout (with keys) to `part` by all lanes at once: for big
 * ones. The others are empty then, their memory is the part's: slots that had their like are free
 * ones. Pointers into `part` stay valid. */
void state_part_merge(StateMap *map, StatePart *part, const StateMerge *how);
/* How many slots wait to be used again. */
size_t state_part_free(const StateMap *map, const StatePart *part);
int64_t state_map_rows(const StateMap *map);
int64_t state_map_bytes(const StateMap *map);

/* The key columns of a batch, made ready for look-ups in any part of the map. */
typedef struct StateKeys {
    const uint64_t *hashes; /* KEY_MANY: by row; the others are hashed as they are looked up */
    const uint64_t *words;  /* by row, layout.key_words each */
    const uint64_t *valid;  /* KEY_WORD, KEY_TEXT */
} StateKeys;
/* `cols`: layout.key_count vectors of any form. Only the rows of (sel, count) are made. */
void state_keys_make(const StateMap *map, const Vector *const *cols, uint32_t rows,
                     const uint16_t *sel, uint32_t count, Arena *scratch, StateKeys *keys);
/* slots[i] for the i-th row of (sel, count): the row's slot, made with a zero payload if there is
 * none. */
void state_part_upsert(StateMap *map, StatePart *part, const StateKeys *keys, const uint16_t *sel,
                       uint32_t count, StateSlot **slots);
/* The same by the keys of slots of a map of equal layout. */
void state_part_upsert_slots(StateMap *map, StatePart *part, StateSlot *const *from, uint32_t count,
                             StateSlot **slots);
void state_part_remove(StateMap *map, StatePart *part, StateSlot *slot);

/* All slots of a part, in no order: room for part->count. */
void state_part_list(const StateMap *map, const StatePart *part, StateSlot **slots);
/* Sorts slots by their key columns in order: NULL is greatest, text by bytes. With `parallel` by
 * all lanes at once. */
void state_sort(const StateMap *map, StateSlot **slots, uint32_t count, const Parallel *parallel);
/* Writes key column `key` of the slots to rows at… of the FLAT `out`; text is shared with the
 * slots. */
void state_key_column(const StateMap *map, StateSlot *const *slots, uint32_t count, uint16_t key,
                      Vector *out, uint32_t at, uint32_t out_rows, Arena *arena);

static inline uint8_t *state_payload(const StateMap *map, StateSlot *slot)
{
    return (uint8_t *)slot + map->layout.payload_at;
}
static inline const uint64_t *state_words(const StateSlot *slot)
{
    return (const uint64_t *)(const void *)(slot + 1);
}
void state_slots_push(StateSlots *list, StateSlot *slot);

#endif
