/* The C ABI between Kouyin and libtorch. Plain C: see smoke.c.
 *
 * Every function but the frees returns a status: 0, or 1 with the reason in ky_last_error() of the same thread.
 * Results come through `out` pointers. Tensors are opaque handles owned by the caller and freed with ky_tensor_free.
 * Text is UTF-8. Nothing throws across this boundary. */
#ifndef KOUYIN_SHIM_H
#define KOUYIN_SHIM_H

#include <stdint.h>

#define KY_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ky_op ky_op;               /* an operator; lives as long as the process */
typedef struct ky_tensor ky_tensor;
typedef struct ky_generator ky_generator; /* a source of random numbers */
typedef struct ky_group ky_group;         /* processes that compute together */

/* One argument or result of an operator. */
enum ky_tag {
  KY_DEFAULT, KY_NONE, KY_TENSOR, KY_INT, KY_DOUBLE, KY_BOOL, KY_STRING,
  KY_INTS, KY_DOUBLES, KY_BOOLS, KY_TENSORS, KY_DEVICE, KY_GENERATOR
};

typedef struct {
  int32_t tag;
  int32_t length; /* of a list or string */
  union {
    int64_t integer;
    double real;
    const void* pointer; /* a handle, or the first element of a list */
  };
} ky_value;

/* Library. */
KY_API const char* ky_last_error(void);
KY_API int32_t ky_version(const char** out);
KY_API int32_t ky_configuration(const char** out); /* how libtorch was built, and its threads */

/* Operators, through the dispatcher. Missing trailing arguments take the schema's defaults. A list of tensors in a
 * result becomes consecutive values; more results than `capacity` are an error. */
KY_API int32_t ky_op_find(const char* name, const char* overload, ky_op** out);
KY_API int32_t ky_op_schema(const ky_op* op, const char** out);
KY_API int32_t ky_op_call(const ky_op* op, const ky_value* arguments, int32_t count,
                          ky_value* results, int32_t capacity, int32_t* out);

/* Tensors. `shape` has room for ky_tensor_rank numbers. A device is type << 8 | index + 1. */
KY_API void ky_tensor_free(ky_tensor* tensor);
KY_API void ky_tensor_free_many(ky_tensor* const* tensors, int64_t count);
KY_API int32_t ky_tensor_alias(const ky_tensor* tensor, ky_tensor** out); /* a second handle to the same tensor */
KY_API int32_t ky_tensor_rank(const ky_tensor* tensor, int32_t* out);
KY_API int32_t ky_tensor_shape(const ky_tensor* tensor, int64_t* shape);
KY_API int32_t ky_tensor_dtype(const ky_tensor* tensor, int32_t* out);
KY_API int32_t ky_tensor_device(const ky_tensor* tensor, int64_t* out);
KY_API int32_t ky_tensor_is_contiguous(const ky_tensor* tensor, int32_t* out);
KY_API int32_t ky_tensor_data(const ky_tensor* tensor, void** out);

/* Autograd. */
KY_API int32_t ky_tensor_set_requires_grad(ky_tensor* tensor, int32_t on);
KY_API int32_t ky_tensor_requires_grad(const ky_tensor* tensor, int32_t* out);
KY_API int32_t ky_tensor_grad(const ky_tensor* tensor, ky_tensor** out); /* null while there is none */
KY_API int32_t ky_tensor_set_grad(ky_tensor* tensor, const ky_tensor* grad);
KY_API int32_t ky_backward(const ky_tensor* loss);
KY_API int32_t ky_set_grad_mode(int32_t on, int32_t* was);

/* Random numbers. A state is a byte tensor. */
KY_API int32_t ky_generator_new(uint64_t seed, int64_t device, ky_generator** out);
KY_API void ky_generator_free(ky_generator* generator);
KY_API int32_t ky_generator_seed(ky_generator* generator, uint64_t seed); /* starts the stream anew */
KY_API int32_t ky_generator_state(const ky_generator* generator, ky_tensor** out);
KY_API int32_t ky_generator_set_state(ky_generator* generator, const ky_tensor* state);

/* Processes that compute together. One of them serves the place where they meet. A sum is in place, the same bits
 * everywhere, and fails if one of them is gone or does not answer in time. */
KY_API int32_t ky_group_open(const char* host, int32_t port, int32_t serves, int32_t rank, int32_t size,
                             int32_t timeout_ms, ky_group** out);
KY_API int32_t ky_group_sum(ky_group* group, ky_tensor* tensor);
KY_API void ky_group_free(ky_group* group);

/* Process. */
KY_API int32_t ky_set_threads(int32_t count);
KY_API int32_t ky_threads(int32_t* out);
KY_API int32_t ky_device_count(int32_t type, int32_t* out);
KY_API int32_t ky_set_device(int64_t device);
KY_API int32_t ky_synchronize(int64_t device);
KY_API int32_t ky_allow_tf32(int32_t on);

#ifdef __cplusplus
}
#endif

#endif
