/* source_stdin.h - the standard input has one reader. */
#ifndef STREAMD_IO_SOURCE_STDIN_H
#define STREAMD_IO_SOURCE_STDIN_H

#include "base/err.h"

/* While statements are read from it no table may read it, and the other way round: who got which
 * line would be chance.  55006 when it has a reader. */
Status source_stdin_take(Err *err) MUST_CHECK;
void source_stdin_release(void);

#endif
