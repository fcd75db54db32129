/*
 * like.c - matching by segments: the first is tied to the start and the last to the end of the text
 * unless a % stands there; those between are found one after the other from the left.
 */
#include "functions/like.h"
#include "functions/text_math.h"

typedef struct Builder {
    Arena *arena;
    LikeSegment *segments;
    LikePiece *pieces;
    char *bytes; /* room for all literals */
    uint32_t segment_count, piece_count;
    uint32_t first_piece; /* of the open segment */
    uint32_t chars;
} Builder;

static void end_segment(Builder *b)
{
    if (b->piece_count > b->first_piece)
        b->segments[b->segment_count++] = (LikeSegment){.pieces = b->pieces + b->first_piece,
                                                        .count = b->piece_count - b->first_piece,
                                                        .chars = b->chars};
    b->first_piece = b->piece_count;
    b->chars = 0;
}

static LikePiece *open_piece(Builder *b, bool for_skip)
{
    LikePiece *last = b->piece_count > b->first_piece ? &b->pieces[b->piece_count - 1] : NULL;
    if (last && !(for_skip && last->literal.length))
        return last;
    b->pieces[b->piece_count] = (LikePiece){.literal = {b->bytes, 0}};
    return &b->pieces[b->piece_count++];
}

static void add_literal(Builder *b, const char *bytes, size_t length)
{
    LikePiece *piece = open_piece(b, false);
    memcpy(b->bytes, bytes, length);
    b->bytes += length;
    piece->literal.length += length;
    b->chars++;
}

static void classify(LikePattern *out)
{
    const LikeSegment *only = out->count == 1 ? &out->segments[0] : NULL;
    out->kind = LIKE_SEGMENTS;
    if (out->count == 0) {
        out->kind = out->open_start ? LIKE_ANY : LIKE_EQUAL;
    } else if (only && only->count == 1 && only->pieces[0].skip == 0) {
        out->literal = only->pieces[0].literal;
        out->kind = out->open_start ? (out->open_end ? LIKE_CONTAINS : LIKE_SUFFIX)
                    : out->open_end ? LIKE_PREFIX
                                    : LIKE_EQUAL;
    }
}

Status like_compile(LikePattern *out, Str pattern, Str escape, Arena *arena, int32_t position,
                    Err *err)
{
    Builder b = {.arena = arena};
    const char *p = pattern.data, *end = p + pattern.length, *e = escape.data;
    uint32_t escape_code = escape.length ? text_next(&e, e + escape.length) : UINT32_MAX;
    if (escape.length && e != escape.data + escape.length)
        return err_set(err, "22019", position,
                       "invalid escape string: it must be empty or one character");
    b.segments = ARENA_ARRAY(arena, LikeSegment, pattern.length + 1);
    b.pieces = ARENA_ARRAY(arena, LikePiece, pattern.length + 1);
    b.bytes = arena_alloc(arena, pattern.length + 1);
    *out = (LikePattern){.segments = b.segments, .literal = {"", 0}};
    bool after_percent = false;
    while (p < end) {
        const char *start = p;
        uint32_t code = text_next(&p, end);
        after_percent = false;
        if (code == escape_code) {
            if (p == end)
                return err_set(err, SQLSTATE_BAD_ESCAPE, position,
                               "LIKE pattern must not end with escape character");
            start = p;
            text_next(&p, end);
            add_literal(&b, start, (size_t)(p - start));
        } else if (code == '%') {
            out->open_start |= start == pattern.data;
            after_percent = true;
            end_segment(&b);
        } else if (code == '_') {
            open_piece(&b, true)->skip++;
            b.chars++;
        } else {
            add_literal(&b, start, (size_t)(p - start));
        }
    }
    out->open_end = after_percent;
    end_segment(&b);
    out->count = b.segment_count;
    classify(out);
    return OK;
}

/* The end of the segment's match that starts at p, or NULL. */
static const char *match_at(const LikeSegment *segment, const char *p, const char *end)
{
    for (uint32_t i = 0; i < segment->count; i++) {
        const LikePiece *piece = &segment->pieces[i];
        for (uint32_t n = 0; n < piece->skip; n++) {
            if (p == end)
                return NULL;
            text_next(&p, end);
        }
        if ((size_t)(end - p) < piece->literal.length ||
            memcmp(p, piece->literal.data, piece->literal.length) != 0)
            return NULL;
        p += piece->literal.length;
    }
    return p;
}

/* The end of the first match at or after p, or NULL. */
static const char *match_from(const LikeSegment *segment, const char *p, const char *end)
{
    Str literal = segment->pieces[0].literal;
    if (segment->pieces[0].skip == 0) {
        for (;; p++) {
            p = text_find(p, (size_t)(end - p), literal.data, literal.length);
            const char *done = p ? match_at(segment, p, end) : NULL;
            if (!p || done)
                return done;
        }
    }
    for (;;) {
        const char *done = match_at(segment, p, end);
        if (done || p == end)
            return done;
        text_next(&p, end);
    }
}

static bool match_segments(const LikePattern *pattern, Str text)
{
    const char *p = text.data, *end = p + text.length;
    uint32_t first = 0, last = pattern->count;
    if (!pattern->open_start) {
        p = match_at(&pattern->segments[first++], p, end);
        if (!p)
            return false;
        if (last == 1 && !pattern->open_end)
            return p == end;
    }
    if (!pattern->open_end) {
        const LikeSegment *tail = &pattern->segments[--last];
        const char *start = end;
        for (uint32_t n = 0; n < tail->chars; n++) {
            if (start <= p)
                return false;
            start--;
            while (start > p && text_is_continuation(*start))
                start--;
        }
        if (match_at(tail, start, end) != end)
            return false;
        end = start;
    }
    for (; first < last; first++) {
        p = match_from(&pattern->segments[first], p, end);
        if (!p)
            return false;
    }
    return true;
}

bool like_match(const LikePattern *pattern, Str text)
{
    Str literal = pattern->literal;
    switch (pattern->kind) {
    case LIKE_ANY:
        return true;
    case LIKE_EQUAL:
        return str_equal(text, literal);
    case LIKE_PREFIX:
        return str_has_prefix(text, literal);
    case LIKE_SUFFIX:
        return str_has_suffix(text, literal);
    case LIKE_CONTAINS:
        return text_find(text.data, text.length, literal.data, literal.length) != NULL;
    case LIKE_SEGMENTS:
        return match_segments(pattern, text);
    }
    return false;
}
