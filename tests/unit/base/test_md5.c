/* MD5: RFC 1321's own cases, and lengths about the end of a block. */
#include <criterion/criterion.h>
#include <string.h>
#include "base/md5.h"

Test(md5, rfc_1321)
{
    static const char *const cases[][2] = {
        {"", "d41d8cd98f00b204e9800998ecf8427e"},
        {"a", "0cc175b9c0f1b6a831c399e269772661"},
        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
        {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
         "57edf4a22be3c955ac49da2e2107b67a"},
        {"1234567890123456789012345678901234567890123456789012345",
         "c9ccf168914a1bcfc3229f1948e67da0"},
        {"12345678901234567890123456789012345678901234567890123456",
         "49f193adce178490e34d1b3a4ec0064c"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[MD5_TEXT_BYTES];
        md5_text(cases[i][0], strlen(cases[i][0]), text);
        cr_assert_str_eq(text, cases[i][1]);
    }
}
