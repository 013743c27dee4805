namespace Kouyin.Torch;

/// <summary>
/// The closed list of what a pickle may name. Nothing here runs code of the file: each entry only arranges values that
/// the pickle has already spelt out.
/// </summary>
internal static class PickleGlobals
{
    private static readonly Dictionary<string, ElementType> Storages = new(StringComparer.Ordinal)
    {
        ["DoubleStorage"] = ElementType.F64,
        ["FloatStorage"] = ElementType.F32,
        ["HalfStorage"] = ElementType.F16,
        ["BFloat16Storage"] = ElementType.BF16,
        ["LongStorage"] = ElementType.I64,
        ["IntStorage"] = ElementType.I32,
        ["ShortStorage"] = ElementType.I16,
        ["CharStorage"] = ElementType.I8,
        ["ByteStorage"] = ElementType.U8,
        ["BoolStorage"] = ElementType.Bool,
    };

    /// <summary>Whether a pickle may name this.</summary>
    public static bool Allows(PickleGlobal global) => StorageType(global) is not null || global is
    { Module: "collections", Name: "OrderedDict" } or
    { Module: "torch", Name: "Size" } or
    { Module: "torch._utils", Name: "_rebuild_tensor" or "_rebuild_tensor_v2" or "_rebuild_parameter" };

    /// <summary>The element type of <c>torch.FloatStorage</c> and its kin; null for anything else.</summary>
    public static ElementType? StorageType(object? global) =>
        global is PickleGlobal { Module: "torch" } named && Storages.TryGetValue(named.Name, out ElementType type)
            ? type
            : null;

    /// <summary>
    /// What calling an allowed global with these arguments gives, or the reason why it gives nothing.
    /// </summary>
    public static (object? Value, string? Fault) Call(PickleGlobal global, object?[] arguments) =>
        (global.Name, arguments) switch
        {
            ("OrderedDict", []) => (new PickleDict(), null),
            ("OrderedDict", [PickleList pairs]) => OrderedDict(pairs),
            ("Size", [object?[] sizes]) => (sizes, null),
            ("_rebuild_tensor" or "_rebuild_tensor_v2", [PickledStorage storage, long offset, object?[] shape,
                object?[] strides, ..]) => Tensor(storage, offset, shape, strides),
            ("_rebuild_parameter", [PickledView view, ..]) => (view, null),
            _ => (null, $"{global} is called with arguments that it does not take"),
        };

    private static (object? Value, string? Fault) OrderedDict(PickleList pairs)
    {
        PickleDict dict = new();
        foreach (object? item in pairs.Items)
        {
            object? key, value;
            if (item is object?[] { Length: 2 } tuple)
                (key, value) = (tuple[0], tuple[1]);
            else if (item is PickleList { Items: [var first, var second] })
                (key, value) = (first, second);
            else
                return (null, "an OrderedDict is made of something else than pairs");
            dict.Items.Add(new(key, value));
        }
        return (dict, null);
    }

    private static (object? Value, string? Fault) Tensor(
        PickledStorage storage, long offset, object?[] shape, object?[] strides) =>
        shape.All(size => size is long) && strides.All(stride => stride is long)
            ? PickledView.Create(storage, offset, [.. shape.Cast<long>()], [.. strides.Cast<long>()])
            : (null, "a tensor's sizes or strides are not whole numbers");
}
