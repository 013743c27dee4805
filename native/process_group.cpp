// Sums over several processes, through libtorch's c10d and its Gloo. Needs Gloo's headers (Debian: libgloo-dev), which
// libtorch's own packages lack; built without them every call says so.
#include "guard.h"

#ifdef KOUYIN_GLOO
#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <chrono>
#include <cstdlib>

using namespace kouyin;

struct ky_group {
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
};

// The interface that others reach this process by: as c10d chooses it, but for processes of one machine the loopback.
static std::shared_ptr<::gloo::transport::Device> device_for(const std::string& host) {
  if (host == "localhost" || host.rfind("127.", 0) == 0)
    return c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1");
  if (const char* name = std::getenv("GLOO_SOCKET_IFNAME"))
    return c10d::ProcessGroupGloo::createDeviceForInterface(name);
  return c10d::ProcessGroupGloo::createDefaultDevice();
}

int32_t ky_group_open(const char* host, int32_t port, int32_t serves, int32_t rank, int32_t size, int32_t timeout_ms,
                      ky_group** out) {
  return guarded([&] {
    std::chrono::milliseconds timeout(timeout_ms);
    c10d::TCPStoreOptions places;
    places.port = static_cast<uint16_t>(port);
    places.isServer = serves != 0;
    places.timeout = timeout;
    places.waitWorkers = false;
    auto store = c10::make_intrusive<c10d::TCPStore>(host, places);
    auto options = c10d::ProcessGroupGloo::Options::create(timeout);
    options->devices.push_back(device_for(host));
    options->threads = 1;
    auto named = c10::make_intrusive<c10d::PrefixStore>("kouyin", store);
    auto gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(named, rank, size, options);
    *out = new ky_group{store, gloo};
  });
}

int32_t ky_group_sum(ky_group* group, ky_tensor* tensor) {
  return guarded([&] {
    std::vector<at::Tensor> tensors{tensor_of(tensor)};
    group->gloo->allreduce(tensors)->wait();
  });
}

void ky_group_free(ky_group* group) { delete group; }

#else

static int32_t missing() noexcept {
  return kouyin::guarded([] {
    throw std::runtime_error("the native library was built without Gloo's headers: install libgloo-dev, build again");
  });
}

int32_t ky_group_open(const char*, int32_t, int32_t, int32_t, int32_t, int32_t, ky_group**) { return missing(); }
int32_t ky_group_sum(ky_group*, ky_tensor*) { return missing(); }
void ky_group_free(ky_group*) {}

#endif
