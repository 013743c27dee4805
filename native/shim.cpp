// Library, tensors, autograd, random numbers and process settings. Operators are in operators.cpp.
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/GradMode.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>

#include <algorithm>
#include <mutex>

#include "guard.h"

namespace kouyin {

std::string& last_error() {
  thread_local std::string text;
  return text;
}

}  // namespace kouyin

using namespace kouyin;

const char* ky_last_error(void) { return last_error().c_str(); }

int32_t ky_version(const char** out) {
  *out = TORCH_VERSION;
  return 0;
}

int32_t ky_configuration(const char** out) {
  return guarded([&] {
    thread_local std::string text;
    text = at::show_config() + at::get_parallel_info();
    *out = text.c_str();
  });
}

void ky_tensor_free(ky_tensor* tensor) { delete &tensor_of(tensor); }

void ky_tensor_free_many(ky_tensor* const* tensors, int64_t count) {
  for (int64_t k = 0; k < count; k++) delete &tensor_of(tensors[k]);
}

int32_t ky_tensor_alias(const ky_tensor* tensor, ky_tensor** out) {
  return guarded([&] { *out = new_handle(tensor_of(tensor)); });
}

int32_t ky_tensor_rank(const ky_tensor* tensor, int32_t* out) {
  return guarded([&] { *out = static_cast<int32_t>(tensor_of(tensor).dim()); });
}

int32_t ky_tensor_shape(const ky_tensor* tensor, int64_t* shape) {
  return guarded([&] {
    auto sizes = tensor_of(tensor).sizes();
    std::copy(sizes.begin(), sizes.end(), shape);
  });
}

int32_t ky_tensor_dtype(const ky_tensor* tensor, int32_t* out) {
  return guarded([&] { *out = static_cast<int32_t>(tensor_of(tensor).scalar_type()); });
}

int32_t ky_tensor_device(const ky_tensor* tensor, int64_t* out) {
  return guarded([&] { *out = code_of(tensor_of(tensor).device()); });
}

int32_t ky_tensor_is_contiguous(const ky_tensor* tensor, int32_t* out) {
  return guarded([&] { *out = tensor_of(tensor).is_contiguous(); });
}

int32_t ky_tensor_data(const ky_tensor* tensor, void** out) {
  return guarded([&] { *out = tensor_of(tensor).data_ptr(); });
}

int32_t ky_tensor_set_requires_grad(ky_tensor* tensor, int32_t on) {
  return guarded([&] { tensor_of(tensor).set_requires_grad(on != 0); });
}

int32_t ky_tensor_requires_grad(const ky_tensor* tensor, int32_t* out) {
  return guarded([&] { *out = tensor_of(tensor).requires_grad(); });
}

int32_t ky_tensor_grad(const ky_tensor* tensor, ky_tensor** out) {
  return guarded([&] {
    const at::Tensor& grad = tensor_of(tensor).grad();
    *out = grad.defined() ? new_handle(grad) : nullptr;
  });
}

int32_t ky_tensor_set_grad(ky_tensor* tensor, const ky_tensor* grad) {
  return guarded([&] { tensor_of(tensor).mutable_grad() = grad ? tensor_of(grad) : at::Tensor(); });
}

int32_t ky_backward(const ky_tensor* loss) {
  return guarded([&] { torch::autograd::backward({tensor_of(loss)}, {}); });
}

int32_t ky_set_grad_mode(int32_t on, int32_t* was) {
  return guarded([&] {
    *was = c10::GradMode::is_enabled();
    c10::GradMode::set_enabled(on != 0);
  });
}

int32_t ky_generator_new(uint64_t seed, int64_t device, ky_generator** out) {
  return guarded([&] {
    // An own copy of the device's default generator: one stream more, touched by nobody else.
    c10::Device d = device_of(device);
    at::Generator generator = d.is_cpu() ? at::detail::createCPUGenerator(seed)
                                         : at::globalContext().defaultGenerator(d).clone();
    generator.set_current_seed(seed);
    *out = reinterpret_cast<ky_generator*>(new at::Generator(std::move(generator)));
  });
}

void ky_generator_free(ky_generator* generator) { delete &generator_of(generator); }

int32_t ky_generator_seed(ky_generator* generator, uint64_t seed) {
  return guarded([&] {
    at::Generator& g = generator_of(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    g.set_current_seed(seed);
  });
}

int32_t ky_generator_state(const ky_generator* generator, ky_tensor** out) {
  return guarded([&] {
    at::Generator& g = generator_of(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    *out = new_handle(at::Tensor::wrap_tensor_impl(g.unsafeGetGeneratorImpl()->get_state()));
  });
}

int32_t ky_generator_set_state(ky_generator* generator, const ky_tensor* state) {
  return guarded([&] {
    at::Generator& g = generator_of(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    g.set_state(tensor_of(state));
  });
}

int32_t ky_set_threads(int32_t count) {
  return guarded([&] { at::set_num_threads(count); });
}

int32_t ky_threads(int32_t* out) {
  return guarded([&] { *out = at::get_num_threads(); });
}

int32_t ky_device_count(int32_t type, int32_t* out) {
  return guarded([&] {
    auto t = static_cast<c10::DeviceType>(type);
    *out = c10::impl::hasDeviceGuardImpl(t) ? c10::impl::getDeviceGuardImpl(t)->deviceCount() : 0;
  });
}

int32_t ky_set_device(int64_t device) {
  return guarded([&] {
    auto d = device_of(device);
    c10::impl::getDeviceGuardImpl(d.type())->setDevice(d);
  });
}

int32_t ky_synchronize(int64_t device) {
  return guarded([&] {
    auto d = device_of(device);
    c10::impl::getDeviceGuardImpl(d.type())->getStream(d).synchronize();
  });
}

int32_t ky_allow_tf32(int32_t on) {
  return guarded([&] {
    at::globalContext().setFloat32MatmulPrecision(on ? "high" : "highest");
    at::globalContext().setAllowTF32CuDNN(on != 0);
  });
}
