/*
 * like.h - LIKE patterns, taken apart once.
 *
 *     abc         EQUAL            %abc%     CONTAINS
 *     abc%        PREFIX           a_c%d%e   SEGMENTS: the parts between the %
 *     %abc        SUFFIX           %         ANY
 */
#ifndef STREAMD_FUNCTIONS_LIKE_H
#define STREAMD_FUNCTIONS_LIKE_H

#include "base/arena.h"
#include "base/str.h"

typedef enum LikeKind {
    LIKE_ANY,
    LIKE_EQUAL,
    LIKE_PREFIX,
    LIKE_SUFFIX,
    LIKE_CONTAINS,
    LIKE_SEGMENTS
} LikeKind;

/* Any `skip` characters, then the literal bytes. */
typedef struct LikePiece {
    uint32_t skip;
    Str literal;
} LikePiece;

typedef struct LikeSegment {
    const LikePiece *pieces;
    uint32_t count;
    uint32_t chars; /* characters in all */
} LikeSegment;

typedef struct LikePattern {
    LikeKind kind;
    bool open_start, open_end; /* SEGMENTS: a % stands at the start, the end */
    Str literal;               /* of the first kinds */
    LikeSegment *segments;
    uint32_t count;
} LikePattern;

/* `escape` is one character or empty (none).  22025 when the pattern ends in it, 22019 when it is
 * longer. Memory from the arena, which must live as long; the pattern's bytes are copied. */
Status like_compile(LikePattern *out, Str pattern, Str escape, Arena *arena, int32_t position,
                    Err *err) MUST_CHECK;
bool like_match(const LikePattern *pattern, Str text);

#endif
