namespace Kouyin.Torch;

/// <summary>What the numbers of a stored tensor are. The names are those of the safetensors format.</summary>
public enum ElementType
{
    /// <summary>64-bit float.</summary>
    F64,
    /// <summary>32-bit float.</summary>
    F32,
    /// <summary>16-bit IEEE float.</summary>
    F16,
    /// <summary>The upper 16 bits of a 32-bit float.</summary>
    BF16,
    /// <summary>64-bit signed integer.</summary>
    I64,
    /// <summary>32-bit signed integer.</summary>
    I32,
    /// <summary>16-bit signed integer.</summary>
    I16,
    /// <summary>8-bit signed integer.</summary>
    I8,
    /// <summary>8-bit unsigned integer.</summary>
    U8,
    /// <summary>One byte, 0 or 1.</summary>
    Bool,
}

/// <summary>Names and sizes of element types.</summary>
public static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.F64 or ElementType.I64 => 8,
        ElementType.F32 or ElementType.I32 => 4,
        ElementType.F16 or ElementType.BF16 or ElementType.I16 => 2,
        _ => 1,
    };

    /// <summary>The name in a safetensors header, such as <c>BOOL</c>.</summary>
    public static string FormatName(this ElementType type) => type.ToString().ToUpperInvariant();

    /// <summary>The element type with that name in a safetensors header, or null if the format knows none.</summary>
    public static ElementType? FromFormatName(string? name)
    {
        foreach (ElementType type in Enum.GetValues<ElementType>())
            if (type.FormatName() == name)
                return type;
        return null;
    }

    /// <summary>The element type that .NET's <typeparamref name="T"/> holds; there is none for BF16.</summary>
    public static ElementType Of<T>() where T : unmanaged => default(T) switch
    {
        double => ElementType.F64,
        float => ElementType.F32,
        Half => ElementType.F16,
        long => ElementType.I64,
        int => ElementType.I32,
        short => ElementType.I16,
        sbyte => ElementType.I8,
        byte => ElementType.U8,
        bool => ElementType.Bool,
        _ => throw new NotSupportedException($"{typeof(T)} is not an element type of a tensor"),
    };
}
