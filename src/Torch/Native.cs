using System.Reflection;
using System.Runtime.InteropServices;

namespace Kouyin.Torch;

/// <summary>The functions of native/shim.h, in its order.</summary>
internal static unsafe partial class Native
{
    private const string Shim = "kouyin_torch";

    static Native()
    {
        ProcessSettings.Apply();
        NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, Resolve);
    }

    [LibraryImport(Shim)] internal static partial byte* ky_last_error();
    [LibraryImport(Shim)] internal static partial int ky_version(byte** version);
    [LibraryImport(Shim)] internal static partial int ky_configuration(byte** configuration);

    [LibraryImport(Shim, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ky_op_find(string name, string overload, out nint op);
    [LibraryImport(Shim)] internal static partial int ky_op_schema(nint op, byte** schema);
    [LibraryImport(Shim)]
    internal static partial int ky_op_call(
        nint op, Value* arguments, int count, Value* results, int capacity, out int produced);

    [LibraryImport(Shim)] internal static partial void ky_tensor_free(nint tensor);
    [LibraryImport(Shim)] internal static partial void ky_tensor_free_many(nint* tensors, long count);
    [LibraryImport(Shim)] internal static partial int ky_tensor_alias(nint tensor, out nint alias);
    [LibraryImport(Shim)] internal static partial int ky_tensor_rank(nint tensor, out int rank);
    [LibraryImport(Shim)] internal static partial int ky_tensor_shape(nint tensor, long* shape);
    [LibraryImport(Shim)] internal static partial int ky_tensor_dtype(nint tensor, out int dtype);
    [LibraryImport(Shim)] internal static partial int ky_tensor_device(nint tensor, out long device);
    [LibraryImport(Shim)] internal static partial int ky_tensor_is_contiguous(nint tensor, out int contiguous);
    [LibraryImport(Shim)] internal static partial int ky_tensor_data(nint tensor, out void* data);

    [LibraryImport(Shim)] internal static partial int ky_tensor_set_requires_grad(nint tensor, int on);
    [LibraryImport(Shim)] internal static partial int ky_tensor_requires_grad(nint tensor, out int on);
    [LibraryImport(Shim)] internal static partial int ky_tensor_grad(nint tensor, out nint grad);
    [LibraryImport(Shim)] internal static partial int ky_tensor_set_grad(nint tensor, nint grad);
    [LibraryImport(Shim)] internal static partial int ky_backward(nint loss);
    [LibraryImport(Shim)] internal static partial int ky_set_grad_mode(int on, out int was);

    [LibraryImport(Shim)] internal static partial int ky_generator_new(ulong seed, long device, out nint generator);
    [LibraryImport(Shim)] internal static partial void ky_generator_free(nint generator);
    [LibraryImport(Shim)] internal static partial int ky_generator_seed(nint generator, ulong seed);
    [LibraryImport(Shim)] internal static partial int ky_generator_state(nint generator, out nint state);
    [LibraryImport(Shim)] internal static partial int ky_generator_set_state(nint generator, nint state);

    [LibraryImport(Shim, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ky_group_open(
        string host, int port, int serves, int rank, int size, int timeoutMs, out nint group);
    [LibraryImport(Shim)] internal static partial int ky_group_sum(nint group, nint tensor);
    [LibraryImport(Shim)] internal static partial void ky_group_free(nint group);

    [LibraryImport(Shim)] internal static partial int ky_set_threads(int count);
    [LibraryImport(Shim)] internal static partial int ky_threads(out int count);
    [LibraryImport(Shim)] internal static partial int ky_device_count(int type, out int count);
    [LibraryImport(Shim)] internal static partial int ky_set_device(long device);
    [LibraryImport(Shim)] internal static partial int ky_synchronize(long device);
    [LibraryImport(Shim)] internal static partial int ky_allow_tf32(int on);

    /// <summary>Turns a status into an exception.</summary>
    /// <exception cref="TorchException">The call failed; libtorch's own words.</exception>
    internal static void Check(int status)
    {
        if (status != 0)
            throw new TorchException(Text(ky_last_error()));
    }

    internal static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? "";

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Shim)
            return 0;
        List<string> tried = [];
        foreach (string candidate in ShimLocation.Candidates())
        {
            if (!File.Exists(candidate))
            {
                tried.Add($"{candidate} (not there)");
                continue;
            }
            try
            {
                return NativeLibrary.Load(candidate);
            }
            catch (DllNotFoundException e)
            {
                tried.Add($"{candidate} ({e.Message.ReplaceLineEndings(" ")})");
            }
        }
        throw new UserException(
            "the native library that speaks to libtorch could not be loaded",
            string.Join("; ", tried),
            "run ./kouyin doctor from a clone: it installs libtorch and builds the library; "
            + "or set KOUYIN_SHIM to a libkouyin_torch.so built against your libtorch");
    }
}

/// <summary>The kinds of <see cref="Value"/>, as in shim.h.</summary>
internal enum Tag
{
    Default, None, Tensor, Int, Double, Bool, String, Ints, Doubles, Bools, Tensors, Device, Generator,
}

/// <summary>ky_value of shim.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Value
{
    public Tag Tag;
    public int Length;
    public long Bits;
}
