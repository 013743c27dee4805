// The inner loops of the fused operators, compiled once for each instruction set worth having (CMakeLists.txt).
//
// A picture is [pixels, channels], float or bfloat16 in memory and float in registers. `mask` holds one number for each
// of `width` columns; pixel p stands in column p % width. Pixels are given as a range, so that threads can share them.
#pragma once

#include <cstdint>

namespace kouyin {

struct bf16 {
  uint16_t bits;
};

// What happens between two convolutions: y = mask * (mish(scale x + offset) + shift + residual), per channel.
template <class T>
struct Between {
  int64_t width, channels;
  const T* x;
  const T* residual;  // null: none
  const float* mask;
  const float* scale;
  const float* offset;
  const float* shift;
};

// Its gradient, through the norm's statistics: dx = direct * du + slope * x + constant, du the gradient before scaling.
template <class T>
struct BetweenGradient {
  const T* dy;
  T* dx;
  const float* direct;
  const float* slope;
  const float* constant;
};

template <class T>
struct PictureKernels {
  // sum += x, square += x * x, per channel
  void (*moments)(const T* x, int64_t pixels, int64_t channels, float* sum, float* square);
  void (*between)(const Between<T>& b, T* y, int64_t begin, int64_t end);
  // sum += du, product += du * x, masked += mask * dy, per channel
  void (*between_sums)(const Between<T>& b, const T* dy, int64_t begin, int64_t end, float* sum, float* product,
                       float* masked);
  void (*between_gradient)(const Between<T>& b, const BetweenGradient<T>& g, int64_t begin, int64_t end);
  // out = mask * x in float; mask may be null
  void (*widen)(const T* x, const float* mask, int64_t width, int64_t channels, int64_t begin, int64_t end, float* out);
  // y = mask * (x + gate * (heard + bias)); x, heard and y begin at pixel `begin`
  void (*gated)(const T* x, const float* heard, const float* bias, float gate, const float* mask, int64_t width,
                int64_t channels, int64_t begin, int64_t end, T* y);
  void (*narrow)(const float* x, int64_t count, T* y);
  // The two ends of Winograd's F(4x4, 3x3), on rows of `channels` numbers, 36 of them `stride` apart.
  // 6x6 input pixels to what is multiplied; scratch holds 36 * channels
  void (*tile_in)(const T* const* pixels, int64_t channels, float* scratch, float* factors, int64_t stride);
  // products to 4x4 output pixels, bias added; a null pixel is not written; scratch holds 25 * channels
  void (*tile_out)(const float* products, int64_t stride, int64_t channels, const float* bias, float* scratch,
                   T* const* pixels);
  // The two ends of Winograd's F(4, 4) over time, on rows of `channels` numbers, 7 of them `stride` apart.
  // 7 input frames, what is negative in them times `slope`, to what is multiplied
  void (*strip_in)(const T* const* frames, float slope, int64_t channels, float* factors, int64_t stride);
  // products to 4 output frames, bias and what is in `added` added; a null frame is not written
  void (*strip_out)(const float* products, int64_t stride, int64_t channels, const float* bias, const T* const* added,
                    T* const* frames);
};

struct ColumnKernels {
  // largest = max(largest, column of x)
  void (*max)(const float* x, int64_t rows, int64_t columns, int64_t stride, float* largest);
  // x = exp(x - offset), sum += x, per column
  void (*exp)(float* x, int64_t rows, int64_t columns, int64_t stride, const float* offset, float* sum);
  // rows of [k, u], each of `columns`: k = exp(k - offset), u = k * (u - mean)
  void (*softmax_gradient)(float* x, int64_t rows, int64_t columns, const float* offset, const float* mean);
  void (*add)(const float* x, int64_t rows, int64_t columns, float* sum);
};

struct Kernels {
  PictureKernels<float> f32;
  PictureKernels<bf16> half;
  ColumnKernels columns;

  template <class T>
  const PictureKernels<T>& picture() const;
};

template <>
inline const PictureKernels<float>& Kernels::picture<float>() const { return f32; }
template <>
inline const PictureKernels<bf16>& Kernels::picture<bf16>() const { return half; }

// The widest instruction set that this processor has.
const Kernels& kernels();

const Kernels& kernels_baseline();
const Kernels& kernels_avx2();
const Kernels& kernels_avx512();

}  // namespace kouyin
