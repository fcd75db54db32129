/* folder_watch.c - see folder_watch.h. */
#include "io/folder_watch.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>
#include "base/list.h"
#include "base/thread.h"

enum { EVENT_BYTES = 16 * 1024 };

typedef struct Watched {
    int descriptor;
    char *folder;
} Watched;

struct FolderWatch {
    int fd, epoll;
    void (*wake)(void *context);
    void *context;
    LIST(Watched) folders; /* sorted by descriptor: the kernel counts upwards */
    char *folder_text;     /* of the event handed out last, when its folder is gone */
    struct FolderWatch *next;
    size_t at, filled;
    _Alignas(struct inotify_event) char events[EVENT_BYTES];
};

/* The thread that waits for all of them. */
static pthread_mutex_t hub_lock = PTHREAD_MUTEX_INITIALIZER;
static FolderWatch *hub_watches;
static Thread hub_thread;
static int hub_epoll = -1, hub_stop = -1;

static void hub_run(void *arg)
{
    int epoll = (int)(intptr_t)arg; /* the hub may have another by the time this thread ends */
    for (;;) {
        struct epoll_event ready;
        int count = epoll_wait(epoll, &ready, 1, -1);
        if (count < 0 && errno != EINTR)
            return;
        if (count <= 0)
            continue;
        if (!ready.data.ptr)
            return;
        mutex_lock(&hub_lock);
        /* It may have been freed between the event and the lock. */
        for (FolderWatch *watch = hub_watches; watch; watch = watch->next)
            if (watch == ready.data.ptr)
                watch->wake(watch->context);
        mutex_unlock(&hub_lock);
    }
}

/* With the lock held. */
static bool hub_start(void)
{
    hub_epoll = epoll_create1(EPOLL_CLOEXEC);
    hub_stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event stop = {.events = EPOLLIN, .data.ptr = NULL};
    Err err = ERR_NONE;
    if (hub_epoll >= 0 && hub_stop >= 0 &&
        epoll_ctl(hub_epoll, EPOLL_CTL_ADD, hub_stop, &stop) == 0 &&
        thread_start(&hub_thread, hub_run, (void *)(intptr_t)hub_epoll, "folder-watch", &err) == OK)
        return true;
    if (hub_epoll >= 0)
        (void)close(hub_epoll);
    if (hub_stop >= 0)
        (void)close(hub_stop);
    hub_epoll = hub_stop = -1;
    return false;
}

FolderWatch *folder_watch_new(void (*wake)(void *context), void *context)
{
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd < 0)
        return NULL;
    FolderWatch *watch = mem_zalloc(sizeof *watch);
    watch->fd = fd;
    watch->wake = wake;
    watch->context = context;
    mutex_lock(&hub_lock);
    struct epoll_event interest = {.events = EPOLLIN | EPOLLONESHOT, .data.ptr = watch};
    bool started = hub_watches || hub_start();
    bool joined = started && epoll_ctl(hub_epoll, EPOLL_CTL_ADD, fd, &interest) == 0;
    if (joined) {
        watch->epoll = hub_epoll;
        watch->next = hub_watches;
        hub_watches = watch;
    }
    mutex_unlock(&hub_lock);
    if (!joined) {
        (void)close(fd);
        free(watch);
        return NULL;
    }
    return watch;
}

void folder_watch_free(FolderWatch *watch)
{
    if (!watch)
        return;
    mutex_lock(&hub_lock);
    FolderWatch **at = &hub_watches;
    while (*at != watch)
        at = &(*at)->next;
    *at = watch->next;
    (void)epoll_ctl(hub_epoll, EPOLL_CTL_DEL, watch->fd, NULL);
    Thread ending = {0};
    int old_epoll = hub_epoll, old_stop = hub_stop;
    if (!hub_watches) {
        ending = hub_thread;
        uint64_t one = 1;
        if (write(hub_stop, &one, sizeof one) < 0)
            abort();
        /* The thread may be waiting for the lock. */
        mutex_unlock(&hub_lock);
        thread_join(&ending);
        mutex_lock(&hub_lock);
        (void)close(old_epoll);
        (void)close(old_stop);
    }
    mutex_unlock(&hub_lock);
    (void)close(watch->fd);
    for (size_t i = 0; i < watch->folders.count; i++)
        free(watch->folders.at[i].folder);
    list_free(&watch->folders);
    free(watch->folder_text);
    free(watch);
}

static size_t watched_find(const FolderWatch *watch, int descriptor)
{
    size_t low = 0, high = watch->folders.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (watch->folders.at[middle].descriptor < descriptor)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool folder_watch_add(FolderWatch *watch, const char *folder)
{
    int descriptor =
        inotify_add_watch(watch->fd, folder,
                          IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM |
                              IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
    if (descriptor < 0)
        return false;
    size_t at = watched_find(watch, descriptor);
    if (at < watch->folders.count && watch->folders.at[at].descriptor == descriptor) {
        /* The same folder, perhaps under a new name. */
        if (strcmp(watch->folders.at[at].folder, folder) != 0) {
            free(watch->folders.at[at].folder);
            watch->folders.at[at].folder = mem_strdup(folder);
        }
        return false;
    }
    Watched added = {descriptor, mem_strdup(folder)};
    list_push(&watch->folders, added);
    memmove(&watch->folders.at[at + 1], &watch->folders.at[at],
            (watch->folders.count - 1 - at) * sizeof added);
    watch->folders.at[at] = added;
    return true;
}

static void folder_gone(FolderWatch *watch, size_t at)
{
    free(watch->folder_text);
    watch->folder_text = watch->folders.at[at].folder;
    memmove(&watch->folders.at[at], &watch->folders.at[at + 1],
            (watch->folders.count - 1 - at) * sizeof *watch->folders.at);
    watch->folders.count--;
}

bool folder_watch_next(FolderWatch *watch, FolderEvent *event)
{
    for (;;) {
        if (watch->at == watch->filled) {
            ssize_t count = read(watch->fd, watch->events, sizeof watch->events);
            if (count <= 0) {
                struct epoll_event interest = {.events = EPOLLIN | EPOLLONESHOT, .data.ptr = watch};
                (void)epoll_ctl(watch->epoll, EPOLL_CTL_MOD, watch->fd, &interest);
                return false;
            }
            watch->at = 0;
            watch->filled = (size_t)count;
        }
        const struct inotify_event *news =
            (const struct inotify_event *)(const void *)(watch->events + watch->at);
        watch->at += sizeof *news + news->len;
        *event = (FolderEvent){.folder = "", .name = ""};
        if (news->mask & IN_Q_OVERFLOW) {
            event->lost = true;
            return true;
        }
        size_t at = watched_find(watch, news->wd);
        if (at == watch->folders.count || watch->folders.at[at].descriptor != news->wd)
            continue;
        event->folder = watch->folders.at[at].folder;
        event->name = news->len ? news->name : "";
        event->is_folder =
            (news->mask & (IN_ISDIR | IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) != 0;
        if (news->mask & IN_IGNORED)
            folder_gone(watch, at);
        return true;
    }
}
