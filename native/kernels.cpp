// See kernels.h. KOUYIN_KERNELS names the function that hands out this compilation's table.
//
// Plain loops over channels that the compiler turns into vectors: no reductions inside a row, no calls, no branches.
#include "kernels.h"

#include <cstring>

namespace kouyin {
namespace {

inline float load(const float* x) { return *x; }

inline float load(const bf16* x) {
  uint32_t bits = static_cast<uint32_t>(x->bits) << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

inline void store(float* y, float value) { *y = value; }

inline void store(bf16* y, float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;  // to nearest, halves to even
  bool nan = (bits & 0x7fffffff) > 0x7f800000;
  y->bits = static_cast<uint16_t>(nan ? 0x7fc0 : rounded);
}

// e^x within 2 units in the last place; x is cut to where e^x is an ordinary float. After Moshier's Cephes, expf.
inline float exponential(float x) {
  x = x > 88.0f ? 88.0f : x;
  x = x < -87.0f ? -87.0f : x;
  const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number
  float n = (x * 1.44269504f + magic) - magic;
  float r = x - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  int32_t power = (static_cast<int32_t>(n) + 127) << 23;
  float scale;
  std::memcpy(&scale, &power, 4);
  return p * scale;
}

// x tanh(softplus(x)) with one exponential: tanh(ln(1 + e)) = n / (n + 2), n = e (e + 2). Beyond 20 it is x itself.
inline float mish(float x) {
  float e = exponential(x > 20.0f ? 20.0f : x);
  float n = e * (e + 2.0f);
  return x * (n / (n + 2.0f));
}

inline float mish_slope(float x) {
  float u = x > 20.0f ? 20.0f : x;
  float e = exponential(u);
  float n = e * (e + 2.0f);
  float inverse = 1.0f / (n + 2.0f);
  return (n + 4.0f * u * e * (1.0f + e) * inverse) * inverse;
}

// Walks along the columns of a picture, whose mask repeats for every row.
struct Columns {
  const float* mask;
  int64_t width, column;

  Columns(const float* mask, int64_t width, int64_t first) : mask(mask), width(width), column(first % width) {}

  float next() {
    const float m = mask[column];
    if (++column == width) column = 0;
    return m;
  }
};

template <class T>
void moments(const T* x, int64_t pixels, int64_t channels, float* __restrict sum, float* __restrict square) {
  for (int64_t p = 0; p < pixels; p++, x += channels)
    for (int64_t c = 0; c < channels; c++) {
      float v = load(x + c);
      sum[c] += v;
      square[c] += v * v;
    }
}

template <class T>
void between(const Between<T>& b, T* __restrict y, int64_t begin, int64_t end) {
  const int64_t channels = b.channels;
  const float *scale = b.scale, *offset = b.offset, *shift = b.shift;
  Columns columns(b.mask, b.width, begin);
  for (int64_t p = begin; p < end; p++) {
    const float m = columns.next();
    const T* x = b.x + p * channels;
    T* row = y + p * channels;
    if (b.residual) {
      const T* residual = b.residual + p * channels;
      for (int64_t c = 0; c < channels; c++)
        store(row + c, m * (mish(scale[c] * load(x + c) + offset[c]) + shift[c] + load(residual + c)));
    } else {
      for (int64_t c = 0; c < channels; c++)
        store(row + c, m * (mish(scale[c] * load(x + c) + offset[c]) + shift[c]));
    }
  }
}

template <class T>
void between_sums(const Between<T>& b, const T* dy, int64_t begin, int64_t end, float* __restrict sum,
                  float* __restrict product, float* __restrict masked) {
  const int64_t channels = b.channels;
  const float *scale = b.scale, *offset = b.offset;
  Columns columns(b.mask, b.width, begin);
  for (int64_t p = begin; p < end; p++) {
    const float m = columns.next();
    const T *x = b.x + p * channels, *g = dy + p * channels;
    for (int64_t c = 0; c < channels; c++) {
      float v = load(x + c), gradient = m * load(g + c);
      float du = gradient * mish_slope(scale[c] * v + offset[c]);
      sum[c] += du;
      product[c] += du * v;
      masked[c] += gradient;
    }
  }
}

template <class T>
void between_gradient(const Between<T>& b, const BetweenGradient<T>& g, int64_t begin, int64_t end) {
  const int64_t channels = b.channels;
  const float *scale = b.scale, *offset = b.offset, *direct = g.direct, *slope = g.slope, *constant = g.constant;
  Columns columns(b.mask, b.width, begin);
  for (int64_t p = begin; p < end; p++) {
    const float m = columns.next();
    const T *x = b.x + p * channels, *dy = g.dy + p * channels;
    T* __restrict dx = g.dx + p * channels;
    for (int64_t c = 0; c < channels; c++) {
      float v = load(x + c);
      float du = m * load(dy + c) * mish_slope(scale[c] * v + offset[c]);
      store(dx + c, direct[c] * du + slope[c] * v + constant[c]);
    }
  }
}

template <class T>
void widen(const T* x, const float* mask, int64_t width, int64_t channels, int64_t begin, int64_t end,
           float* __restrict out) {
  x += begin * channels;
  Columns columns(mask, width, begin);
  for (int64_t p = begin; p < end; p++, x += channels, out += channels) {
    const float m = mask ? columns.next() : 1.0f;
    for (int64_t c = 0; c < channels; c++) out[c] = m * load(x + c);
  }
}

template <class T>
void gated(const T* x, const float* heard, const float* bias, float gate, const float* mask, int64_t width,
           int64_t channels, int64_t begin, int64_t end, T* __restrict y) {
  Columns columns(mask, width, begin);
  for (int64_t p = begin; p < end; p++, x += channels, heard += channels, y += channels) {
    const float m = columns.next();
    for (int64_t c = 0; c < channels; c++) store(y + c, m * (load(x + c) + gate * (heard[c] + bias[c])));
  }
}

template <class T>
void narrow(const float* x, int64_t count, T* __restrict y) {
  for (int64_t k = 0; k < count; k++) store(y + k, x[k]);
}

void column_max(const float* x, int64_t rows, int64_t columns, int64_t stride, float* __restrict largest) {
  for (int64_t r = 0; r < rows; r++, x += stride)
    for (int64_t c = 0; c < columns; c++) largest[c] = x[c] > largest[c] ? x[c] : largest[c];
}

void column_exp(float* __restrict x, int64_t rows, int64_t columns, int64_t stride, const float* offset,
                float* __restrict sum) {
  for (int64_t r = 0; r < rows; r++, x += stride)
    for (int64_t c = 0; c < columns; c++) {
      x[c] = exponential(x[c] - offset[c]);
      sum[c] += x[c];
    }
}

void softmax_gradient(float* __restrict x, int64_t rows, int64_t columns, const float* offset, const float* mean) {
  for (int64_t r = 0; r < rows; r++, x += 2 * columns)
    for (int64_t c = 0; c < columns; c++) {
      float weight = exponential(x[c] - offset[c]);
      x[columns + c] = weight * (x[columns + c] - mean[c]);
      x[c] = weight;
    }
}

void column_add(const float* x, int64_t rows, int64_t columns, float* __restrict sum) {
  for (int64_t r = 0; r < rows; r++, x += columns)
    for (int64_t c = 0; c < columns; c++) sum[c] += x[c];
}

// Bᵀ of F(4, 3) on six rows.
template <class T>
void factors(const T* const* in, int64_t step, int64_t channels, float* out, int64_t stride) {
  const T *in0 = in[0], *in1 = in[step], *in2 = in[2 * step], *in3 = in[3 * step], *in4 = in[4 * step],
          *in5 = in[5 * step];
#pragma GCC ivdep
  for (int64_t c = 0; c < channels; c++) {
    const float d0 = load(in0 + c), d1 = load(in1 + c), d2 = load(in2 + c), d3 = load(in3 + c), d4 = load(in4 + c),
                d5 = load(in5 + c);
    const float even = d4 - 4 * d2, odd = d3 - 4 * d1, near = d4 - d2, far = 2 * (d3 - d1);
    out[c] = 4 * d0 - 5 * d2 + d4;
    out[stride + c] = even + odd;
    out[2 * stride + c] = even - odd;
    out[3 * stride + c] = near + far;
    out[4 * stride + c] = near - far;
    out[5 * stride + c] = 4 * d1 - 5 * d3 + d5;
  }
}

template <class T>
void tile_in(const T* const* pixels, int64_t channels, float* scratch, float* v, int64_t stride) {
  for (int64_t column = 0; column < 6; column++)
    factors(pixels + column, 6, channels, scratch + column * channels, 6 * channels);
  for (int64_t row = 0; row < 6; row++) {
    const float* in[6];
    for (int64_t column = 0; column < 6; column++) in[column] = scratch + (row * 6 + column) * channels;
    factors(in, 1, channels, v + row * 6 * stride, stride);
  }
}

// Aᵀ of F(4, 3) on six rows, `step` apart; null rows of `out` are left.
template <class T>
void outputs(const float* in, int64_t step, int64_t channels, const float* bias, T* const* out) {
  const float *m0 = in, *m1 = in + step, *m2 = in + 2 * step, *m3 = in + 3 * step, *m4 = in + 4 * step,
              *m5 = in + 5 * step;
  if (T* y = out[0])
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; c++) store(y + c, m0[c] + m1[c] + m2[c] + m3[c] + m4[c] + bias[c]);
  if (T* y = out[1])
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; c++) store(y + c, m1[c] - m2[c] + 2 * (m3[c] - m4[c]) + bias[c]);
  if (T* y = out[2])
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; c++) store(y + c, m1[c] + m2[c] + 4 * (m3[c] + m4[c]) + bias[c]);
  if (T* y = out[3])
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; c++) store(y + c, m1[c] - m2[c] + 8 * (m3[c] - m4[c]) + m5[c] + bias[c]);
}

template <class T>
void tile_out(const float* products, int64_t stride, int64_t channels, const float* bias, float* scratch,
              T* const* pixels) {
  float* zeros = scratch + 24 * channels;
  std::memset(zeros, 0, channels * sizeof(float));
  for (int64_t column = 0; column < 6; column++) {
    float* out[4];
    for (int64_t row = 0; row < 4; row++) out[row] = scratch + (row * 6 + column) * channels;
    outputs<float>(products + column * stride, 6 * stride, channels, zeros, out);
  }
  for (int64_t row = 0; row < 4; row++)
    outputs<T>(scratch + row * 6 * channels, channels, channels, bias, pixels + 4 * row);
}

// Bᵀ of F(4, 4) at 0, 1, -1, 2, -2, 1/2 and infinity, on seven rows.
template <class T>
void strip_in(const T* const* in, float slope, int64_t channels, float* out, int64_t stride) {
  auto rectified = [slope](const T* x) {
    const float v = load(x);
    return v > 0 ? v : slope * v;
  };
  const T *in0 = in[0], *in1 = in[1], *in2 = in[2], *in3 = in[3], *in4 = in[4], *in5 = in[5], *in6 = in[6];
#pragma GCC ivdep
  for (int64_t c = 0; c < channels; c++) {
    const float d0 = rectified(in0 + c), d1 = rectified(in1 + c), d2 = rectified(in2 + c), d3 = rectified(in3 + c),
                d4 = rectified(in4 + c), d5 = rectified(in5 + c), d6 = rectified(in6 + c);
    const float last = d4 - 2 * d5;
    out[c] = 4 * d0 - 8 * d1 - 5 * d2 + 10 * d3 + last;
    out[stride + c] = 4 * (d2 - d1) + 9 * d3 - d4 - 2 * d5;
    out[2 * stride + c] = 12 * d2 - 4 * d1 - 7 * d3 - 3 * d4 + 2 * d5;
    out[3 * stride + c] = 2 * (d1 + d5) + 3 * (d4 - d2) - 4 * d3;
    out[4 * stride + c] = 2 * (d1 - d5) + 5 * (d4 - d2);
    out[5 * stride + c] = 32 * (4 * d1 - 5 * d3 + d5);
    out[6 * stride + c] = 4 * (2 * d2 - d1) + 5 * d3 - 10 * d4 - d5 + 2 * d6;
  }
}

// Aᵀ of F(4, 4).
template <class T>
void strip_out(const float* in, int64_t step, int64_t channels, const float* bias, const T* const* added,
               T* const* out) {
  const float *m0 = in, *m1 = in + step, *m2 = in + 2 * step, *m3 = in + 3 * step, *m4 = in + 4 * step,
              *m5 = in + 5 * step, *m6 = in + 6 * step;
  if (T* y = out[0]) {
    const T* x = added[0];
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; c++)
      store(y + c, m0[c] + m1[c] + m2[c] + m3[c] + m4[c] + m5[c] + bias[c] + load(x + c));
  }
  if (T* y = out[1]) {
    const T* x = added[1];
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; c++)
      store(y + c, m1[c] - m2[c] + 2 * (m3[c] - m4[c]) + 0.5f * m5[c] + bias[c] + load(x + c));
  }
  if (T* y = out[2]) {
    const T* x = added[2];
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; c++)
      store(y + c, m1[c] + m2[c] + 4 * (m3[c] + m4[c]) + 0.25f * m5[c] + bias[c] + load(x + c));
  }
  if (T* y = out[3]) {
    const T* x = added[3];
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; c++)
      store(y + c, m1[c] - m2[c] + 8 * (m3[c] - m4[c]) + 0.125f * m5[c] + m6[c] + bias[c] + load(x + c));
  }
}

template <class T>
PictureKernels<T> picture_kernels() {
  return {moments<T>, between<T>, between_sums<T>, between_gradient<T>, widen<T>, gated<T>, narrow<T>,
          tile_in<T>, tile_out<T>, strip_in<T>, strip_out<T>};
}

}  // namespace

const Kernels& KOUYIN_KERNELS() {
  static const Kernels table{picture_kernels<float>(), picture_kernels<bf16>(),
                             {column_max, column_exp, softmax_gradient, column_add}};
  return table;
}

}  // namespace kouyin
