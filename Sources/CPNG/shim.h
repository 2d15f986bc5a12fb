#include <png.h>

// Macros that Swift cannot see.
static inline png_uint_32 CPNG_version(void) { return PNG_IMAGE_VERSION; }
static inline png_uint_32 CPNG_RGBA(void) { return PNG_FORMAT_RGBA; }
static inline png_uint_32 CPNG_16_bits_are_sRGB(void) { return PNG_IMAGE_FLAG_16BIT_sRGB; }
static inline int CPNG_failed(const png_image *image) { return PNG_IMAGE_FAILED(*image); }
