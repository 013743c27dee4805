/* Calls the ABI from plain C, so that shim.h stays C and one wrong struct layout shows at once. */
#include <math.h>
#include <stdio.h>

#include "shim.h"

#define CHECK(call) if (call) { fprintf(stderr, "%s: %s\n", #call, ky_last_error()); return 1; }

int main(void) {
  const char* version;
  ky_op *full, *mul, *missing;
  int64_t sizes[2] = {2, 3}, shape[2];
  ky_value arguments[2] = {{KY_INTS, 2, {.pointer = sizes}}, {KY_DOUBLE, 0, {.real = 1.5}}}, made, product;
  int32_t count, rank, dtype;
  float* data;

  CHECK(ky_version(&version));
  CHECK(ky_op_find("aten::full", "", &full));
  CHECK(ky_op_find("aten::mul", "Tensor", &mul));
  CHECK(ky_op_call(full, arguments, 2, &made, 1, &count));
  ky_value factors[2] = {made, made};
  CHECK(ky_op_call(mul, factors, 2, &product, 1, &count));
  ky_tensor* tensor = (ky_tensor*)product.pointer;
  CHECK(ky_tensor_rank(tensor, &rank));
  CHECK(ky_tensor_shape(tensor, shape));
  CHECK(ky_tensor_dtype(tensor, &dtype));
  CHECK(ky_tensor_data(tensor, (void**)&data));
  if (rank != 2 || shape[0] != 2 || shape[1] != 3 || dtype != 6 || fabsf(data[5] - 2.25f) > 1e-6f) {
    fprintf(stderr, "smoke: a wrong tensor came back\n");
    return 1;
  }
  ky_tensor_free(tensor);
  ky_tensor_free((ky_tensor*)made.pointer);
  if (ky_op_find("aten::no_such_operator", "", &missing) == 0) {
    fprintf(stderr, "smoke: an operator that is not there was found\n");
    return 1;
  }
  printf("shim speaks to libtorch %s\n", version);
  return 0;
}
