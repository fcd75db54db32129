/*
 * folder_watch.h - news from folders by inotify.
 *
 * Events are hints: they come late, twice, or not at all (network file systems, a full queue), so
 * whoever watches looks at everything from time to time as well.  One thread of the process waits
 * for all watches and calls wake; it starts with the first watch and ends with the last.
 */
#ifndef STREAMD_IO_FOLDER_WATCH_H
#define STREAMD_IO_FOLDER_WATCH_H

#include <stdbool.h>

typedef struct FolderWatch FolderWatch;
typedef struct FolderEvent {
    const char *folder, *name; /* until the next call */
    bool is_folder;            /* a folder came, went or is no longer the same */
    bool lost;                 /* events were dropped: look at everything */
} FolderEvent;

/* NULL when the system has no watch left. wake is called from another thread and must not wait for
 * a lock that the caller of folder_watch_free holds. */
FolderWatch *folder_watch_new(void (*wake)(void *context), void *context);
void folder_watch_free(FolderWatch *watch); /* NULL allowed */
/* False when it was watched already (or cannot be). */
bool folder_watch_add(FolderWatch *watch, const char *folder);
/* The next event, false when there is none; from then on a new one calls wake. */
bool folder_watch_next(FolderWatch *watch, FolderEvent *event);

#endif
