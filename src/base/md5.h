/*
 * md5.h - the MD5 digest (RFC 1321), for SQL's md5() and the hashes in sqllogictest files; not for
 * anything secret.
 */
#ifndef STREAMD_BASE_MD5_H
#define STREAMD_BASE_MD5_H

#include <stddef.h>

enum { MD5_TEXT_BYTES = 33 };
/* The digest as 32 lower-case hex digits and a NUL. */
void md5_text(const void *data, size_t length, char out[MD5_TEXT_BYTES]);

#endif
