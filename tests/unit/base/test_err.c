#include <criterion/criterion.h>
#include <errno.h>
#include "base/err.h"

Test(err, set_and_hint)
{
    Err e = ERR_NONE;
    cr_assert_eq(err_set(&e, SQLSTATE_SYNTAX, 12, "unexpected %s", "FROM"), FAIL);
    cr_assert_str_eq(e.sqlstate, "42601");
    cr_assert_eq(e.position, 12);
    cr_assert_str_eq(e.message, "unexpected FROM");
    cr_assert_str_eq(e.hint, "");
    cr_assert_eq(err_hint(&e, "Write %d.", 1), FAIL);
    cr_assert_str_eq(e.hint, "Write 1.");
    (void)err_set(&e, SQLSTATE_DATA, -1, "x");
    cr_assert_str_eq(e.hint, "", "a new error has no old hint");
}

Test(err, nobody_listens)
{
    cr_assert_eq(err_set(NULL, SQLSTATE_DATA, 0, "x"), FAIL);
    cr_assert_eq(err_hint(NULL, "x"), FAIL);
    cr_assert_eq(err_errno(NULL, ENOENT, "open", "x"), FAIL);
}

Test(err, long_messages_are_cut)
{
    static char text[5000];
    memset(text, 'x', sizeof text - 1);
    Err e = ERR_NONE;
    (void)err_set(&e, SQLSTATE_DATA, 0, "%s", text);
    (void)err_hint(&e, "%s", text);
    cr_assert_eq(strlen(e.message), ERR_MESSAGE_BYTES - 1);
    cr_assert_eq(strlen(e.hint), ERR_HINT_BYTES - 1);
}

Test(err, errno_decides_the_sqlstate)
{
    static const struct {
        int errnum;
        const char *sqlstate;
    } cases[] = {{ENOENT, "58P01"}, {EACCES, "42501"}, {ENOSPC, "53100"},
                 {EIO, "58030"},    {ENOMEM, "53200"}, {ECONNREFUSED, "08001"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err e = ERR_NONE;
        (void)err_errno(&e, cases[i].errnum, "open", "/a/b");
        cr_assert_str_eq(e.sqlstate, cases[i].sqlstate);
        cr_assert_eq(e.position, -1);
        cr_assert_eq(strncmp(e.message, "cannot open /a/b: ", 18), 0);
    }
}

static Status tried(Status first, int *reached)
{
    TRY(first);
    *reached = 1;
    return OK;
}

Test(err, try_hands_on_all_but_ok)
{
    int reached = 0;
    cr_assert_eq(tried(FAIL, &reached), FAIL);
    cr_assert_eq(tried(STOP, &reached), STOP);
    cr_assert_eq(reached, 0);
    cr_assert_eq(tried(OK, &reached), OK);
    cr_assert_eq(reached, 1);
}
