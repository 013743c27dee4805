// kouyin::softmax_summary and kouyin::gated_mix: the two halves of linear attention, block by block of positions so
// that keys never reach memory. Backward computes the keys again.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <limits>
#include <vector>

#include "fused.h"
#include "kernels.h"
#include "products.h"

namespace kouyin {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kBlock = 512;  // positions: their keys and what is made of them stay in the second-level cache

template <class T>
T* data(const at::Tensor& t) { return static_cast<T*>(t.data_ptr()); }

// The positions of all items, cut into ranges that threads take: whole items where there are enough, else shares.
struct Ranges {
  int64_t batch, positions, per_item;

  Ranges(int64_t batch, int64_t positions)
      : batch(batch), positions(positions),
        per_item(std::min((at::get_num_threads() + batch - 1) / batch, (positions + kBlock - 1) / kBlock)) {}

  int64_t count() const { return batch * per_item; }

  // body(range, item, first position, end)
  template <class Body>
  void each(Body body) const {
    at::parallel_for(0, count(), 1, [&](int64_t first, int64_t last) {
      for (int64_t k = first; k < last; k++) {
        const int64_t part = k % per_item;
        body(k, k / per_item, positions * part / per_item, positions * (part + 1) / per_item);
      }
    });
  }
};

template <class Body>
void blocks(int64_t begin, int64_t end, Body body) {
  for (int64_t p = begin; p < end; p += kBlock) body(p, std::min(kBlock, end - p));
}

// x's block as floats: in place where they are, else in `scratch`.
template <class T>
const float* wide(const T* x, int64_t count, int64_t channels, float* scratch) {
  if constexpr (std::is_same_v<T, float>) return x;
  else {
    kernels().picture<T>().widen(x, nullptr, 1, channels, 0, count, scratch);
    return scratch;
  }
}

// Sums of e^(key - largest) x and of e^(key - largest) over a range; `largest` grows as blocks come.
template <class T>
void summarize(const T* x, const float* keys, int64_t begin, int64_t end, int64_t C, int64_t J, float* summary,
               float* total, float* largest) {
  std::vector<float> scratch(kBlock * (C + J)), before(J);
  std::fill_n(largest, J, -std::numeric_limits<float>::infinity());
  std::fill_n(summary, J * C, 0.0f);
  std::fill_n(total, J, 0.0f);
  float* logits = scratch.data() + kBlock * C;
  blocks(begin, end, [&](int64_t p, int64_t count) {
    const float* block = wide(x + p * C, count, C, scratch.data());
    multiply(false, true, count, J, C, 1, block, keys, 0, logits);
    before.assign(largest, largest + J);
    kernels().columns.max(logits, count, J, J, largest);
    for (int64_t j = 0; j < J; j++) {
      if (before[j] == largest[j]) continue;
      const float scale = std::exp(before[j] - largest[j]);
      total[j] *= scale;
      for (int64_t c = 0; c < C; c++) summary[j * C + c] *= scale;
    }
    kernels().columns.exp(logits, count, J, J, largest, total);
    multiply(true, false, J, C, count, 1, logits, block, 1, summary);
  });
}

template <class T>
void summary_forward(const at::Tensor& x, const at::Tensor& keys, at::Tensor& summary, at::Tensor& scale) {
  const int64_t B = x.size(0), P = x.size(1), C = x.size(2), J = keys.size(0);
  const Ranges ranges(B, P);
  auto parts = at::empty({ranges.count(), J, C + 2}, keys.options());
  ranges.each([&](int64_t range, int64_t item, int64_t begin, int64_t end) {
    float* part = data<float>(parts) + range * J * (C + 2);
    summarize(data<T>(x) + item * P * C, data<float>(keys), begin, end, C, J, part, part + J * C, part + J * (C + 1));
  });
  for (int64_t item = 0; item < B; item++)
    for (int64_t j = 0; j < J; j++) {
      const float* first = data<float>(parts) + item * ranges.per_item * J * (C + 2);
      const int64_t stride = J * (C + 2);
      float largest = -std::numeric_limits<float>::infinity(), total = 0;
      for (int64_t k = 0; k < ranges.per_item; k++) largest = std::max(largest, first[k * stride + J * (C + 1) + j]);
      float* row = data<float>(summary) + (item * J + j) * C;
      std::fill_n(row, C, 0.0f);
      for (int64_t k = 0; k < ranges.per_item; k++) {
        const float* part = first + k * stride;
        const float weight = std::exp(part[J * (C + 1) + j] - largest);
        total += weight * part[J * C + j];
        for (int64_t c = 0; c < C; c++) row[c] += weight * part[j * C + c];
      }
      for (int64_t c = 0; c < C; c++) row[c] /= total;
      data<float>(scale)[item * J + j] = largest + std::log(total);
    }
}

// With s = softmax(k), k = x keysᵀ, and U = x dSᵀ: dk = s (U - diagonal(dS Sᵀ)), dx = s dS + dk keys, dkeys = dkᵀ x.
template <class T>
void summary_backward(const at::Tensor& x, const at::Tensor& keys, const at::Tensor& scale, const at::Tensor& gradient,
                      const at::Tensor& mean, at::Tensor& dx, at::Tensor& dkeys) {
  const int64_t B = x.size(0), P = x.size(1), C = x.size(2), J = keys.size(0);
  const Ranges ranges(B, P);
  auto there = at::empty({B, 2 * J, C}, keys.options()), back = at::empty_like(there);  // [keys; dS] and [dS; keys]
  there.narrow(1, 0, J).copy_(keys.expand({B, J, C}));
  there.narrow(1, J, J).copy_(gradient);
  back.narrow(1, 0, J).copy_(gradient);
  back.narrow(1, J, J).copy_(keys.expand({B, J, C}));
  dkeys = at::zeros({ranges.count(), J, C}, keys.options());
  ranges.each([&](int64_t range, int64_t item, int64_t begin, int64_t end) {
    std::vector<float> scratch(kBlock * (2 * C + 2 * J)), turned(kBlock * J);
    float *both = scratch.data() + 2 * kBlock * C, *out = scratch.data() + kBlock * C;
    const int64_t start = item * P * C;
    blocks(begin, end, [&](int64_t p, int64_t count) {
      const float* block = wide(data<T>(x) + start + p * C, count, C, scratch.data());
      multiply(false, true, count, 2 * J, C, 1, block, data<float>(there) + item * 2 * J * C, 0, both);
      kernels().columns.softmax_gradient(both, count, J, data<float>(scale) + item * J, data<float>(mean) + item * J);
      multiply(false, false, count, C, 2 * J, 1, both, data<float>(back) + item * 2 * J * C, 0, out);
      kernels().picture<T>().narrow(out, count * C, data<T>(dx) + start + p * C);
      for (int64_t k = 0; k < count; k++) std::copy_n(both + (2 * k + 1) * J, J, turned.data() + k * J);
      multiply(true, false, J, C, count, 1, turned.data(), block, 1, data<float>(dkeys) + range * J * C);
    });
  });
  dkeys = dkeys.sum(0);
}

class Summary : public torch::autograd::Function<Summary> {
 public:
  static at::Tensor forward(AutogradContext* ctx, at::Tensor x, at::Tensor keys) {
    at::AutoDispatchBelowADInplaceOrView below;
    x = x.contiguous();
    keys = keys.to(at::kFloat).contiguous();
    auto summary = at::empty({x.size(0), keys.size(0), x.size(2)}, keys.options());
    auto scale = at::empty({x.size(0), keys.size(0)}, keys.options());
    if (x.scalar_type() == at::kFloat) summary_forward<float>(x, keys, summary, scale);
    else summary_forward<bf16>(x, keys, summary, scale);
    ctx->save_for_backward({x, keys, scale, summary});
    return summary;
  }

  static variable_list backward(AutogradContext* ctx, variable_list outputs) {
    auto saved = ctx->get_saved_variables();
    const at::Tensor& x = saved[0];
    auto gradient = outputs[0].contiguous(), mean = (gradient * saved[3]).sum(2);
    at::Tensor dx = at::empty_like(x), dkeys;
    if (x.scalar_type() == at::kFloat) summary_backward<float>(x, saved[1], saved[2], gradient, mean, dx, dkeys);
    else summary_backward<bf16>(x, saved[1], saved[2], gradient, mean, dx, dkeys);
    return {dx, dkeys};
  }
};

template <class T>
void mix_forward(const at::Tensor& x, const at::Tensor& matrix, const at::Tensor& bias, float gate,
                 const at::Tensor& mask, at::Tensor& y) {
  const int64_t width = x.size(2), P = x.size(1) * width, C = x.size(3);
  Ranges(x.size(0), P).each([&](int64_t, int64_t item, int64_t begin, int64_t end) {
    std::vector<float> scratch(2 * kBlock * C);
    float* heard = scratch.data() + kBlock * C;
    blocks(begin, end, [&](int64_t p, int64_t count) {
      const int64_t at = (item * P + p) * C;
      const float* block = wide(data<T>(x) + at, count, C, scratch.data());
      multiply(false, true, count, C, C, 1, block, data<float>(matrix) + item * C * C, 0, heard);
      kernels().picture<T>().gated(data<T>(x) + at, heard, data<float>(bias), gate, data<float>(mask) + item * width,
                                   width, C, p, p + count, data<T>(y) + at);
    });
  });
}

// With g = mask dy: dx = g + gate g matrix; `products` gᵀ x and `sums` of g for each range.
template <class T>
void mix_backward(const at::Tensor& x, const at::Tensor& matrix, float gate, const at::Tensor& mask,
                  const at::Tensor& dy, at::Tensor& dx, at::Tensor& products, at::Tensor& sums) {
  const int64_t width = x.size(2), P = x.size(1) * width, C = x.size(3);
  const Ranges ranges(x.size(0), P);
  products = at::zeros({x.size(0), ranges.per_item, C, C}, matrix.options());
  sums = at::zeros({x.size(0), ranges.per_item, C}, matrix.options());
  ranges.each([&](int64_t range, int64_t item, int64_t begin, int64_t end) {
    std::vector<float> scratch(3 * kBlock * C);
    float *masked = scratch.data() + kBlock * C, *out = masked + kBlock * C;
    blocks(begin, end, [&](int64_t p, int64_t count) {
      const int64_t start = item * P * C, at = start + p * C;
      const float* block = wide(data<T>(x) + at, count, C, scratch.data());
      kernels().picture<T>().widen(data<T>(dy) + start, data<float>(mask) + item * width, width, C, p, p + count,
                                   masked);
      kernels().columns.add(masked, count, C, data<float>(sums) + range * C);
      multiply(true, false, C, C, count, 1, masked, block, 1, data<float>(products) + range * C * C);
      std::copy_n(masked, count * C, out);
      multiply(false, false, count, C, C, gate, masked, data<float>(matrix) + item * C * C, 1, out);
      kernels().picture<T>().narrow(out, count * C, data<T>(dx) + at);
    });
  });
}

class Mix : public torch::autograd::Function<Mix> {
 public:
  static at::Tensor forward(AutogradContext* ctx, at::Tensor x, at::Tensor matrix, at::Tensor bias, at::Tensor gate,
                            at::Tensor mask) {
    at::AutoDispatchBelowADInplaceOrView below;
    x = x.contiguous();
    matrix = matrix.to(at::kFloat).contiguous();
    mask = mask.to(at::kFloat).contiguous();
    auto y = at::empty_like(x);
    const float g = gate.item<float>();
    if (x.scalar_type() == at::kFloat) mix_forward<float>(x, matrix, bias, g, mask, y);
    else mix_forward<bf16>(x, matrix, bias, g, mask, y);
    ctx->save_for_backward({x, matrix, bias, gate, mask});
    return y;
  }

  static variable_list backward(AutogradContext* ctx, variable_list outputs) {
    auto saved = ctx->get_saved_variables();
    const at::Tensor &x = saved[0], &matrix = saved[1], &bias = saved[2], &gate = saved[3], &mask = saved[4];
    auto dy = outputs[0].to(x.scalar_type()).contiguous();
    at::Tensor dx = at::empty_like(x), products, sums;
    const float g = gate.item<float>();
    if (x.scalar_type() == at::kFloat) mix_backward<float>(x, matrix, g, mask, dy, dx, products, sums);
    else mix_backward<bf16>(x, matrix, g, mask, dy, dx, products, sums);
    products = products.sum(1);
    auto sum = sums.sum(at::IntArrayRef{0, 1});
    auto dgate = (products * matrix).sum() + (sum * bias).sum();
    return {dx, products * g, sum * g, dgate.reshape(gate.sizes()), {}};
  }
};

}  // namespace

at::Tensor softmax_summary(const at::Tensor& x, const at::Tensor& keys) {
  TORCH_CHECK(x.dim() == 3 && keys.dim() == 2 && x.size(2) == keys.size(1), "x should be [B, P, C], keys [J, C]");
  if (has_kernels(x)) return Summary::apply(x, keys);
  auto wide = x.to(keys.scalar_type());
  return at::matmul(at::matmul(wide, keys.t()).softmax(1).transpose(1, 2), wide);
}

at::Tensor gated_mix(const at::Tensor& x, const at::Tensor& matrix, const at::Tensor& bias, const at::Tensor& gate,
                     const at::Tensor& mask) {
  TORCH_CHECK(x.dim() == 4 && matrix.dim() == 3 && matrix.size(1) == x.size(3), "x should be [B, H, W, C]");
  if (has_kernels(x)) return Mix::apply(x, matrix, bias, gate, mask);
  auto flat = x.to(matrix.scalar_type()).flatten(1, 2);
  auto heard = at::matmul(flat, matrix.transpose(1, 2)) + bias;
  return ((flat + gate * heard).view(x.sizes()) * mask).to(x.scalar_type());
}

}  // namespace kouyin
