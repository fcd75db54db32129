/*
 * md5.h - the MD5 digest (RFC 1321), for SQL's md5(); not for anything secret.
 */
#ifndef STREAMD_FUNCTIONS_MD5_H
#define STREAMD_FUNCTIONS_MD5_H

#include <stddef.h>

void md5_digest(const void *data, size_t length, unsigned char digest[16]);

#endif
