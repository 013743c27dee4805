// Operators of our own, called through the dispatcher like libtorch's: kouyin::norm_mish and so on (fused.cpp).
#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <c10/core/TensorOptions.h>

#include <utility>

#if AT_PARALLEL_OPENMP && !defined(_OPENMP)
#error "at::parallel_for is serial when compiled without OpenMP: add -fopenmp"
#endif

namespace kouyin {

// libtorch's own optional: c10's before 2.0, std's after. Its name is taken from a function that returns one.
template <template <class> class Optional, class T>
Optional<at::Tensor> optional_tensor(Optional<T>);
using MaybeTensor = decltype(optional_tensor(std::declval<c10::TensorOptions>().dtype_opt()));

// mask * (mish(group_norm(x)) + shift + residual). x, residual [B, H, W, C]; mask [B, 1, W, 1]; shift [B, C].
at::Tensor norm_mish(const at::Tensor& x, int64_t groups, const at::Tensor& gain, const at::Tensor& bias,
                     double epsilon, const at::Tensor& mask, const MaybeTensor& shift, const MaybeTensor& residual);

// softmax over positions of x keysᵀ, then the mean of x under each: x [B, P, C], keys [J, C], result [B, J, C] float.
at::Tensor softmax_summary(const at::Tensor& x, const at::Tensor& keys);

// mask * (x + gate * (matrix x + bias)). x [B, H, W, C]; matrix [B, C, C], outputs first; mask [B, 1, W, 1].
at::Tensor gated_mix(const at::Tensor& x, const at::Tensor& matrix, const at::Tensor& bias, const at::Tensor& gate,
                     const at::Tensor& mask);

// A transposed convolution, x [B, H, W, inputs], weight [inputs, outputs, k, k].
at::Tensor grow(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int64_t stride,
                int64_t padding);

// A 3x3 convolution of stride and padding 1, x [B, H, W, inputs], weight [outputs, inputs, 3, 3]. `factors` are
// the weight's, where they are kept; else they are made.
at::Tensor winograd(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const MaybeTensor& factors);

// What winograd multiplies with, [36, inputs, outputs].
at::Tensor winograd_factors(const at::Tensor& weight);

// added + conv(leaky(x)) over time, stride 1, without gradients: x [B, T, inputs], what is negative in it taken times
// `slope`; `factors` as made below; added [B, T', outputs].
at::Tensor winograd_time(const at::Tensor& x, const at::Tensor& factors, const at::Tensor& bias, int64_t taps,
                         int64_t padding, int64_t dilation, double slope, const MaybeTensor& added);

// What winograd_time multiplies with, of weight [outputs, inputs, taps]: [7, groups of four taps, inputs, outputs].
at::Tensor winograd_time_factors(const at::Tensor& weight);

// x; its gradient, each element no further from 0 than `limit` if that is above 0, times -strength.
at::Tensor reverse_gradient(const at::Tensor& x, double strength, double limit);

// Whether the loops of kernels.h can run on these: float32 or bfloat16, on the processor.
inline bool has_kernels(const at::Tensor& x) {
  return x.device().is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

}  // namespace kouyin
