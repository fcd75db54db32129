/*
 * fn_hash.c - SHA digests and CRC-32.
 *
 * PostgreSQL has sha256(BYTES), which gives BYTES; Flink, Spark and DuckDB take text and give
 * hexadecimal digits. The argument's type tells which is meant.
 */
#include "base/sha.h"
#include "functions/text_math.h"

static Text hex_text(const EvalCall *call, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    char text[2 * SHA_BYTES_MAX];
    for (size_t i = 0; i < count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    return text_make_copy(call->scratch, text, (uint32_t)(2 * count));
}

static void sha2_row(EvalCall *call, uint32_t row, int bits, bool as_text)
{
    Str in = text_str(&ARG(call, 0, Text)[row]);
    uint8_t bytes[SHA_BYTES_MAX];
    sha2_digest(bits, in.data, in.length, bytes);
    OUT(call, Text)
    [row] = as_text ? hex_text(call, bytes, (size_t)bits / 8)
                    : text_make_copy(call->scratch, (const char *)bytes, (uint32_t)bits / 8);
}

#define SHA2(name, bits, as_text)                                                                  \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        (void)err;                                                                                 \
        EACH_ROW(call, row)                                                                        \
        sha2_row(call, row, bits, as_text);                                                        \
        return OK;                                                                                 \
    }
SHA2(sha224_text, 224, true)
SHA2(sha256_text, 256, true)
SHA2(sha384_text, 384, true)
SHA2(sha512_text, 512, true)
SHA2(sha224_bytes, 224, false)
SHA2(sha256_bytes, 256, false)
SHA2(sha384_bytes, 384, false)
SHA2(sha512_bytes, 512, false)

/* 0 bits are 256; another length gives NULL. */
static Status sha2(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        int32_t bits = ARG(call, 1, int32_t)[row];
        if (bits == 0 || bits == 224 || bits == 256 || bits == 384 || bits == 512)
            sha2_row(call, row, bits ? bits : 256, true);
        else
            out_null(call, row);
    }
    return OK;
}

static Status sha1(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        Str in = text_str(&ARG(call, 0, Text)[row]);
        uint8_t bytes[SHA1_BYTES];
        sha1_digest(in.data, in.length, bytes);
        OUT(call, Text)[row] = hex_text(call, bytes, sizeof bytes);
    }
    return OK;
}

/* The polynomial of zlib and Ethernet, bits reflected. */
static Status crc32(EvalCall *call, Err *err)
{
    enum { BITS = 8 };
    (void)err;
    EACH_ROW(call, row)
    {
        Str in = text_str(&ARG(call, 0, Text)[row]);
        uint32_t crc = UINT32_MAX;
        for (size_t i = 0; i < in.length; i++) {
            crc ^= (unsigned char)in.data[i];
            for (int k = 0; k < BITS; k++)
                crc = crc >> 1 ^ (0xedb88320u & -(crc & 1));
        }
        OUT(call, int64_t)[row] = (int64_t)(crc ^ UINT32_MAX);
    }
    return OK;
}

extern const ScalarFn fn_hash[];
const ScalarFn fn_hash[] = {
    {"sha1", "s(s)", FN_STRICT, sha1, NULL},
    {"sha1", "s(x)", FN_STRICT, sha1, NULL},
    {"sha", "s(s)", FN_STRICT, sha1, NULL},
    {"sha", "s(x)", FN_STRICT, sha1, NULL},
    {"sha224", "s(s)", FN_STRICT, sha224_text, NULL},
    {"sha224", "x(x)", FN_STRICT, sha224_bytes, NULL},
    {"sha256", "s(s)", FN_STRICT, sha256_text, NULL},
    {"sha256", "x(x)", FN_STRICT, sha256_bytes, NULL},
    {"sha384", "s(s)", FN_STRICT, sha384_text, NULL},
    {"sha384", "x(x)", FN_STRICT, sha384_bytes, NULL},
    {"sha512", "s(s)", FN_STRICT, sha512_text, NULL},
    {"sha512", "x(x)", FN_STRICT, sha512_bytes, NULL},
    {"sha2", "s(s4)", FN_STRICT | FN_MAKES_NULL, sha2, NULL},
    {"sha2", "s(x4)", FN_STRICT | FN_MAKES_NULL, sha2, NULL},
    {"crc32", "8(s)", FN_STRICT, crc32, NULL},
    {"crc32", "8(x)", FN_STRICT, crc32, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
