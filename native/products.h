// Matrix products for the fused operators.
#pragma once

#include <ATen/ATen.h>

#include <vector>

namespace kouyin {

// c = alpha a b + beta c, all row by row: a [rows, inner], b [inner, columns]; either may be given transposed.
// Through libtorch, which knows its BLAS; it exports no raw matrix product.
inline void multiply(bool turn_a, bool turn_b, int64_t rows, int64_t columns, int64_t inner, float alpha,
                     const float* a, const float* b, float beta, float* c) {
  at::AutoDispatchBelowADInplaceOrView below;  // in a thread of the pool, whose own state may be anything
  auto matrix = [](const float* p, int64_t rows, int64_t columns, bool turned) {
    std::vector<int64_t> shape = turned ? std::vector{columns, rows} : std::vector{rows, columns};
    auto m = at::from_blob(const_cast<float*>(p), shape, at::TensorOptions(at::kFloat));
    return turned ? m.t() : m;
  };
  auto out = matrix(c, rows, columns, false);
  at::addmm_out(out, out, matrix(a, rows, inner, turn_a), matrix(b, inner, columns, turn_b), beta, alpha);
}

}  // namespace kouyin
