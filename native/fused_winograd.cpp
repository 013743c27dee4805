// kouyin::winograd: a 3x3 convolution by Winograd's F(4x4, 3x3). A tile of 4x4 outputs takes 36 products for each pair
// of channels, where sliding takes 144. They are in float32 for bfloat16 pictures too: faster than sliding in bfloat16,
// and more exact. Lavin & Gray 2016, "Fast Algorithms for Convolutional Neural Networks", 4.1.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <memory>
#include <vector>

#include "fused.h"
#include "kernels.h"
#include "products.h"

namespace kouyin {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kSide = 4, kReach = kSide + 2, kProducts = kReach * kReach;
constexpr int64_t kTiles = 64;  // at a time: enough for the products to run at full speed, few enough for the cache

struct Picture {
  int64_t batch, height, width;

  int64_t rows() const { return (height + kSide - 1) / kSide; }
  int64_t columns() const { return (width + kSide - 1) / kSide; }
  int64_t tiles() const { return batch * rows() * columns(); }
};

// The pixels of a square of a tile, row by row; `outside` stands for those beyond the picture.
template <class T>
void square(const Picture& p, T* x, int64_t channels, int64_t tile, int64_t shift, int64_t side, T* outside,
            T** pixels) {
  const int64_t top = tile / p.columns() % p.rows() * kSide + shift, left = tile % p.columns() * kSide + shift;
  T* item = x + tile / (p.columns() * p.rows()) * p.height * p.width * channels;
  for (int64_t k = 0; k < side * side; k++) {
    const int64_t h = top + k / side, w = left + k % side;
    const bool inside = h >= 0 && h < p.height && w >= 0 && w < p.width;
    pixels[k] = inside ? item + (h * p.width + w) * channels : outside;
  }
}

template <class T>
void tiles(const Picture& p, const T* x, int64_t inputs, const float* factors, const float* bias, int64_t outputs,
           int64_t begin, int64_t end, T* y) {
  const auto& kernels = kouyin::kernels().picture<T>();
  const int64_t wider = std::max(inputs, outputs);
  const auto room = std::make_unique_for_overwrite<float[]>(kProducts * (kTiles * (inputs + outputs) + wider));
  float* taken = room.get();
  float* made = taken + kProducts * kTiles * inputs;
  float* scratch = made + kProducts * kTiles * outputs;
  std::vector<T> zeros(inputs);
  for (int64_t first = begin; first < end; first += kTiles) {
    const int64_t count = std::min(kTiles, end - first);
    for (int64_t k = 0; k < count; k++) {
      const T* pixels[kProducts];
      square<const T>(p, x, inputs, first + k, -1, kReach, zeros.data(), pixels);
      kernels.tile_in(pixels, inputs, scratch, taken + k * inputs, count * inputs);
    }
    for (int64_t k = 0; k < kProducts; k++)
      multiply(false, false, count, outputs, inputs, 1, taken + k * count * inputs, factors + k * inputs * outputs, 0,
               made + k * count * outputs);
    for (int64_t k = 0; k < count; k++) {
      T* pixels[kSide * kSide];
      square<T>(p, y, outputs, first + k, 0, kSide, nullptr, pixels);
      kernels.tile_out(made + k * outputs, count * outputs, outputs, bias, scratch, pixels);
    }
  }
}

// x [B, H, W, inputs], factors [36, inputs, outputs], bias [outputs].
template <class T>
at::Tensor convolve(const at::Tensor& x, const at::Tensor& factors, const at::Tensor& bias) {
  const Picture picture{x.size(0), x.size(1), x.size(2)};
  const int64_t inputs = factors.size(1), outputs = factors.size(2);
  auto y = at::empty({x.size(0), x.size(1), x.size(2), outputs}, x.options());
  at::parallel_for(0, picture.tiles(), 1, [&](int64_t begin, int64_t end) {
    tiles(picture, static_cast<const T*>(x.data_ptr()), inputs, factors.data_ptr<float>(), bias.data_ptr<float>(),
          outputs, begin, end, static_cast<T*>(y.data_ptr()));
  });
  return y;
}

at::Tensor convolve_any(const at::Tensor& x, const at::Tensor& factors, const at::Tensor& bias) {
  return x.scalar_type() == at::kFloat ? convolve<float>(x, factors, bias) : convolve<bf16>(x, factors, bias);
}

// G g Gᵀ of every pair of channels as one product with G's square; `pairs` [3, 3, from, to].
at::Tensor factors_of(const at::Tensor& pairs) {
  const float third = 1.0f / 6, near = 1.0f / 24, middle = 1.0f / 12;
  const float g[kReach * 3] = {0.25f, 0, 0, -third, -third, -third, -third, third, -third,
                               near, middle, third, near, -middle, third, 0, 0, 1};
  auto G = at::from_blob(const_cast<float*>(g), {kReach, 3}, at::TensorOptions(at::kFloat));
  auto both = at::einsum("ia,jb->ijab", {G, G}).reshape({kProducts, 9});
  return both.matmul(pairs.reshape({9, -1})).view({kProducts, pairs.size(2), pairs.size(3)});
}

class Winograd : public torch::autograd::Function<Winograd> {
 public:
  static at::Tensor forward(AutogradContext* ctx, at::Tensor x, at::Tensor weight, at::Tensor bias,
                            at::Tensor factors) {
    at::AutoDispatchBelowADInplaceOrView below;
    x = x.contiguous();
    ctx->save_for_backward({x, weight});
    return convolve_any(x, factors, bias.contiguous());
  }

  static variable_list backward(AutogradContext* ctx, variable_list outputs) {
    auto saved = ctx->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1];
    auto dy = outputs[0].to(x.scalar_type()).contiguous();
    // The gradient of a convolution is one with the kernel turned round and its channels swapped.
    auto turned = factors_of(weight.flip({2, 3}).permute({2, 3, 0, 1}));
    auto dx = convolve_any(dy, turned, at::zeros({weight.size(1)}, weight.options()));
    auto kernel = weight.to(x.scalar_type(), false, false, at::MemoryFormat::ChannelsLast);
    auto gradients = at::convolution_backward(
        dy.permute({0, 3, 1, 2}), x.permute({0, 3, 1, 2}), kernel, at::IntArrayRef{weight.size(0)}, {1, 1}, {1, 1},
        {1, 1}, false, {0, 0}, 1, {false, true, true});
    return {dx, std::get<1>(gradients).to(at::kFloat), std::get<2>(gradients).to(at::kFloat), {}};
  }
};

}  // namespace

at::Tensor winograd_factors(const at::Tensor& weight) { return factors_of(weight.permute({2, 3, 1, 0})); }

at::Tensor winograd(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const MaybeTensor& factors) {
  TORCH_CHECK(x.dim() == 4 && weight.dim() == 4 && weight.size(1) == x.size(3) && weight.size(2) == 3 &&
              weight.size(3) == 3, "x should be [B, H, W, C], weight [outputs, C, 3, 3]");
  if (has_kernels(x))
    return Winograd::apply(x, weight, bias,
                           factors && factors->defined() ? *factors : winograd_factors(weight.detach()));
  return at::conv2d(x.permute({0, 3, 1, 2}), weight.to(x.scalar_type()), bias.to(x.scalar_type()), 1, 1)
      .permute({0, 2, 3, 1});
}

}  // namespace kouyin
