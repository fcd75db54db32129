/* md5.h - RFC 1321, for the hashes in SQLite's sqllogictest files; of no use for security. */
#ifndef STREAMD_CLI_MD5_H
#define STREAMD_CLI_MD5_H

#include <stddef.h>

enum { MD5_TEXT_BYTES = 33 };
/* The digest as 32 lower-case hex digits and a NUL. */
void md5_text(const void *bytes, size_t count, char out[MD5_TEXT_BYTES]);

#endif
