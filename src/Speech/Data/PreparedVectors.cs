using Kouyin.Torch;

namespace Kouyin.Speech.Data;

/// <summary>Whose vectors.</summary>
public enum VectorOf
{
    /// <summary>One for each speaker.</summary>
    Speaker,

    /// <summary>One for each accent.</summary>
    Accent,
}

/// <summary>Vectors that an encoder made of prepared data's speakers or accents, in a file beside the data.</summary>
/// <remarks>safetensors: <c>speaker/NAME</c> and <c>accent/NAME</c>, each [width], float32.</remarks>
public static class PreparedVectors
{
    /// <summary>The file's name in the folder.</summary>
    public const string FileName = "vectors.safetensors";

    /// <summary>Writes the vectors of speakers or of accents; those of the others stay.</summary>
    /// <param name="folder">Prepared data.</param>
    /// <param name="of">Whose they are.</param>
    /// <param name="vectors">By name, all of one width.</param>
    public static void Save(string folder, VectorOf of, IReadOnlyDictionary<string, float[]> vectors)
    {
        string path = Path.Combine(folder, FileName);
        SortedDictionary<string, float[]> all = new(StringComparer.Ordinal);
        if (File.Exists(path))
        {
            using SafeTensors file = SafeTensors.Open(path);
            foreach (SafeTensor entry in file.Entries.Where(entry => !IsOf(entry.Name, of)))
                all[entry.Name] = file.Values<float>(entry.Name).ToArray();
        }
        foreach (var (name, vector) in vectors)
            all[NameOf(of, name)] = vector;
        SafeTensorsWriter writer = new();
        foreach (var (name, vector) in all)
            writer.Add(name, [vector.Length], vector);
        writer.Save(path);
    }

    /// <summary>Reads vectors in the order of names.</summary>
    /// <param name="folder">Prepared data.</param>
    /// <param name="of">Whose.</param>
    /// <param name="names">Speakers or accents.</param>
    /// <param name="width">How wide they must be.</param>
    /// <returns>Row by row, [names, width].</returns>
    /// <exception cref="UserException">There are none, one is missing, or they have another width.</exception>
    public static float[] Load(string folder, VectorOf of, IReadOnlyList<string> names, int width)
    {
        string path = Path.Combine(folder, FileName), kind = Kind(of);
        if (!File.Exists(path))
        {
            throw new UserException(
                $"the recipe takes {kind} vectors from the data, which has none", path,
                $"make them with kouyin vectors --{kind}, or set model.{kind}.source to another source");
        }
        using SafeTensors file = SafeTensors.Open(path);
        float[] rows = new float[names.Count * width];
        for (int k = 0; k < names.Count; k++)
        {
            if (!file.Contains(NameOf(of, names[k])))
            {
                throw new UserException(
                    $"the vectors of the data hold none of the {kind} {names[k]}", path,
                    $"add {NameOf(of, names[k])}, of {width} numbers");
            }
            ReadOnlySpan<float> vector = file.Values<float>(NameOf(of, names[k]));
            if (vector.Length != width)
            {
                throw new UserException(
                    $"the data's {kind} vectors are {vector.Length} wide, and model.{kind}.width is {width}", path,
                    $"set model.{kind}.width to {vector.Length}");
            }
            vector.CopyTo(rows.AsSpan(k * width));
        }
        return rows;
    }

    private static string NameOf(VectorOf of, string name) => $"{Kind(of)}/{name}";

    private static string Kind(VectorOf of) => of == VectorOf.Speaker ? "speaker" : "accent";

    private static bool IsOf(string entry, VectorOf of) => entry.StartsWith(NameOf(of, ""), StringComparison.Ordinal);
}
