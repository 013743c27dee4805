using System.Runtime.InteropServices;

namespace Kouyin.Torch;

/// <summary>Tensors to and from safetensors files.</summary>
public static class TensorFiles
{
    /// <summary>Adds a copy of a tensor's numbers to the file.</summary>
    /// <param name="writer">The file to be.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="tensor">float32, float16, int64 or bytes, on any device.</param>
    public static void Add(this SafeTensorsWriter writer, string name, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (tensor.DType)
        {
            case DType.Float32: writer.Add(name, tensor.Shape, tensor.ToArray<float>()); break;
            case DType.Float16: writer.Add(name, tensor.Shape, tensor.ToArray<Half>()); break;
            case DType.Int64: writer.Add(name, tensor.Shape, tensor.ToArray<long>()); break;
            case DType.UInt8: writer.Add(name, tensor.Shape, tensor.ToArray<byte>()); break;
            default: throw new ArgumentException($"tensors of {tensor.DType} are not written to files", nameof(tensor));
        }
    }

    /// <summary>Reads a tensor into memory of its own, on the processor.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="name">Its name there.</param>
    public static Tensor Read(this SafeTensors file, string name)
    {
        ArgumentNullException.ThrowIfNull(file);
        SafeTensor entry = file[name];
        Tensor tensor = Tensor.Empty([.. entry.Shape], entry.Type switch
        {
            ElementType.F64 => DType.Float64,
            ElementType.F32 => DType.Float32,
            ElementType.F16 => DType.Float16,
            ElementType.I64 => DType.Int64,
            ElementType.I32 => DType.Int32,
            ElementType.U8 => DType.UInt8,
            _ => throw new UserException(
                $"the tensor «{name}» holds {entry.Type.FormatName()}, which models do not use",
                file.Path, "give a file made for this model"),
        });
        file.Bytes(name).CopyTo(tensor.Bytes());
        return tensor;
    }

    /// <summary>Reads every tensor whose name begins with <paramref name="prefix"/>, which is cut off.</summary>
    public static Dictionary<string, Tensor> ReadAll(this SafeTensors file, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Entries.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Name[prefix.Length..], entry => file.Read(entry.Name));
    }

    private static Span<byte> Bytes(this Tensor tensor) => tensor.DType switch
    {
        DType.Float64 => MemoryMarshal.AsBytes(tensor.Span<double>()),
        DType.Float32 => MemoryMarshal.AsBytes(tensor.Span<float>()),
        DType.Float16 => MemoryMarshal.AsBytes(tensor.Span<Half>()),
        DType.Int64 => MemoryMarshal.AsBytes(tensor.Span<long>()),
        DType.Int32 => MemoryMarshal.AsBytes(tensor.Span<int>()),
        _ => tensor.Span<byte>(),
    };
}
