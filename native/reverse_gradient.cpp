// kouyin::reverse_gradient: x forward; backward the gradient with its sign turned. The backward of every operator of
// libtorch is linear in the gradient it gets, so a limit on its elements cannot be composed of them.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "fused.h"

namespace kouyin {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class ReverseGradient : public torch::autograd::Function<ReverseGradient> {
 public:
  static at::Tensor forward(AutogradContext* ctx, at::Tensor x, double strength, double limit) {
    at::AutoDispatchBelowADInplaceOrView below;
    ctx->saved_data["strength"] = strength;
    ctx->saved_data["limit"] = limit;
    return x.view_as(x);
  }

  static variable_list backward(AutogradContext* ctx, variable_list outputs) {
    const double strength = ctx->saved_data["strength"].toDouble(), limit = ctx->saved_data["limit"].toDouble();
    const at::Tensor gradient = limit > 0 ? outputs[0].clamp(-limit, limit) : outputs[0];
    return {gradient * -strength, {}, {}};
  }
};

}  // namespace

at::Tensor reverse_gradient(const at::Tensor& x, double strength, double limit) {
  return ReverseGradient::apply(x, strength, limit);
}

}  // namespace kouyin
