/*
 * sha.h - the digests SHA-1 and SHA-2 (FIPS 180-4), for SQL's functions of that name; not for
 * anything secret.
 */
#ifndef STREAMD_BASE_SHA_H
#define STREAMD_BASE_SHA_H

#include <stddef.h>
#include <stdint.h>

enum { SHA1_BYTES = 20, SHA_BYTES_MAX = 64 };
void sha1_digest(const void *data, size_t length, uint8_t out[SHA1_BYTES]);
/* bits: 224, 256, 384 or 512; the digest has bits / 8 bytes. */
void sha2_digest(int bits, const void *data, size_t length, uint8_t out[SHA_BYTES_MAX]);

#endif
