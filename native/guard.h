// What every file of the shim needs: errors that stop at the boundary, and handles that are tensors.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <exception>
#include <string>

#include "shim.h"

namespace kouyin {

std::string& last_error();

// Runs `body`; whatever it throws becomes the thread's last error and status 1.
template <class Body>
int32_t guarded(Body&& body) noexcept {
  try {
    body();
    return 0;
  } catch (const c10::Error& e) {
    last_error() = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error() = e.what();
  } catch (...) {
    last_error() = "an exception that is no std::exception";
  }
  return 1;
}

inline at::Tensor& tensor_of(const ky_tensor* handle) {
  return *reinterpret_cast<at::Tensor*>(const_cast<ky_tensor*>(handle));
}

inline ky_tensor* new_handle(at::Tensor tensor) {
  return reinterpret_cast<ky_tensor*>(new at::Tensor(std::move(tensor)));
}

inline at::Generator& generator_of(const ky_generator* handle) {
  return *reinterpret_cast<at::Generator*>(const_cast<ky_generator*>(handle));
}

// A device as one number: type << 8 | index + 1.
inline c10::Device device_of(int64_t code) {
  return c10::Device(static_cast<c10::DeviceType>(code >> 8), static_cast<c10::DeviceIndex>((code & 0xff) - 1));
}

inline int64_t code_of(c10::Device device) {
  return static_cast<int64_t>(device.type()) << 8 | (device.index() + 1);
}

}  // namespace kouyin
