namespace Kouyin.Torch;

/// <summary>
/// All parameters of a model by path, and what a forward pass needs to know of the run: where, in which precision,
/// and whether dropout acts.
/// </summary>
public sealed class ParameterStore : IDisposable
{
    private readonly ulong _seed;
    private readonly SortedDictionary<string, Tensor> _parameters = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, Tensor>? _weights;
    private readonly bool _partly;
    private readonly List<string> _taken = [];
    private readonly WeightCopies _copies = new();

    private ParameterStore(
        ulong seed, Device device, IReadOnlyDictionary<string, Tensor>? weights, bool partly = false)
    {
        _seed = seed;
        _partly = partly;
        _weights = weights;
        Device = device;
        Random = new(seed, device);
    }

    /// <summary>Where the parameters live.</summary>
    public Device Device { get; }

    /// <summary>Whether dropout acts.</summary>
    public bool Training { get; set; }

    /// <summary>Whether convolutions and linear layers compute in bfloat16. Weights stay float32.</summary>
    public bool UseBFloat16 { get; set; }

    /// <summary>
    /// Modules that do not learn, by the first parts of their paths, and compute as outside training; set it before
    /// they are made.
    /// </summary>
    public IReadOnlyList<string> Frozen { get; set; } = [];

    /// <summary>The parameters that are not frozen.</summary>
    public IReadOnlyDictionary<string, Tensor> Learning =>
        new SortedDictionary<string, Tensor>(
            _parameters.Where(p => !IsFrozen(p.Key)).ToDictionary(), StringComparer.Ordinal);

    /// <summary>Whether a path lies in a frozen module.</summary>
    internal bool IsFrozen(string path) =>
        Frozen.Any(module => path == module || path.StartsWith(module + ".", StringComparison.Ordinal));

    /// <summary>Draws dropout's masks.</summary>
    public Generator Random { get; }

    /// <summary>Every parameter by its path, in the order of their names.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => _parameters;

    /// <summary>The root, from which modules take their parameters.</summary>
    public Params Root => new(this, "");

    /// <summary>A store whose parameters start as their layers say.</summary>
    /// <param name="seed">Each start depends on it and on the parameter's own path only.</param>
    /// <param name="device">Where the parameters live.</param>
    public static ParameterStore Fresh(ulong seed, Device device = default) => new(seed, device, null);

    /// <summary>A store whose parameters come from a checkpoint: each must be there, in the right shape.</summary>
    /// <param name="weights">Values by path. They are copied.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="seed">For dropout, should training go on.</param>
    public static ParameterStore From(
        IReadOnlyDictionary<string, Tensor> weights, Device device = default, ulong seed = 0) =>
        new(seed, device, weights);

    /// <summary>A store whose parameters start at another model's of the same name and shape, else as their layers say.
    /// </summary>
    /// <param name="seed">Of those that are not there.</param>
    /// <param name="weights">Values by path. They are copied.</param>
    /// <param name="device">Where the parameters live.</param>
    public static ParameterStore StartingFrom(
        ulong seed, IReadOnlyDictionary<string, Tensor> weights, Device device = default) =>
        new(seed, device, weights, partly: true);

    /// <summary>The checkpoint's values that no layer asked for. Empty for the right model.</summary>
    public IReadOnlyList<string> Unused() =>
        _weights is null ? [] : [.. _weights.Keys.Where(name => !_parameters.ContainsKey(name)).Order()];

    /// <summary>The parameters that came from the weights given.</summary>
    public IReadOnlyList<string> Taken => _taken;

    /// <summary>Sets every gradient back to none.</summary>
    public void ClearGradients()
    {
        foreach (Tensor parameter in _parameters.Values)
            parameter.Grad = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _copies.Dispose();
        foreach (Tensor parameter in _parameters.Values)
            parameter.Dispose();
        _parameters.Clear();
        Random.Dispose();
    }

    /// <summary>A convolution's kernel, [outputs, inputs, H, W], as the processor reads it fastest.</summary>
    /// <param name="kernel">A parameter of this store.</param>
    /// <param name="type">The kind of number to compute with.</param>
    internal Tensor Kernel(Tensor kernel, DType type) => _copies.Of(kernel, type);

    internal Tensor WinogradFactors(Tensor kernel) => _copies.Factors(kernel);

    internal Tensor WinogradTimeFactors(Tensor kernel) => _copies.TimeFactors(kernel);

    internal Tensor Get(string path, long[] shape, Start start)
    {
        if (_parameters.ContainsKey(path))
            throw new InvalidOperationException($"two layers ask for the parameter {path}");
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Tensor parameter = (Has(path, shape) ? Copy(path, shape) : start.Draw(shape, path, _seed)).To(Device);
        parameter.RequiresGrad = !IsFrozen(path);
        _parameters[path] = parameter.Detached();
        return parameter;
    }

    private bool Has(string path, long[] shape) => _weights is not null
        && (!_partly || (_weights.TryGetValue(path, out Tensor? value) && value.Shape.AsSpan().SequenceEqual(shape)));

    private Tensor Copy(string path, long[] shape)
    {
        if (!_weights!.TryGetValue(path, out Tensor? value))
        {
            throw new UserException(
                $"the weights hold no parameter {path}", "the checkpoint",
                "take a checkpoint of this model, or the recipe that belongs to this checkpoint");
        }
        if (!value.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new UserException(
                $"{path} should be [{string.Join(", ", shape)}], but is [{string.Join(", ", value.Shape)}]",
                "the checkpoint", "take a checkpoint of this model, or the recipe that belongs to this checkpoint");
        }
        _taken.Add(path);
        return value.To(DType.Float32).Clone();
    }
}

/// <summary>A place in a store: <c>p / "attention" / "query"</c> is a path, as of folders.</summary>
/// <param name="store">The store.</param>
/// <param name="path">The path so far, parts joined by dots.</param>
public readonly struct Params(ParameterStore store, string path)
{
    /// <summary>The store.</summary>
    public ParameterStore Store { get; } = store;

    /// <summary>The path, parts joined by dots.</summary>
    public string Path { get; } = path;

    /// <summary>A named place below this one.</summary>
    public static Params operator /(Params p, string name) =>
        new(p.Store, p.Path.Length == 0 ? name : $"{p.Path}.{name}");

    /// <summary>A numbered place below this one.</summary>
    public static Params operator /(Params p, int index) =>
        p / index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The parameter of this name here: fresh, or from the checkpoint.</summary>
    public Tensor Get(string name, long[] shape, Start start) => Store.Get((this / name).Path, shape, start);
}
