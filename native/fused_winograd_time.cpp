// kouyin::winograd_time: a convolution over time by Winograd's F(4, 4). Four outputs of four taps take 7 products for
// each pair of channels, where sliding takes 16; longer kernels are sums of groups of four taps, and as tiles are as
// far apart as groups, every input is transformed once for all groups. Taps that lie apart see every so-manieth
// frame, so each such sequence of frames goes by itself. Lavin & Gray 2016, "Fast Algorithms for Convolutional Neural
// Networks", 4.1.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <memory>
#include <vector>

#include "fused.h"
#include "kernels.h"
#include "products.h"

namespace kouyin {
namespace {

constexpr int64_t kSide = 4, kReach = 2 * kSide - 1;
constexpr int64_t kNumbers = 1 << 13;  // of one factor in a block: its products and factors stay in the cache

struct Strip {
  int64_t frames, made;  // of x, of y
  int64_t inputs, outputs, groups, padding, dilation;
  float slope;

  int64_t block() const { return std::max<int64_t>(8, kNumbers / std::max(inputs, outputs)); }
  // Of every dilation-th frame of y, from the first on: how many, and in how many tiles and blocks.
  int64_t tiles() const { return ((made + dilation - 1) / dilation + kSide - 1) / kSide; }
  int64_t blocks() const { return (tiles() + block() - 1) / block(); }
};

// Tiles first .. first + count of the frames phase, phase + dilation, ... of one item.
template <class T>
void tiles(const Strip& s, const T* x, const float* factors, const float* bias, const T* added, int64_t phase,
           int64_t first, int64_t count, float* taken, float* made, const T* silence, T* y) {
  const auto& kernels = kouyin::kernels().picture<T>();
  const int64_t wide = count + s.groups - 1;
  for (int64_t k = 0; k < wide; k++) {
    const T* frames[kReach];
    for (int64_t r = 0; r < kReach; r++) {
      const int64_t t = phase + (kSide * (first + k) + r) * s.dilation - s.padding;
      frames[r] = t >= 0 && t < s.frames ? x + t * s.inputs : silence;
    }
    kernels.strip_in(frames, s.slope, s.inputs, taken + k * s.inputs, wide * s.inputs);
  }
  for (int64_t k = 0; k < kReach; k++)
    for (int64_t g = 0; g < s.groups; g++)
      multiply(false, false, count, s.outputs, s.inputs, 1, taken + (k * wide + g) * s.inputs,
               factors + (k * s.groups + g) * s.inputs * s.outputs, g == 0 ? 0 : 1, made + k * count * s.outputs);
  for (int64_t k = 0; k < count; k++) {
    T* frames[kSide];
    const T* sums[kSide];
    for (int64_t r = 0; r < kSide; r++) {
      const int64_t t = phase + (kSide * (first + k) + r) * s.dilation;
      frames[r] = t < s.made ? y + t * s.outputs : nullptr;
      sums[r] = added ? added + t * s.outputs : silence;
    }
    kernels.strip_out(made + k * s.outputs, count * s.outputs, s.outputs, bias, sums, frames);
  }
}

template <class T>
at::Tensor convolve(const at::Tensor& x, const at::Tensor& factors, const at::Tensor& bias, const at::Tensor& added,
                    const Strip& s) {
  const int64_t items = x.size(0), units = items * s.dilation * s.blocks();
  auto y = at::empty({items, s.made, s.outputs}, x.options());
  const std::vector<T> silence(std::max(s.inputs, s.outputs));
  const T* sums = added.defined() ? static_cast<const T*>(added.data_ptr()) : nullptr;
  at::parallel_for(0, units, 1, [&](int64_t begin, int64_t end) {
    const int64_t wide = s.block() + s.groups - 1;
    const auto room = std::make_unique_for_overwrite<float[]>(kReach * (wide * s.inputs + s.block() * s.outputs));
    for (int64_t unit = begin; unit < end; unit++) {
      const int64_t first = unit % s.blocks() * s.block(), phase = unit / s.blocks() % s.dilation;
      const int64_t item = unit / (s.blocks() * s.dilation);
      tiles(s, static_cast<const T*>(x.data_ptr()) + item * s.frames * s.inputs, factors.data_ptr<float>(),
            bias.data_ptr<float>(), sums ? sums + item * s.made * s.outputs : nullptr, phase, first,
            std::min(s.block(), s.tiles() - first), room.get(),
            room.get() + kReach * wide * s.inputs, silence.data(),
            static_cast<T*>(y.data_ptr()) + item * s.made * s.outputs);
    }
  });
  return y;
}

}  // namespace

at::Tensor winograd_time_factors(const at::Tensor& weight) {
  const float g[kReach * kSide] = {1.0f / 4,   0,           0,           0,          1.0f / 6,  1.0f / 6,  1.0f / 6,
                                   1.0f / 6,   1.0f / 18,   -1.0f / 18,  1.0f / 18,  -1.0f / 18, 1.0f / 72, 1.0f / 36,
                                   1.0f / 18,  1.0f / 9,    1.0f / 120,  -1.0f / 60, 1.0f / 30, -1.0f / 15, 1.0f / 45,
                                   1.0f / 90,  1.0f / 180,  1.0f / 360,  0,          0,         0,          0.5f};
  auto G = at::from_blob(const_cast<float*>(g), {kReach, kSide}, at::TensorOptions(at::kFloat));
  const int64_t groups = (weight.size(2) + kSide - 1) / kSide;
  auto taps = at::constant_pad_nd(weight, {0, groups * kSide - weight.size(2)}).permute({2, 1, 0});
  auto grouped = taps.reshape({groups, kSide, -1});
  return G.matmul(grouped).view({groups, kReach, weight.size(1), weight.size(0)}).transpose(0, 1).contiguous();
}

at::Tensor winograd_time(const at::Tensor& x, const at::Tensor& factors, const at::Tensor& bias, int64_t taps,
                         int64_t padding, int64_t dilation, double slope, const MaybeTensor& added) {
  TORCH_CHECK(has_kernels(x) && x.dim() == 3 && factors.dim() == 4 && factors.size(2) == x.size(2),
              "x should be [B, T, C] on the processor, factors those of winograd_time_factors");
  at::AutoDispatchBelowADInplaceOrView below;
  const Strip strip{x.size(1), x.size(1) + 2 * padding - dilation * (taps - 1), x.size(2), factors.size(3),
                    factors.size(1), padding, dilation, static_cast<float>(slope)};
  TORCH_CHECK(strip.made > 0, "x is shorter than the kernel");
  auto whole = x.contiguous(), sums = added && added->defined() ? added->contiguous() : at::Tensor();
  TORCH_CHECK(!sums.defined() || (sums.scalar_type() == x.scalar_type() && sums.dim() == 3 &&
              sums.size(0) == x.size(0) && sums.size(1) == strip.made && sums.size(2) == strip.outputs),
              "what is added should have the result's shape and kind of number");
  return x.scalar_type() == at::kFloat ? convolve<float>(whole, factors, bias.contiguous(), sums, strip)
                                       : convolve<bf16>(whole, factors, bias.contiguous(), sums, strip);
}

}  // namespace kouyin
