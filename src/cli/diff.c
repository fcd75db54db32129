/*
 * diff.c - Myers' O(ND) difference; see diff.h.
 *
 * Equal lines at both ends are left out first.  What remains is searched with at most STEPS_MAX
 * edits; beyond that everything old is replaced by everything new.
 */
#include "cli/diff.h"

#include <stdlib.h>
#include "base/list.h"

enum { CONTEXT_LINES = 3, STEPS_MAX = 2000 };

typedef LIST(Str) Lines;

/* One line of the result: of both texts (' '), of the old one ('-') or of the new one ('+'). */
typedef struct Edit {
    char kind;
    size_t old_line, new_line;
} Edit;
typedef LIST(Edit) Edits;

/* Lines with their ends, so that a missing last line end is a difference. */
static void split(Str text, Lines *lines)
{
    const char *at = text.data, *end = text.data + text.length;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop + 1 : end;
        Str line = {at, (size_t)(stop - at)};
        list_push(lines, line);
        at = stop;
    }
}

typedef struct Search {
    const Str *old_lines, *new_lines;
    long old_count, new_count;
    int **trace; /* trace[d][k + d]: the furthest old line on diagonal k after d edits */
} Search;

/* How far x gets on diagonal k with d edits, given those of d - 1. */
static long furthest(const Search *search, const int *before, long d, long k)
{
    long x = 0;
    if (d > 0) {
        bool down = k == -d || (k != d && before[k - 1 + d - 1] < before[k + 1 + d - 1]);
        x = down ? before[k + 1 + d - 1] : before[k - 1 + d - 1] + 1L;
    }
    while (x < search->old_count && x - k < search->new_count && x - k >= 0 &&
           str_equal(search->old_lines[x], search->new_lines[x - k]))
        x++;
    return x;
}

/* The number of edits, or -1 when there are too many. */
static long search_edits(Search *search)
{
    long most = search->old_count + search->new_count;
    most = most > STEPS_MAX ? STEPS_MAX : most;
    search->trace = mem_zalloc(sizeof *search->trace * (size_t)(most + 1));
    for (long d = 0; d <= most; d++) {
        int *row = mem_alloc(sizeof *row * (size_t)(2 * d + 1));
        search->trace[d] = row;
        for (long k = -d; k <= d; k++) {
            if ((k + d) & 1) {
                row[k + d] = -1;
                continue;
            }
            long x = furthest(search, d ? search->trace[d - 1] : NULL, d, k);
            row[k + d] = (int)x;
            if (x >= search->old_count && x - k >= search->new_count)
                return d;
        }
    }
    return -1;
}

static void put(Edit *edits, long *at, char kind, long old_line, long new_line)
{
    edits[--*at] = (Edit){kind, (size_t)old_line, (size_t)new_line};
}

/* Walks the trace back and lists the edits in order. */
static void walk_back(const Search *search, long d, Edits *out, size_t offset)
{
    long x = search->old_count, y = search->new_count, at = x + y;
    Edit *edits = mem_alloc(sizeof *edits * (size_t)(at + 1));
    long total = at;
    for (; d > 0; d--) {
        const int *before = search->trace[d - 1];
        long k = x - y;
        bool down = k == -d || (k != d && before[k - 1 + d - 1] < before[k + 1 + d - 1]);
        long previous_x = down ? before[k + 1 + d - 1] : before[k - 1 + d - 1];
        long previous_y = previous_x - (down ? k + 1 : k - 1);
        while (x > previous_x && y > previous_y) {
            x--, y--;
            put(edits, &at, ' ', x, y);
        }
        if (down)
            put(edits, &at, '+', x, --y);
        else
            put(edits, &at, '-', --x, y);
    }
    while (x > 0 && y > 0) {
        x--, y--;
        put(edits, &at, ' ', x, y);
    }
    for (; at < total; at++) {
        edits[at].old_line += offset;
        edits[at].new_line += offset;
        list_push(out, edits[at]);
    }
    free(edits);
}

static void find_edits(const Lines *a, const Lines *b, Edits *out)
{
    size_t head = 0, tail = 0;
    while (head < a->count && head < b->count && str_equal(a->at[head], b->at[head]))
        head++;
    while (tail < a->count - head && tail < b->count - head &&
           str_equal(a->at[a->count - 1 - tail], b->at[b->count - 1 - tail]))
        tail++;
    for (size_t i = 0; i < head; i++) {
        Edit same = {' ', i, i};
        list_push(out, same);
    }
    Search search = {.old_lines = a->at + head,
                     .new_lines = b->at + head,
                     .old_count = (long)(a->count - head - tail),
                     .new_count = (long)(b->count - head - tail)};
    long d = search_edits(&search);
    if (d >= 0) {
        walk_back(&search, d, out, head);
    } else {
        for (size_t i = head; i < a->count - tail; i++) {
            Edit gone = {'-', i, head};
            list_push(out, gone);
        }
        for (size_t i = head; i < b->count - tail; i++) {
            Edit come = {'+', a->count - tail, i};
            list_push(out, come);
        }
    }
    for (long i = 0; i <= STEPS_MAX && i <= search.old_count + search.new_count; i++)
        free(search.trace[i]);
    free(search.trace);
    for (size_t i = 0; i < tail; i++) {
        Edit same = {' ', a->count - tail + i, b->count - tail + i};
        list_push(out, same);
    }
}

static void put_hunk(Buf *out, const Lines *a, const Lines *b, const Edit *edits, size_t count)
{
    size_t old_count = 0, new_count = 0;
    for (size_t i = 0; i < count; i++) {
        old_count += edits[i].kind != '+';
        new_count += edits[i].kind != '-';
    }
    buf_printf(out, "@@ -%zu,%zu +%zu,%zu @@\n", edits[0].old_line + (old_count != 0), old_count,
               edits[0].new_line + (new_count != 0), new_count);
    for (size_t i = 0; i < count; i++) {
        Str line = edits[i].kind == '+' ? b->at[edits[i].new_line] : a->at[edits[i].old_line];
        buf_add_char(out, edits[i].kind);
        buf_add(out, line.data, line.length);
        if (line.data[line.length - 1] != '\n')
            buf_add_text(out, "\n\\ No newline at end of file\n");
    }
}

/* Edits in hunks: differences no further than twice the context apart belong together. */
static void put_hunks(Buf *out, const Lines *a, const Lines *b, const Edits *edits)
{
    for (size_t i = 0; i < edits->count;) {
        while (i < edits->count && edits->at[i].kind == ' ')
            i++;
        if (i == edits->count)
            return;
        size_t first = i > CONTEXT_LINES ? i - CONTEXT_LINES : 0, last = i;
        for (size_t k = i; k < edits->count && k <= last + 2 * CONTEXT_LINES + 1; k++)
            last = edits->at[k].kind != ' ' ? k : last;
        size_t end = last + 1 + CONTEXT_LINES;
        end = end > edits->count ? edits->count : end;
        put_hunk(out, a, b, edits->at + first, end - first);
        i = end;
    }
}

void diff_unified(Buf *out, Str old_text, const char *old_name, Str new_text, const char *new_name)
{
    if (str_equal(old_text, new_text))
        return;
    Lines a = {0}, b = {0};
    Edits edits = {0};
    split(old_text, &a);
    split(new_text, &b);
    find_edits(&a, &b, &edits);
    buf_printf(out, "--- %s\n+++ %s\n", old_name, new_name);
    put_hunks(out, &a, &b, &edits);
    list_free(&a);
    list_free(&b);
    list_free(&edits);
}
