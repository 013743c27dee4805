// kouyin::grow: a transposed convolution as what it is, the gradient of a strided one with respect to its input. On the
// processor that finds oneDNN's fast kernels, in float32 and bfloat16, where libtorch's own form has slow ones or none.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "fused.h"

namespace kouyin {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor first_channels(const at::Tensor& x) { return x.permute({0, 3, 1, 2}); }
at::Tensor last_channels(const at::Tensor& x) { return x.permute({0, 2, 3, 1}); }

// Gradients of the strided convolution from `big` to `small`: of its input, of its weight.
std::tuple<at::Tensor, at::Tensor, at::Tensor> strided_gradients(const at::Tensor& small, const at::Tensor& big,
                                                                 const at::Tensor& weight, int64_t stride,
                                                                 int64_t padding, bool input, bool kernel) {
  return at::convolution_backward(small, big, weight, at::OptionalIntArrayRef(), {stride, stride}, {padding, padding},
                                  {1, 1}, false, {0, 0}, 1, {input, kernel, false});
}

class Grow : public torch::autograd::Function<Grow> {
 public:
  static at::Tensor forward(AutogradContext* ctx, at::Tensor x, at::Tensor weight, at::Tensor bias, int64_t stride,
                            int64_t padding) {
    at::AutoDispatchBelowADInplaceOrView below;
    const int64_t side = weight.size(2);
    x = x.contiguous();
    weight = weight.to(x.scalar_type(), false, false, at::MemoryFormat::ChannelsLast);
    auto size = [&](int64_t n) { return (n - 1) * stride - 2 * padding + side; };
    // Only its sizes are read.
    auto big = at::empty({x.size(0), size(x.size(1)), size(x.size(2)), weight.size(1)}, x.options());
    auto y = last_channels(std::get<0>(
        strided_gradients(first_channels(x), first_channels(big), weight, stride, padding, true, false)));
    y.add_(bias.to(x.scalar_type()));
    ctx->save_for_backward({x, weight});
    ctx->saved_data["stride"] = stride;
    ctx->saved_data["padding"] = padding;
    return y;
  }

  static variable_list backward(AutogradContext* ctx, variable_list outputs) {
    auto saved = ctx->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1];
    const int64_t stride = ctx->saved_data["stride"].toInt(), padding = ctx->saved_data["padding"].toInt();
    auto dy = outputs[0].to(x.scalar_type()).contiguous();
    auto dx = last_channels(at::conv2d(first_channels(dy), weight, {}, stride, padding));
    auto dweight = std::get<1>(
        strided_gradients(first_channels(x), first_channels(dy), weight, stride, padding, false, true));
    return {dx, dweight.to(at::kFloat), dy.sum(at::IntArrayRef{0, 1, 2}, false, at::kFloat), {}, {}};
  }
};

}  // namespace

at::Tensor grow(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int64_t stride,
                int64_t padding) {
  TORCH_CHECK(x.dim() == 4, "x should be [B, H, W, C]");
  if (has_kernels(x)) return Grow::apply(x, weight, bias, stride, padding);
  return last_channels(at::conv_transpose2d(first_channels(x), weight.to(x.scalar_type()), bias.to(x.scalar_type()),
                                            stride, padding));
}

}  // namespace kouyin
