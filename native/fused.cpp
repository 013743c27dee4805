// Registers our operators, and picks the kernels for this processor.
#include "fused.h"

#include <torch/library.h>

#include "kernels.h"

namespace kouyin {

const Kernels& kernels() {
#if defined(__x86_64__)
  static const Kernels& chosen = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                                         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
                                     ? kernels_avx512()
                                 : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                                     ? kernels_avx2()
                                     : kernels_baseline();
  return chosen;
#else
  return kernels_baseline();
#endif
}

}  // namespace kouyin

TORCH_LIBRARY(kouyin, m) {
  m.def("norm_mish(Tensor x, int groups, Tensor gain, Tensor bias, float epsilon, Tensor mask, Tensor? shift, "
        "Tensor? residual) -> Tensor", kouyin::norm_mish);
  m.def("softmax_summary(Tensor x, Tensor keys) -> Tensor", kouyin::softmax_summary);
  m.def("gated_mix(Tensor x, Tensor matrix, Tensor bias, Tensor gate, Tensor mask) -> Tensor", kouyin::gated_mix);
  m.def("grow(Tensor x, Tensor weight, Tensor bias, int stride, int padding) -> Tensor", kouyin::grow);
  m.def("winograd(Tensor x, Tensor weight, Tensor bias, Tensor? factors) -> Tensor", kouyin::winograd);
  m.def("winograd_factors(Tensor weight) -> Tensor", kouyin::winograd_factors);
  m.def("winograd_time(Tensor x, Tensor factors, Tensor bias, int taps, int padding, int dilation, "
        "float slope, Tensor? added) -> Tensor", kouyin::winograd_time);
  m.def("winograd_time_factors(Tensor weight) -> Tensor", kouyin::winograd_time_factors);
  m.def("reverse_gradient(Tensor x, float strength, float limit) -> Tensor", kouyin::reverse_gradient);
}
