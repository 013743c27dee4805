using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Model;

/// <summary>A safetensors file of reference tensors, and the rule of the yardstick's check.py for comparing.</summary>
internal sealed class Fixture : IDisposable
{
    /// <summary>Gradients below this share of the fixture's largest one are the reference's rounding noise.</summary>
    internal const double Noise = 1e-4;

    internal const double Tolerance = 1e-4;

    private readonly SafeTensors _file;

    private Fixture(SafeTensors file) => _file = file;

    internal IReadOnlyDictionary<string, string> Metadata => _file.Metadata;

    internal IEnumerable<string> Names => _file.Entries.Select(entry => entry.Name);

    internal Tensor this[string name] => Read(_file, name);

    internal static Fixture Open(string path) => new(SafeTensors.Open(path));

    internal static Fixture OpenShared(string name) => Open(Shared.PathOf($"fixtures/{name}.safetensors"));

    internal bool Has(string name) => _file.Contains(name);

    internal Tensor? Find(string name) => Has(name) ? this[name] : null;

    /// <summary>All tensors whose names begin so, by the rest of their names.</summary>
    internal Dictionary<string, Tensor> Below(string prefix) => Names.Where(n => n.StartsWith(prefix))
        .ToDictionary(n => n[prefix.Length..], n => this[n]);

    /// <summary>Compares, the largest difference over the largest expected number.</summary>
    /// <param name="name">What it is, for the message.</param>
    /// <param name="got">Any shape.</param>
    /// <param name="want">The same shape.</param>
    /// <param name="floor">The least that the difference is measured against.</param>
    /// <param name="tolerance">What is allowed.</param>
    internal static void Compare(
        string name, Tensor got, Tensor want, double floor = 0, double tolerance = Tolerance)
    {
        Assert.Equal(want.Shape, got.Shape);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        double scale = Math.Max(want.Count == 0 ? 0 : want.Abs().Max().Item(), Math.Max(floor, 1e-30));
        double difference = (got - want).Abs().Max().Item();
        Assert.True(difference / scale <= tolerance, $"{name}: {difference / scale:e2} relative, {difference:e2}");
    }

    /// <summary>Compares every gradient that the file holds under <c>grad.</c>.</summary>
    internal void CompareGradients(IReadOnlyDictionary<string, Tensor> parameters, string prefix = "")
    {
        Dictionary<string, Tensor> wanted = Below("grad.");
        double floor = Noise * wanted.Values.Max(g => g.Abs().Max().Item());
        Assert.NotEmpty(wanted);
        foreach (var (name, want) in wanted)
            Compare($"gradient of {name}", parameters[prefix + name].Grad!, want, floor);
    }

    public void Dispose() => _file.Dispose();

    private static Tensor Read(SafeTensors file, string name)
    {
        SafeTensor entry = file[name];
        long[] shape = [.. entry.Shape];
        return entry.Type == ElementType.I64
            ? Tensor.From<long>(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(file.Bytes(name)), shape)
            : Tensor.From<float>(file.Values<float>(name), shape);
    }
}
