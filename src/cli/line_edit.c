/* line_edit.c - see line_edit.h. */
#include "cli/line_edit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "cli/width.h"

enum { HISTORY_MAX = 2000, ESCAPE_WAIT_MS = 50, SHOWN_CANDIDATES = 200 };

enum Key {
    KEY_CTRL_A = 1,
    KEY_CTRL_B,
    KEY_CTRL_C,
    KEY_CTRL_D,
    KEY_CTRL_E,
    KEY_CTRL_F,
    KEY_CTRL_H = 8,
    KEY_TAB,
    KEY_LINE_FEED,
    KEY_CTRL_K,
    KEY_CTRL_L,
    KEY_ENTER,
    KEY_CTRL_N,
    KEY_CTRL_P = 16,
    KEY_CTRL_T = 20,
    KEY_CTRL_U,
    KEY_CTRL_W = 23,
    KEY_CTRL_Y = 25,
    KEY_ESCAPE = 27,
    KEY_BACKSPACE = 127,
    KEY_UP = 256,
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_HOME,
    KEY_END,
    KEY_DELETE,
    KEY_WORD_LEFT,
    KEY_WORD_RIGHT,
    KEY_WORD_DELETE,
    KEY_UNKNOWN,
    KEY_NONE
};

typedef struct Editing {
    LineEdit *edit;
    const char *prompt;
    int wake_fd;
    Buf *line;
    size_t cursor;     /* byte */
    size_t scrolled;   /* first byte shown */
    size_t history_at; /* history.count: the new line */
    char *new_line;    /* while another one is shown */
} Editing;

void line_edit_init(LineEdit *edit, const char *history_path)
{
    *edit = (LineEdit){.history_path = history_path};
    buf_init(&edit->cut);
    FILE *file = history_path ? fopen(history_path, "re") : NULL;
    if (!file)
        return;
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while ((length = getline(&line, &size, file)) > 0) {
        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        list_push(&edit->history, mem_strdup(line));
    }
    free(line);
    (void)fclose(file);
}

static void save_history(const LineEdit *edit)
{
    int fd = edit->history_path
                 ? open(edit->history_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)
                 : -1;
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file)
        return;
    size_t first = edit->history.count > HISTORY_MAX ? edit->history.count - HISTORY_MAX : 0;
    for (size_t i = first; i < edit->history.count; i++)
        (void)fprintf(file, "%s\n", edit->history.at[i]);
    (void)fclose(file);
}

void line_edit_deinit(LineEdit *edit)
{
    save_history(edit);
    for (size_t i = 0; i < edit->history.count; i++)
        free(edit->history.at[i]);
    list_free(&edit->history);
    buf_deinit(&edit->cut);
}

void line_edit_remember(LineEdit *edit, Str text)
{
    text = str_trim(text);
    if (!text.length)
        return;
    char *entry = mem_strndup(text.data, text.length);
    for (char *at = entry; *at; at++)
        if (*at == '\n' || *at == '\r')
            *at = ' ';
    if (edit->history.count && strcmp(edit->history.at[edit->history.count - 1], entry) == 0)
        free(entry);
    else
        list_push(&edit->history, entry);
}

/* ---- the screen ---- */

static size_t screen_columns(void)
{
    struct winsize size;
    return ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col > 10 ? size.ws_col : 80;
}

static void put(Buf *out)
{
    for (size_t at = 0; at < out->length;) {
        ssize_t wrote = write(1, out->data + at, out->length - at);
        if (wrote < 0 && errno != EINTR)
            break;
        at += wrote > 0 ? (size_t)wrote : 0;
    }
    buf_deinit(out);
}

static size_t columns_between(const Editing *editing, size_t from, size_t to)
{
    return width_text((Str){editing->line->data + from, to - from});
}

static size_t next_character(const Editing *editing, size_t at)
{
    size_t length;
    if (at >= editing->line->length)
        return editing->line->length;
    (void)width_character(editing->line->data + at, editing->line->data + editing->line->length,
                          &length);
    return at + length;
}

static size_t previous_character(const Editing *editing, size_t at)
{
    if (at)
        at--;
    while (at && ((unsigned char)editing->line->data[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static void redraw(Editing *editing)
{
    size_t room = screen_columns(), prompt = width_text(str_from(editing->prompt));
    room = room > prompt + 8 ? room - prompt - 1 : 8;
    if (editing->cursor < editing->scrolled)
        editing->scrolled = editing->cursor;
    while (columns_between(editing, editing->scrolled, editing->cursor) > room)
        editing->scrolled = next_character(editing, editing->scrolled);
    size_t stop = editing->scrolled;
    while (stop < editing->line->length &&
           columns_between(editing, editing->scrolled, next_character(editing, stop)) <= room)
        stop = next_character(editing, stop);
    Buf out;
    buf_init(&out);
    buf_printf(&out, "\r%s", editing->prompt);
    buf_add(&out, editing->line->data + editing->scrolled, stop - editing->scrolled);
    buf_printf(&out, "\033[K\r\033[%zuC",
               prompt + columns_between(editing, editing->scrolled, editing->cursor));
    put(&out);
}

/* ---- keys ---- */

/* A byte from the terminal; -1: none came in time, the terminal has gone, or woken. */
static int read_byte(const Editing *editing, int wait_ms)
{
    struct pollfd waits[2] = {{.fd = 0, .events = POLLIN},
                              {.fd = editing->wake_fd, .events = POLLIN}};
    for (;;) {
        int ready = poll(waits, 2, wait_ms);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0 || waits[1].revents)
            return -1;
        unsigned char byte;
        ssize_t got = read(0, &byte, 1);
        if (got < 0 && errno == EINTR)
            continue;
        return got == 1 ? byte : -1;
    }
}

/* ESC [ A, ESC O H, ESC [ 3 ~, ESC [ 1 ; 5 C, ESC b */
static int read_escape(const Editing *editing)
{
    int first = read_byte(editing, ESCAPE_WAIT_MS);
    if (first == 'b' || first == 'f' || first == 'd')
        return first == 'b' ? KEY_WORD_LEFT : first == 'f' ? KEY_WORD_RIGHT : KEY_WORD_DELETE;
    if (first != '[' && first != 'O')
        return KEY_UNKNOWN;
    int number = 0, modifier = 0, byte;
    while ((byte = read_byte(editing, ESCAPE_WAIT_MS)) >= 0 &&
           ((byte >= '0' && byte <= '9') || byte == ';')) {
        if (byte == ';')
            modifier = 1;
        else if (!modifier)
            number = (number * 10 + byte - '0') % 1000;
    }
    static const struct {
        int byte, key;
    } finals[] = {{'A', KEY_UP},   {'B', KEY_DOWN}, {'C', KEY_RIGHT},
                  {'D', KEY_LEFT}, {'H', KEY_HOME}, {'F', KEY_END}};
    for (size_t i = 0; i < sizeof finals / sizeof *finals; i++) {
        if (byte == finals[i].byte) {
            if (modifier && (byte == 'C' || byte == 'D'))
                return byte == 'C' ? KEY_WORD_RIGHT : KEY_WORD_LEFT;
            return finals[i].key;
        }
    }
    if (byte == '~' && (number == 1 || number == 7))
        return KEY_HOME;
    if (byte == '~' && (number == 4 || number == 8))
        return KEY_END;
    return byte == '~' && number == 3 ? KEY_DELETE : KEY_UNKNOWN;
}

/* ---- changes ---- */

static void insert(Editing *editing, const char *bytes, size_t count)
{
    Buf *line = editing->line;
    (void)buf_reserve(line, count);
    memmove(line->data + editing->cursor + count, line->data + editing->cursor,
            line->length - editing->cursor);
    memcpy(line->data + editing->cursor, bytes, count);
    line->length += count;
    editing->cursor += count;
}

static void erase(Editing *editing, size_t from, size_t to, bool keep)
{
    Buf *line = editing->line;
    if (from >= to)
        return;
    if (keep) {
        buf_clear(&editing->edit->cut);
        buf_add(&editing->edit->cut, line->data + from, to - from);
    }
    memmove(line->data + from, line->data + to, line->length - to);
    line->length -= to - from;
    editing->cursor = from;
}

static bool is_word_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static size_t word_left(const Editing *editing)
{
    size_t at = editing->cursor;
    while (at && !is_word_byte(editing->line->data[at - 1]))
        at--;
    while (at && is_word_byte(editing->line->data[at - 1]))
        at--;
    return at;
}

static size_t word_right(const Editing *editing)
{
    size_t at = editing->cursor, end = editing->line->length;
    while (at < end && !is_word_byte(editing->line->data[at]))
        at++;
    while (at < end && is_word_byte(editing->line->data[at]))
        at++;
    return at;
}

static void swap_characters(Editing *editing)
{
    if (editing->cursor == editing->line->length)
        editing->cursor = previous_character(editing, editing->cursor);
    size_t second = editing->cursor, first = previous_character(editing, second);
    size_t end = next_character(editing, second);
    if (first == second || second == end)
        return;
    char *copy = mem_strndup(editing->line->data + first, second - first);
    size_t length = second - first;
    erase(editing, first, second, false);
    editing->cursor = first + end - second;
    insert(editing, copy, length);
    free(copy);
}

static void show_history(Editing *editing, bool older)
{
    LineList *history = &editing->edit->history;
    size_t at = editing->history_at;
    if (older ? at == 0 : at == history->count)
        return;
    if (at == history->count) {
        free(editing->new_line);
        editing->new_line = mem_strndup(editing->line->data, editing->line->length);
    }
    at = older ? at - 1 : at + 1;
    editing->history_at = at;
    const char *text = at == history->count ? editing->new_line : history->at[at];
    buf_clear(editing->line);
    buf_add_text(editing->line, text);
    editing->cursor = editing->line->length;
    editing->scrolled = 0;
}

/* ---- completion ---- */

static size_t common_length(const LineList *candidates)
{
    size_t length = strlen(candidates->at[0]);
    for (size_t i = 1; i < candidates->count; i++) {
        size_t k = 0;
        while (k < length && candidates->at[i][k] && candidates->at[i][k] == candidates->at[0][k])
            k++;
        length = k;
    }
    return length;
}

static void list_candidates(const LineList *candidates)
{
    Buf out;
    buf_init(&out);
    size_t widest = 0;
    for (size_t i = 0; i < candidates->count; i++) {
        size_t width = width_text(str_from(candidates->at[i])) + 2;
        widest = width > widest ? width : widest;
    }
    size_t a_line = screen_columns() / widest;
    a_line = a_line ? a_line : 1;
    for (size_t i = 0; i < candidates->count && i < SHOWN_CANDIDATES; i++) {
        buf_add_text(&out, i % a_line ? "" : "\r\n");
        buf_add_text(&out, candidates->at[i]);
        width_pad(&out, widest - width_text(str_from(candidates->at[i])));
    }
    buf_add_text(&out, "\r\n");
    put(&out);
}

static void complete(Editing *editing)
{
    LineEdit *edit = editing->edit;
    size_t from = editing->cursor;
    while (from && is_word_byte(editing->line->data[from - 1]))
        from--;
    LineList candidates = {0};
    if (edit->complete)
        edit->complete(edit->context, (Str){editing->line->data, from},
                       (Str){editing->line->data + from, editing->cursor - from}, &candidates);
    if (candidates.count) {
        size_t length = common_length(&candidates), typed = editing->cursor - from;
        if (length >= typed && (length > typed || candidates.count == 1)) {
            erase(editing, from, editing->cursor, false);
            insert(editing, candidates.at[0], length);
            if (candidates.count == 1)
                insert(editing, " ", 1);
        } else if (candidates.count > 1) {
            list_candidates(&candidates);
        }
    }
    for (size_t i = 0; i < candidates.count; i++)
        free(candidates.at[i]);
    list_free(&candidates);
}

/* ---- reading a line ---- */

static void move_or_change(Editing *editing, int key)
{
    Buf *line = editing->line;
    size_t at = editing->cursor;
    switch (key) {
    case KEY_CTRL_A:
    case KEY_HOME:
        editing->cursor = 0;
        break;
    case KEY_CTRL_E:
    case KEY_END:
        editing->cursor = line->length;
        break;
    case KEY_CTRL_B:
    case KEY_LEFT:
        editing->cursor = previous_character(editing, at);
        break;
    case KEY_CTRL_F:
    case KEY_RIGHT:
        editing->cursor = next_character(editing, at);
        break;
    case KEY_WORD_LEFT:
        editing->cursor = word_left(editing);
        break;
    case KEY_WORD_RIGHT:
        editing->cursor = word_right(editing);
        break;
    case KEY_CTRL_H:
    case KEY_BACKSPACE:
        erase(editing, previous_character(editing, at), at, false);
        break;
    case KEY_CTRL_D:
    case KEY_DELETE:
        erase(editing, at, next_character(editing, at), false);
        break;
    case KEY_WORD_DELETE:
        erase(editing, at, word_right(editing), true);
        break;
    case KEY_CTRL_W:
        erase(editing, word_left(editing), at, true);
        break;
    case KEY_CTRL_K:
        erase(editing, at, line->length, true);
        break;
    case KEY_CTRL_U:
        erase(editing, 0, at, true);
        break;
    case KEY_CTRL_Y:
        insert(editing, buf_text(&editing->edit->cut), editing->edit->cut.length);
        break;
    case KEY_CTRL_T:
        swap_characters(editing);
        break;
    case KEY_CTRL_P:
    case KEY_UP:
        show_history(editing, true);
        break;
    case KEY_CTRL_N:
    case KEY_DOWN:
        show_history(editing, false);
        break;
    case KEY_TAB:
        complete(editing);
        break;
    default:
        break;
    }
}

static void insert_typed(Editing *editing, int first)
{
    char bytes[4] = {(char)first};
    size_t count = 1, wanted = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    while (count < wanted) {
        int next = read_byte(editing, ESCAPE_WAIT_MS);
        if (next < 0)
            return;
        bytes[count++] = (char)next;
    }
    if (utf8_valid(bytes, count))
        insert(editing, bytes, count);
}

static LineEnd edit_line(Editing *editing)
{
    for (;;) {
        redraw(editing);
        int key = read_byte(editing, -1);
        if (key < 0 || (key == KEY_CTRL_D && !editing->line->length))
            return LINE_CLOSED;
        if (key == KEY_CTRL_C)
            return LINE_CANCELLED;
        if (key == KEY_ENTER || key == KEY_LINE_FEED)
            return LINE_READ;
        if (key == KEY_CTRL_L) {
            Buf out;
            buf_init(&out);
            buf_add_text(&out, "\033[H\033[2J");
            put(&out);
        } else if (key == KEY_ESCAPE) {
            move_or_change(editing, read_escape(editing));
        } else if (key < ' ' || key == KEY_BACKSPACE) {
            move_or_change(editing, key);
        } else {
            insert_typed(editing, key);
        }
    }
}

LineEnd line_edit_read(LineEdit *edit, const char *prompt, int wake_fd, Buf *line)
{
    struct termios before, raw;
    buf_clear(line);
    (void)buf_reserve(line, 1);
    if (tcgetattr(0, &before) != 0)
        return LINE_CLOSED;
    raw = before;
    raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INPCK | ISTRIP | IXON);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | IEXTEN | ISIG);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(0, TCSADRAIN, &raw) != 0)
        return LINE_CLOSED;
    Editing editing = {.edit = edit,
                       .prompt = prompt,
                       .wake_fd = wake_fd,
                       .line = line,
                       .history_at = edit->history.count};
    LineEnd end = edit_line(&editing);
    editing.cursor = line->length;
    redraw(&editing);
    Buf out;
    buf_init(&out);
    buf_add_text(&out, end == LINE_CANCELLED ? "^C\r\n" : "\r\n");
    put(&out);
    free(editing.new_line);
    (void)tcsetattr(0, TCSADRAIN, &before);
    return end;
}
