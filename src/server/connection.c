/* connection.c - see connection.h. */
#include "server/connection.h"

#include <stdlib.h>

void connection_init(Connection *connection, uint32_t id, uint32_t key,
                     void (*attend)(Connection *))
{
    *connection = (Connection){.id = id, .key = key, .attend = attend};
    mutex_init(&connection->lock);
    mutex_init(&connection->session_lock);
    cond_init(&connection->changed);
    buf_init(&connection->in);
    buf_init(&connection->out);
}

void connection_deinit(Connection *connection)
{
    buf_deinit(&connection->in);
    buf_deinit(&connection->out);
    cond_deinit(&connection->changed);
    mutex_deinit(&connection->session_lock);
    mutex_deinit(&connection->lock);
}

static Str unread(const Connection *connection)
{
    return (Str){connection->in.data ? connection->in.data + connection->in_at : "",
                 connection->in.length - connection->in_at};
}

/* Enough to go on with: a whole message however long it may be, and no more than the limit else. */
static bool is_full(const Connection *connection)
{
    PgFrame frame;
    Str bytes = unread(connection);
    if (bytes.length < CONNECTION_IN_BYTES)
        return false;
    return pg_frame_next(bytes, &frame, NULL) != PG_FRAME_PARTIAL;
}

bool connection_feed(Connection *connection, const char *bytes, size_t count)
{
    mutex_lock(&connection->lock);
    Buf *in = &connection->in;
    if (connection->in_at && connection->in_at >= in->length / 2) {
        Str left = unread(connection);
        memmove(in->data, left.data, left.length);
        in->length = left.length;
        connection->in_at = 0;
    }
    buf_add(in, bytes, count);
    connection->in_paused = is_full(connection);
    bool more = !connection->in_paused;
    cond_broadcast(&connection->changed);
    mutex_unlock(&connection->lock);
    return more;
}

bool connection_wants_input(Connection *connection)
{
    mutex_lock(&connection->lock);
    bool wants = !connection->in_paused && !connection->in_ended && !connection->finished;
    mutex_unlock(&connection->lock);
    return wants;
}

void connection_end_input(Connection *connection)
{
    mutex_lock(&connection->lock);
    connection->in_ended = true;
    cond_broadcast(&connection->changed);
    mutex_unlock(&connection->lock);
}

bool connection_take(Connection *connection, Buf *to)
{
    mutex_lock(&connection->lock);
    bool any = connection->out.length > 0;
    if (any) {
        Buf empty = *to;
        *to = connection->out;
        connection->out = empty;
        connection->in_flight = to->length;
    }
    mutex_unlock(&connection->lock);
    return any;
}

void connection_wrote(Connection *connection)
{
    mutex_lock(&connection->lock);
    connection->in_flight = 0;
    cond_broadcast(&connection->changed);
    mutex_unlock(&connection->lock);
}

/* Under the lock.  From here on nothing the statement sends waits, so whatever lock of the engine
 * its thread holds is released before session_cancel could want it. */
static bool mark_cancelled(Connection *connection)
{
    if (connection->running)
        connection->cancelled = true;
    cond_broadcast(&connection->changed);
    return connection->running;
}

static void cancel_session(Connection *connection)
{
    mutex_lock(&connection->session_lock);
    if (connection->session)
        session_cancel(connection->session);
    mutex_unlock(&connection->session_lock);
}

void connection_cancel(Connection *connection)
{
    mutex_lock(&connection->lock);
    bool running = mark_cancelled(connection);
    mutex_unlock(&connection->lock);
    if (running)
        cancel_session(connection);
}

void connection_set_gone(Connection *connection)
{
    mutex_lock(&connection->lock);
    connection->gone = connection->in_ended = true;
    connection->in_flight = 0;
    buf_clear(&connection->out);
    bool running = mark_cancelled(connection);
    mutex_unlock(&connection->lock);
    if (running)
        cancel_session(connection);
}

void connection_drain(Connection *connection)
{
    mutex_lock(&connection->lock);
    connection->draining = true;
    bool running = mark_cancelled(connection);
    mutex_unlock(&connection->lock);
    if (running)
        cancel_session(connection);
}

bool connection_nudge(Connection *connection)
{
    bool cancelled = connection_is_cancelled(connection);
    if (cancelled)
        cancel_session(connection);
    return cancelled;
}

bool connection_is_half_closed(Connection *connection)
{
    mutex_lock(&connection->lock);
    bool half = connection->in_ended && !connection->gone && !connection->finished;
    mutex_unlock(&connection->lock);
    return half;
}

bool connection_is_finished(Connection *connection)
{
    mutex_lock(&connection->lock);
    bool finished = connection->finished;
    mutex_unlock(&connection->lock);
    return finished;
}

/* Under the lock: moves a message out of `in`; the loop may read again when that made room. */
static bool take_message(Connection *connection, size_t size, Buf *bytes)
{
    buf_clear(bytes);
    buf_add(bytes, unread(connection).data, size);
    connection->in_at += size;
    if (connection->in_at == connection->in.length) {
        connection->in_at = 0;
        buf_clear(&connection->in);
        if (connection->in.capacity > CONNECTION_IN_BYTES)
            buf_deinit(&connection->in);
    }
    bool resume = connection->in_paused && !is_full(connection);
    if (resume)
        connection->in_paused = false;
    return resume;
}

ConnectionNext connection_next(Connection *connection, Buf *bytes, PgFrame *frame, Err *err)
{
    ConnectionNext next;
    bool resume = false;
    mutex_lock(&connection->lock);
    while (true) {
        if (connection->gone || connection->draining) {
            next = connection->gone ? CONNECTION_ENDED : CONNECTION_DRAINED;
            break;
        }
        PgFrameState state = pg_frame_next(unread(connection), frame, err);
        if (state == PG_FRAME_WHOLE) {
            resume = take_message(connection, frame->bytes, bytes);
            frame->payload.data = bytes->data + (frame->bytes - frame->payload.length);
            next = CONNECTION_MESSAGE;
            break;
        }
        if (state == PG_FRAME_BAD || connection->in_ended) {
            next = state == PG_FRAME_BAD ? CONNECTION_BAD : CONNECTION_ENDED;
            break;
        }
        cond_wait(&connection->changed, &connection->lock);
    }
    mutex_unlock(&connection->lock);
    if (resume)
        connection->attend(connection);
    return next;
}

void connection_send(Connection *connection, Buf *out, bool wait)
{
    if (out->length == 0)
        return;
    mutex_lock(&connection->lock);
    while (wait && !connection->gone && !connection->cancelled &&
           connection->out.length + connection->in_flight >= CONNECTION_OUT_BYTES)
        cond_wait(&connection->changed, &connection->lock);
    if (connection->gone) {
        buf_clear(out);
    } else if (connection->out.length == 0) {
        Buf empty = connection->out;
        connection->out = *out;
        *out = empty;
    } else {
        buf_add(&connection->out, out->data, out->length);
        buf_clear(out);
    }
    mutex_unlock(&connection->lock);
    connection->attend(connection);
}

void connection_set_session(Connection *connection, Session *session)
{
    mutex_lock(&connection->session_lock);
    connection->session = session;
    mutex_unlock(&connection->session_lock);
}

void connection_begin(Connection *connection)
{
    mutex_lock(&connection->lock);
    connection->running = true;
    connection->cancelled = connection->gone || connection->draining;
    mutex_unlock(&connection->lock);
}

void connection_end(Connection *connection)
{
    mutex_lock(&connection->lock);
    connection->running = connection->cancelled = false;
    mutex_unlock(&connection->lock);
}

static bool read_flag(Connection *connection, const bool *flag)
{
    mutex_lock(&connection->lock);
    bool value = *flag;
    mutex_unlock(&connection->lock);
    return value;
}

bool connection_is_cancelled(Connection *connection)
{
    return read_flag(connection, &connection->cancelled);
}

bool connection_is_gone(Connection *connection)
{
    return read_flag(connection, &connection->gone);
}

bool connection_is_draining(Connection *connection)
{
    return read_flag(connection, &connection->draining);
}

void connection_finish(Connection *connection)
{
    mutex_lock(&connection->lock);
    connection->finished = true;
    mutex_unlock(&connection->lock);
    connection->attend(connection);
}
