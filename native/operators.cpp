// Calls any operator of libtorch through the dispatcher, with a boxed stack.
#include <ATen/core/dispatch/Dispatcher.h>

#include <string>
#include <vector>

#include "guard.h"

namespace kouyin {

struct Argument {
  c10::TypeKind kind;      // optional stripped; of a list: ListType
  bool optional;
  c10::TypeKind element;   // of a list: its elements, optional stripped
  bool optional_elements;  // a list whose elements may be undefined tensors
  bool has_default;
  c10::IValue default_value;
  std::string name;
};

struct Operator {
  c10::OperatorHandle handle;
  std::vector<Argument> arguments;
  std::string schema;
};

const Operator& operator_of(const ky_op* op) { return *reinterpret_cast<const Operator*>(op); }

const c10::Type& without_optional(const c10::Type& type) {
  return type.kind() == c10::TypeKind::OptionalType ? *type.containedType(0) : type;
}

Argument describe(const c10::Argument& argument) {
  const c10::Type& type = without_optional(*argument.type());
  const bool optional = argument.type()->kind() == c10::TypeKind::OptionalType;
  const bool has_default = argument.default_value().has_value();
  Argument d{type.kind(), optional, type.kind(), false, has_default, {}, argument.name()};
  if (d.kind == c10::TypeKind::ListType) {
    const c10::Type& element = *type.containedType(0);
    d.optional_elements = element.kind() == c10::TypeKind::OptionalType;
    d.element = without_optional(element).kind();
  }
  if (d.has_default) d.default_value = *argument.default_value();
  return d;
}

[[noreturn]] void refuse(const Operator& op, const Argument& a, const char* given) {
  TORCH_CHECK(false, "argument '", a.name, "' cannot be ", given, " in ", op.schema);
}

c10::IValue tensor_list(const ky_value& v, const Operator& op, const Argument& a) {
  if (a.kind != c10::TypeKind::ListType || a.element != c10::TypeKind::TensorType) refuse(op, a, "a list of tensors");
  auto* items = static_cast<const ky_tensor* const*>(v.pointer);
  if (a.optional_elements) {
    c10::impl::GenericList list(c10::OptionalType::ofTensor());
    for (int k = 0; k < v.length; k++) list.push_back(items[k] ? c10::IValue(tensor_of(items[k])) : c10::IValue());
    return list;
  }
  c10::List<at::Tensor> list;
  list.reserve(v.length);
  for (int k = 0; k < v.length; k++) {
    if (!items[k]) refuse(op, a, "a list with an undefined tensor");
    list.push_back(tensor_of(items[k]));
  }
  return list;
}

template <class To, class From>
c10::IValue list_of(const ky_value& v) {
  auto* p = static_cast<const From*>(v.pointer);
  c10::List<To> list;
  list.reserve(v.length);
  for (int k = 0; k < v.length; k++) list.push_back(To(p[k]));
  return list;
}

c10::IValue number_list(const ky_value& v, const Operator& op, const Argument& a) {
  const c10::TypeKind element = a.kind == c10::TypeKind::ListType ? a.element : c10::TypeKind::NoneType;
  const bool number = element == c10::TypeKind::NumberType;
  if (v.tag == KY_BOOLS) {
    if (element != c10::TypeKind::BoolType) refuse(op, a, "a list of truth values");
    return list_of<bool, uint8_t>(v);
  }
  if (v.tag == KY_INTS) {
    if (number) return list_of<at::Scalar, int64_t>(v);
    if (element == c10::TypeKind::FloatType) return list_of<double, int64_t>(v);
    if (element != c10::TypeKind::IntType) refuse(op, a, "a list of integers");
    return list_of<int64_t, int64_t>(v);
  }
  if (number) return list_of<at::Scalar, double>(v);
  if (element != c10::TypeKind::FloatType) refuse(op, a, "a list of real numbers");
  return list_of<double, double>(v);
}

c10::IValue value_of(const ky_value& v, const Operator& op, const Argument& a) {
  const bool number = a.kind == c10::TypeKind::NumberType;
  switch (v.tag) {
    case KY_DEFAULT:
      if (!a.has_default) refuse(op, a, "left out");
      return a.default_value;
    case KY_NONE:
      if (!a.optional) refuse(op, a, "none");
      return a.kind == c10::TypeKind::TensorType ? c10::IValue(at::Tensor()) : c10::IValue();
    case KY_TENSOR:
      if (a.kind != c10::TypeKind::TensorType) refuse(op, a, "a tensor");
      return tensor_of(static_cast<const ky_tensor*>(v.pointer));
    case KY_INT:
      if (a.kind == c10::TypeKind::FloatType) return static_cast<double>(v.integer);
      if (a.kind != c10::TypeKind::IntType && !number) refuse(op, a, "an integer");
      return v.integer;
    case KY_DOUBLE:
      if (a.kind != c10::TypeKind::FloatType && !number) refuse(op, a, "a real number");
      return v.real;
    case KY_BOOL:
      if (a.kind != c10::TypeKind::BoolType && !number) refuse(op, a, "a truth value");
      return v.integer != 0;
    case KY_STRING:
      if (a.kind != c10::TypeKind::StringType) refuse(op, a, "a text");
      return std::string(static_cast<const char*>(v.pointer), v.length);
    case KY_DEVICE:
      if (a.kind != c10::TypeKind::DeviceObjType) refuse(op, a, "a device");
      return device_of(v.integer);
    case KY_GENERATOR:
      if (a.kind != c10::TypeKind::GeneratorType) refuse(op, a, "a generator");
      return generator_of(static_cast<const ky_generator*>(v.pointer));
    case KY_TENSORS:
      return tensor_list(v, op, a);
    case KY_INTS:
    case KY_DOUBLES:
    case KY_BOOLS:
      return number_list(v, op, a);
    default:
      TORCH_CHECK(false, "unknown argument tag ", v.tag);
  }
}

// Writes results, flattening lists of tensors. Frees what it wrote if there is no room for all.
class Results {
 public:
  Results(ky_value* values, int32_t capacity) : values_(values), capacity_(capacity) {}

  void take(c10::IValue value) {
    if (value.isTensor()) return put(std::move(value).toTensor());
    if (value.isTensorList()) {
      for (at::Tensor tensor : value.toTensorVector()) put(std::move(tensor));
      return;
    }
    ky_value& v = next();
    if (value.isInt()) { v.tag = KY_INT; v.integer = value.toInt(); }
    else if (value.isBool()) { v.tag = KY_BOOL; v.integer = value.toBool(); }
    else if (value.isDouble()) { v.tag = KY_DOUBLE; v.real = value.toDouble(); }
    else if (value.isNone()) v.tag = KY_NONE;
    else TORCH_CHECK(false, "results of kind ", value.tagKind(), " are not supported");
  }

  int32_t count() const { return count_; }

  void release() {
    for (int32_t k = 0; k < count_; k++)
      if (values_[k].tag == KY_TENSOR) ky_tensor_free(static_cast<ky_tensor*>(const_cast<void*>(values_[k].pointer)));
  }

 private:
  ky_value& next() {
    TORCH_CHECK(count_ < capacity_, "more than ", capacity_, " results");
    ky_value& v = values_[count_++];
    v.tag = KY_NONE;
    v.length = 0;
    v.integer = 0;
    return v;
  }

  void put(at::Tensor tensor) {
    ky_value& v = next();
    if (!tensor.defined()) return;
    v.pointer = new_handle(std::move(tensor));
    v.tag = KY_TENSOR;
  }

  ky_value* values_;
  int32_t capacity_;
  int32_t count_ = 0;
};

}  // namespace kouyin

using namespace kouyin;

int32_t ky_op_find(const char* name, const char* overload, ky_op** out) {
  return guarded([&] {
    auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
    auto* op = new Operator{handle, {}, c10::toString(handle.schema())};
    for (const auto& argument : handle.schema().arguments()) op->arguments.push_back(describe(argument));
    *out = reinterpret_cast<ky_op*>(op);
  });
}

int32_t ky_op_schema(const ky_op* op, const char** out) {
  return guarded([&] { *out = operator_of(op).schema.c_str(); });
}

int32_t ky_op_call(const ky_op* handle, const ky_value* arguments, int32_t count,
                   ky_value* results, int32_t capacity, int32_t* out) {
  return guarded([&] {
    const Operator& op = operator_of(handle);
    TORCH_CHECK(static_cast<size_t>(count) <= op.arguments.size(), "too many arguments for ", op.schema);
    const ky_value left_out{KY_DEFAULT, 0, {0}};
    torch::jit::Stack stack;
    stack.reserve(op.arguments.size());
    for (size_t k = 0; k < op.arguments.size(); k++)
      stack.push_back(value_of(k < static_cast<size_t>(count) ? arguments[k] : left_out, op, op.arguments[k]));
    op.handle.callBoxed(&stack);

    Results taken(results, capacity);
    if (capacity == 0) { *out = 0; return; }
    try {
      for (auto& value : stack) taken.take(std::move(value));
    } catch (...) {
      taken.release();
      throw;
    }
    *out = taken.count();
  });
}
