/* format_raw.c - Flink's name for the format "text". */
#include "io/format_text.h"

extern const FormatClass format_raw;
const FormatClass format_raw = {
    .name = "raw",
    .extension = ".txt",
    .options = text_options,
    .binding_new = text_binding_new,
    .cut = text_cut,
    .decoder_new = text_decoder_new,
    .encoder_new = text_encoder_new,
};
