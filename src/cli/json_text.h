/* json_text.h - values as JSON text, for the formats json and jsonl. */
#ifndef STREAMD_CLI_JSON_TEXT_H
#define STREAMD_CLI_JSON_TEXT_H

#include "cli/render.h"

void json_text_string(Buf *out, Str text); /* quoted and escaped; invalid UTF-8 becomes U+FFFD */
/* One row as an object: {"a":1,"b":null} */
void json_text_row(Render *render, const Batch *batch, uint32_t row);

#endif
