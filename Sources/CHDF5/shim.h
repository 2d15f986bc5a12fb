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
CHDF5_ID(H5E_PLUGIN)
CHDF5_ID(H5E_TRUNCATED)
CHDF5_ID(H5E_NOTHDF5)
#undef CHDF5_ID

static inline unsigned CHDF5_ACC_RDONLY(void) { return H5F_ACC_RDONLY; }
static inline unsigned CHDF5_ACC_TRUNC(void) { return H5F_ACC_TRUNC; }
static inline H5F_libver_t CHDF5_LIBVER_LATEST(void) { return H5F_LIBVER_LATEST; }
static inline size_t CHDF5_VARIABLE(void) { return H5T_VARIABLE; }

// Calls whose signature depends on the library's version.
static inline H5L_type_t CHDF5_link_type(hid_t group, const char *name, size_t *target_size) {
    H5L_info_t info;
    if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0) return H5L_TYPE_ERROR;
    *target_size = info.type == H5L_TYPE_SOFT ? info.u.val_size : 0;
    return info.type;
}

static inline herr_t CHDF5_address(hid_t object, haddr_t *address) {
#if H5_VERSION_GE(1, 12, 0)
    H5O_info1_t info;
    herr_t status = H5Oget_info1(object, &info);
#else
    H5O_info_t info;
    herr_t status = H5Oget_info(object, &info);
#endif
    *address = status < 0 ? HADDR_UNDEF : info.addr;
    return status;
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

static inline herr_t CHDF5_attribute_visited(hid_t object, const char *name, const H5A_info_t *info, void *data) {
    struct CHDF5_visitor *visitor = (struct CHDF5_visitor *)data;
    visitor->visit(name, visitor->context);
    return 0;
}

static inline herr_t CHDF5_each_link(hid_t group, H5_index_t index, CHDF5_visit visit, void *context) {
    struct CHDF5_visitor visitor = { visit, context };
    return H5Literate(group, index, H5_ITER_INC, NULL, CHDF5_link_visited, &visitor);
}

static inline herr_t CHDF5_each_attribute(hid_t object, H5_index_t index, CHDF5_visit visit, void *context) {
    struct CHDF5_visitor visitor = { visit, context };
    return H5Aiterate2(object, index, H5_ITER_INC, NULL, CHDF5_attribute_visited, &visitor);
}

#endif
