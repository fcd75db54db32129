/*
 * interrupt.h - Ctrl-C and SIGTERM, taken by a thread of their own.
 *
 * The first one sets interrupt_asked, makes interrupt_fd readable and calls the handler from that
 * thread, where locks may be taken; another one more than a second later ends the
 * process at once.  Call interrupt_start before any other thread is made: the signals are then
 * blocked everywhere else.  A signal that was ignored when the process began stays so.
 */
#ifndef STREAMD_CLI_INTERRUPT_H
#define STREAMD_CLI_INTERRUPT_H

#include <stdbool.h>

extern _Atomic bool interrupt_asked;

void interrupt_start(void);
/* Also blocks until a handler that is running has returned. handler NULL: none. */
void interrupt_set_handler(void (*handler)(void *context), void *context);
/* Interactive use: SIGINT calls the handler and asks for no end. */
void interrupt_only_cancels(bool on);
int interrupt_fd(void);        /* readable once a signal came; -1: none can come */
int interrupt_exit_code(void); /* 130, 143; 0: no signal came */

#endif
