/*
 * sd_notify.h - telling systemd how the service is (Type=notify), without its library.
 */
#ifndef STREAMD_SERVER_SD_NOTIFY_H
#define STREAMD_SERVER_SD_NOTIFY_H

/* Sends "READY=1", "STOPPING=1", … to $NOTIFY_SOCKET; does nothing when there is none.  What fails
 * is not worth a word: systemd has its own time-outs. */
void sd_notify(const char *state);

#endif
