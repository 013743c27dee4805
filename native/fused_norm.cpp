// kouyin::norm_mish: group norm, Mish, mask and what is added around them, in two passes over memory.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <vector>

#include "fused.h"
#include "kernels.h"

namespace kouyin {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kBlock = 512;  // pixels summed in float before they join a double

struct Sizes {
  int64_t batch, pixels, width, channels, groups;

  Sizes(const at::Tensor& x, int64_t groups)
      : batch(x.size(0)), pixels(x.size(1) * x.size(2)), width(x.size(2)), channels(x.size(3)), groups(groups) {}

  int64_t per_group() const { return channels / groups; }
};

// Sums per channel over all pixels of one item: `add(begin, end, sums...)` fills float sums of a block.
template <int N, class Add>
std::vector<double> sum_over_pixels(const Sizes& s, bool share, Add add) {
  const int64_t blocks = (s.pixels + kBlock - 1) / kBlock, size = N * s.channels;
  std::vector<float> parts(blocks * size, 0.0f);
  auto run = [&](int64_t first, int64_t last) {
    for (int64_t k = first; k < last; k++)
      add(k * kBlock, std::min(s.pixels, (k + 1) * kBlock), parts.data() + k * size);
  };
  if (share) at::parallel_for(0, blocks, 1, run);
  else run(0, blocks);
  std::vector<double> sums(size, 0.0);
  for (int64_t k = 0; k < blocks; k++)
    for (int64_t c = 0; c < size; c++) sums[c] += parts[k * size + c];
  return sums;
}

// Pixels in ranges, shared among threads or not.
template <class Body>
void over_pixels(const Sizes& s, bool share, Body body) {
  if (share) at::parallel_for(0, s.pixels, kBlock, body);
  else body(0, s.pixels);
}

// Items side by side where there are enough of them (the second pass then finds the first one's memory in the cache),
// else the pixels of each item. `body(item, share)`.
template <class Body>
void over_items(const Sizes& s, Body body) {
  if (s.batch < at::get_num_threads()) {
    for (int64_t item = 0; item < s.batch; item++) body(item, true);
    return;
  }
  at::parallel_for(0, s.batch, 1, [&](int64_t first, int64_t last) {
    for (int64_t item = first; item < last; item++) body(item, false);
  });
}

// Mean and 1 / deviation of every group of one item, from sums and sums of squares per channel.
void statistics(const Sizes& s, const std::vector<double>& sums, double epsilon, float* mean, float* inverse) {
  const double count = static_cast<double>(s.pixels) * s.per_group();
  for (int64_t g = 0; g < s.groups; g++) {
    double total = 0, squares = 0;
    for (int64_t c = g * s.per_group(); c < (g + 1) * s.per_group(); c++) {
      total += sums[c];
      squares += sums[s.channels + c];
    }
    const double average = total / count, variance = std::max(0.0, squares / count - average * average);
    mean[g] = static_cast<float>(average);
    inverse[g] = static_cast<float>(1 / std::sqrt(variance + epsilon));
  }
}

// The norm as a scale and an offset per channel.
struct Affine {
  std::vector<float> scale, offset;

  Affine(const Sizes& s, const float* mean, const float* inverse, const float* gain, const float* bias)
      : scale(s.channels), offset(s.channels) {
    for (int64_t c = 0; c < s.channels; c++) {
      const int64_t g = c / s.per_group();
      scale[c] = inverse[g] * gain[c];
      offset[c] = bias[c] - mean[g] * scale[c];
    }
  }
};

template <class T>
T* data(const at::Tensor& t) { return t.defined() ? static_cast<T*>(t.data_ptr()) : nullptr; }

template <class T>
Between<T> between_of(const Sizes& s, int64_t item, const at::Tensor& x, const at::Tensor& residual,
                      const at::Tensor& mask, const Affine& affine, const float* shift) {
  const int64_t start = item * s.pixels * s.channels;
  const T* added = data<T>(residual);
  return {s.width, s.channels, data<T>(x) + start, added ? added + start : nullptr,
          data<float>(mask) + item * s.width, affine.scale.data(), affine.offset.data(), shift};
}

template <class T>
void forward(const Sizes& s, const at::Tensor& x, const at::Tensor& gain, const at::Tensor& bias, double epsilon,
             const at::Tensor& mask, const at::Tensor& shift, const at::Tensor& residual, at::Tensor& mean,
             at::Tensor& inverse, at::Tensor& y) {
  const auto& run = kernels().picture<T>();
  over_items(s, [&](int64_t item, bool share) {
    const T* start = data<T>(x) + item * s.pixels * s.channels;
    auto sums = sum_over_pixels<2>(s, share, [&](int64_t begin, int64_t end, float* part) {
      run.moments(start + begin * s.channels, end - begin, s.channels, part, part + s.channels);
    });
    float *m = data<float>(mean) + item * s.groups, *i = data<float>(inverse) + item * s.groups;
    statistics(s, sums, epsilon, m, i);
    Affine affine(s, m, i, data<float>(gain), data<float>(bias));
    std::vector<float> zeros(s.channels, 0.0f);
    const float* added = shift.defined() ? data<float>(shift) + item * s.channels : zeros.data();
    auto b = between_of<T>(s, item, x, residual, mask, affine, added);
    T* out = data<T>(y) + item * s.pixels * s.channels;
    over_pixels(s, share, [&](int64_t begin, int64_t end) { run.between(b, out, begin, end); });
  });
}

struct Gradients {
  at::Tensor x, gain, bias, shift;  // gain and bias per item
};

template <class T>
void backward(const Sizes& s, const at::Tensor& x, const at::Tensor& gain, const at::Tensor& bias,
              const at::Tensor& mask, const at::Tensor& mean, const at::Tensor& inverse, const at::Tensor& dy,
              Gradients& out) {
  const auto& run = kernels().picture<T>();
  over_items(s, [&](int64_t item, bool share) {
    const float *m = data<float>(mean) + item * s.groups, *i = data<float>(inverse) + item * s.groups;
    const float* gains = data<float>(gain);
    Affine affine(s, m, i, gains, data<float>(bias));
    auto b = between_of<T>(s, item, x, {}, mask, affine, nullptr);
    const int64_t start = item * s.pixels * s.channels, C = s.channels;
    auto sums = sum_over_pixels<3>(s, share, [&](int64_t begin, int64_t end, float* part) {
      run.between_sums(b, data<T>(dy) + start, begin, end, part, part + C, part + 2 * C);
    });

    const double count = static_cast<double>(s.pixels) * s.per_group();
    std::vector<float> slope(C), constant(C);
    for (int64_t g = 0; g < s.groups; g++) {
      double total = 0, product = 0;  // over the group: gain * du, and that times the normalized x
      for (int64_t c = g * s.per_group(); c < (g + 1) * s.per_group(); c++) {
        const double normalized = (sums[C + c] - m[g] * sums[c]) * i[g];
        data<float>(out.gain)[item * C + c] = static_cast<float>(normalized);
        data<float>(out.bias)[item * C + c] = static_cast<float>(sums[c]);
        data<float>(out.shift)[item * C + c] = static_cast<float>(sums[2 * C + c]);
        total += gains[c] * sums[c];
        product += gains[c] * normalized;
      }
      const double inv = i[g], tilt = -inv * inv * product / count;
      for (int64_t c = g * s.per_group(); c < (g + 1) * s.per_group(); c++) {
        slope[c] = static_cast<float>(tilt);
        constant[c] = static_cast<float>(-inv * total / count - m[g] * tilt);
      }
    }
    BetweenGradient<T> gradient{data<T>(dy) + start, data<T>(out.x) + start, affine.scale.data(), slope.data(),
                                constant.data()};
    over_pixels(s, share, [&](int64_t begin, int64_t end) { run.between_gradient(b, gradient, begin, end); });
  });
}

class NormMish : public torch::autograd::Function<NormMish> {
 public:
  static at::Tensor forward(AutogradContext* ctx, at::Tensor x, int64_t groups, at::Tensor gain, at::Tensor bias,
                            double epsilon, at::Tensor mask, MaybeTensor added, MaybeTensor beside) {
    at::AutoDispatchBelowADInplaceOrView below;
    const Sizes s(x, groups);
    x = x.contiguous();
    const at::Tensor residual = beside ? beside->to(x.scalar_type()).contiguous() : at::Tensor();
    const at::Tensor shift = added ? added->to(at::kFloat).contiguous() : at::Tensor();
    mask = mask.to(at::kFloat).contiguous();
    auto mean = at::empty({s.batch, groups}, mask.options()), inverse = at::empty_like(mean), y = at::empty_like(x);
    if (x.scalar_type() == at::kFloat)
      kouyin::forward<float>(s, x, gain, bias, epsilon, mask, shift, residual, mean, inverse, y);
    else
      kouyin::forward<bf16>(s, x, gain, bias, epsilon, mask, shift, residual, mean, inverse, y);
    ctx->save_for_backward({x, gain, bias, mask, mean, inverse});
    ctx->saved_data["groups"] = groups;
    ctx->saved_data["shift"] = shift.defined();
    ctx->saved_data["residual"] = residual.defined();
    return y;
  }

  static variable_list backward(AutogradContext* ctx, variable_list outputs) {
    auto saved = ctx->get_saved_variables();
    const at::Tensor &x = saved[0], &gain = saved[1], &bias = saved[2], &mask = saved[3];
    const Sizes s(x, ctx->saved_data["groups"].toInt());
    at::Tensor dy = outputs[0].to(x.scalar_type()).contiguous();
    auto per_item = at::empty({s.batch, s.channels}, mask.options());
    Gradients out{at::empty_like(x), at::empty_like(per_item), at::empty_like(per_item), per_item};
    if (x.scalar_type() == at::kFloat)
      kouyin::backward<float>(s, x, gain, bias, mask, saved[4], saved[5], dy, out);
    else
      kouyin::backward<bf16>(s, x, gain, bias, mask, saved[4], saved[5], dy, out);
    at::Tensor residual;
    if (ctx->saved_data["residual"].toBool())
      residual = mask.eq(1).all().item<bool>() ? dy : dy * mask.to(dy.scalar_type());
    at::Tensor shift = ctx->saved_data["shift"].toBool() ? out.shift : at::Tensor();
    return {out.x, {}, out.gain.sum(0), out.bias.sum(0), {}, {}, shift, residual};
  }
};

at::Tensor composed(const at::Tensor& x, int64_t groups, const at::Tensor& gain, const at::Tensor& bias,
                    double epsilon, const at::Tensor& mask, const MaybeTensor& shift, const MaybeTensor& residual) {
  auto wide = x.to(at::promote_types(x.scalar_type(), at::kFloat)).permute({0, 3, 1, 2});
  auto y = at::mish(at::group_norm(wide, groups, gain, bias, epsilon)).permute({0, 2, 3, 1});
  if (shift) y = y + shift->view({x.size(0), 1, 1, x.size(3)});
  if (residual) y = y + *residual;
  return (y * mask).to(x.scalar_type());
}

}  // namespace

at::Tensor norm_mish(const at::Tensor& x, int64_t groups, const at::Tensor& gain, const at::Tensor& bias,
                     double epsilon, const at::Tensor& mask, const MaybeTensor& shift, const MaybeTensor& residual) {
  TORCH_CHECK(x.dim() == 4 && mask.dim() == 4 && mask.size(2) == x.size(2),
              "x should be [B, H, W, C], mask [B, 1, W, 1]");
  // Nothing may come as none or as an undefined tensor.
  const auto added = shift && shift->defined() ? shift : MaybeTensor();
  const auto beside = residual && residual->defined() ? residual : MaybeTensor();
  return has_kernels(x) ? NormMish::apply(x, groups, gain, bias, epsilon, mask, added, beside)
                        : composed(x, groups, gain, bias, epsilon, mask, added, beside);
}

}  // namespace kouyin
