#ifndef CHDF5_SHIM_H
#define CHDF5_SHIM_H

#include <hdf5.h>

// Macros that Swift cannot see, as constants or functions.
static const hid_t CHDF5_DEFAULT = H5P_DEFAULT;
static const hid_t CHDF5_ALL = H5S_ALL;

#define CHDF5_ID(name) static inline hid_t CHDF5_##name(void) { return name; }
CHDF5_ID(H5P_FILE_CREATE)
CHDF5_ID(H5P_FILE_ACCESS)
CHDF5_ID(H5P_GROUP_CREATE)
CHDF5_ID(H5P_DATASET_CREATE)
CHDF5_ID(H5P_LINK_CREATE)
CHDF5_ID(H5P_OBJECT_COPY)
CHDF5_ID(H5T_IEEE_F32LE)
CHDF5_ID(H5T_IEEE_F64LE)
CHDF5_ID(H5T_STD_I8LE)
CHDF5_ID(H5T_STD_I16LE)
CHDF5_ID(H5T_STD_I32LE)
CHDF5_ID(H5T_STD_I64LE)
CHDF5_ID(H5T_STD_U8LE)
CHDF5_ID(H5T_STD_U16LE)
CHDF5_ID(H5T_STD_U32LE)
CHDF5_ID(H5T_STD_U64LE)
CHDF5_ID(H5T_C_S1)
CHDF5_ID(H5T_STD_REF_OBJ)
CHDF5_ID(H5E_TRUNCATED)
CHDF5_ID(H5E_NOTHDF5)
#undef CHDF5_ID

static inline unsigned CHDF5_ACC_RDONLY(void) { return H5F_ACC_RDONLY; }
static inline unsigned CHDF5_ACC_TRUNC(void) { return H5F_ACC_TRUNC; }
static inline H5F_libver_t CHDF5_LIBVER_LATEST(void) { return H5F_LIBVER_LATEST; }
static inline unsigned CHDF5_COPY_WITHOUT_ATTRIBUTES(void) { return H5O_COPY_WITHOUT_ATTR_FLAG; }
static inline size_t CHDF5_VARIABLE(void) { return H5T_VARIABLE; }

// Calls whose signature depends on the library's version.
static inline H5L_type_t CHDF5_link_type(hid_t group, const char *name) {
    H5L_info_t info;
    return H5Lget_info(group, name, &info, H5P_DEFAULT) < 0 ? H5L_TYPE_ERROR : info.type;
}

// External links lead nowhere: the class that follows them is replaced by one that does not.
#if H5L_LINK_CLASS_T_VERS > 0
static hid_t CHDF5_refuse(const char *name, hid_t group, const void *link, size_t size, hid_t access, hid_t transfer) {
    return -1;
}
#else
static hid_t CHDF5_refuse(const char *name, hid_t group, const void *link, size_t size, hid_t access) {
    return -1;
}
#endif

static inline herr_t CHDF5_refuse_external_links(void) {
    static const H5L_class_t refusing = {
        .version = H5L_LINK_CLASS_T_VERS, .id = H5L_TYPE_EXTERNAL, .comment = "not followed", .trav_func = CHDF5_refuse
    };
    return H5Lregister(&refusing);
}

typedef void (*CHDF5_visit)(const char *name, void *context);
struct CHDF5_visitor { CHDF5_visit visit; void *context; };

static inline herr_t CHDF5_link_visited(hid_t group, const char *name, const H5L_info_t *info, void *data) {
    struct CHDF5_visitor *visitor = (struct CHDF5_visitor *)data;
    visitor->visit(name, visitor->context);
    return 0;
}

static inline herr_t CHDF5_hard_link_visited(hid_t group, const char *name, const H5L_info_t *info, void *data) {
    return info->type == H5L_TYPE_HARD ? CHDF5_link_visited(group, name, info, data) : 0;
}

static inline herr_t CHDF5_attribute_visited(hid_t object, const char *name, const H5A_info_t *info, void *data) {
    struct CHDF5_visitor *visitor = (struct CHDF5_visitor *)data;
    visitor->visit(name, visitor->context);
    return 0;
}

static inline herr_t CHDF5_each_link(hid_t group, H5_index_t index, CHDF5_visit visit, void *context) {
    struct CHDF5_visitor visitor = { visit, context };
    return H5Literate(group, index, H5_ITER_INC, NULL, CHDF5_link_visited, &visitor);
}

static inline herr_t CHDF5_each_hard_link_below(hid_t group, CHDF5_visit visit, void *context) {
    struct CHDF5_visitor visitor = { visit, context };
    return H5Lvisit(group, H5_INDEX_NAME, H5_ITER_INC, CHDF5_hard_link_visited, &visitor);
}

static inline herr_t CHDF5_each_attribute(hid_t object, H5_index_t index, CHDF5_visit visit, void *context) {
    struct CHDF5_visitor visitor = { visit, context };
    return H5Aiterate2(object, index, H5_ITER_INC, NULL, CHDF5_attribute_visited, &visitor);
}

#endif
