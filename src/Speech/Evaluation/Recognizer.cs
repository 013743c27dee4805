using System.Text.Json;
using Kouyin.Speech.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation;

/// <summary>Hears initials, finals and tones in a mel. The judge of whether speech can be understood.</summary>
public sealed class Recognizer : IDisposable
{
    private const string Format = "kouyin-recognizer-1";

    private readonly ParameterStore _store;
    private readonly RecognizerConfig _config;
    private readonly string _melHash;

    /// <summary>A recognizer that knows nothing yet.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="mel">The mels that it will hear.</param>
    /// <param name="seed">Decides its start.</param>
    public Recognizer(RecognizerConfig config, MelConfig mel, ulong seed)
        : this(config, mel.Hash, ParameterStore.Fresh(seed), "")
    {
    }

    private Recognizer(RecognizerConfig config, string melHash, ParameterStore store, string about)
    {
        (_config, _melHash, _store, About) = (config, melHash, store, about);
        Network = new(store.Root, config);
    }

    /// <summary>What it was trained on, for people.</summary>
    public string About { get; }

    /// <summary>How many numbers it learned.</summary>
    public long ParameterCount => _store.Parameters.Values.Where(p => p.RequiresGrad).Sum(p => p.Count);

    internal RecognizerNetwork Network { get; }

    internal ParameterStore Store => _store;

    /// <summary>Reads a recognizer.</summary>
    /// <exception cref="UserException">The file is none, or is one for other symbols.</exception>
    public static Recognizer Load(string path)
    {
        using SafeTensors file = SafeTensors.Open(path);
        if (file.Metadata.GetValueOrDefault("format") != Format)
            throw new UserException("this file holds no recognizer", path, "make one with kouyin judge recognizer");
        if (file.Metadata["symbols"] != string.Join(' ', RecognizerSymbols.Phones))
            throw new UserException(
                "the recognizer hears other symbols than this program knows", path, "train it again with this program");
        using TensorScope scope = new();
        RecognizerConfig config = JsonSerializer.Deserialize<RecognizerConfig>(file.Metadata["config"])!;
        return new(config, file.Metadata["mel"], ParameterStore.From(file.ReadAll()), file.Metadata["about"]);
    }

    /// <summary>Writes the recognizer in half precision: the file is small, and what it hears stays the same.</summary>
    /// <param name="path">The file.</param>
    /// <param name="about">What it was trained on, for people.</param>
    public void Save(string path, string about)
    {
        using TensorScope scope = new();
        SafeTensorsWriter writer = new();
        writer.AddMetadata("format", Format);
        writer.AddMetadata("symbols", string.Join(' ', RecognizerSymbols.Phones));
        writer.AddMetadata("config", JsonSerializer.Serialize(_config));
        writer.AddMetadata("mel", _melHash);
        writer.AddMetadata("about", about);
        foreach (var (name, value) in _store.Parameters)
            writer.Add(name, value.StopGradient().To(DType.Float16));
        writer.Save(path);
    }

    /// <summary>Fails unless mels of these settings are what it learned to hear.</summary>
    /// <exception cref="UserException">They are not.</exception>
    public void Demand(MelConfig mel)
    {
        if (mel.Hash != _melHash)
            throw new UserException(
                $"the recognizer hears mels {_melHash}, but these are {mel.Hash}", "the recognizer",
                "train one with kouyin judge recognizer on data with these mel settings");
    }

    /// <summary>What is heard.</summary>
    /// <param name="mel">[T, M].</param>
    public SpokenTokens Hear(ReadOnlySpan<float> mel)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        (Tensor phones, Tensor tones) = Listen(mel);
        return new(
            CtcLoss.Collapse(phones.Argmax(-1).ToArray<long>()), CtcLoss.Collapse(tones.Argmax(-1).ToArray<long>()));
    }

    /// <summary>Where known phones lie: see <see cref="ForcedAlignment"/>.</summary>
    /// <param name="mel">[T, M].</param>
    /// <param name="phones">[S] indices into <see cref="RecognizerSymbols.Phones"/>.</param>
    /// <returns>[S + 1] edges in frames; null where the mel is too short for the phones.</returns>
    public double[]? Align(ReadOnlySpan<float> mel, IReadOnlyList<int> phones)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        float[] heard = Listen(mel).Phones.ToArray();
        if (ForcedAlignment.Of(heard, RecognizerSymbols.Phones.Count, phones) is not { } places)
            return null;
        var (start, end) = Speech(mel);
        int frames = mel.Length / _config.Bands;
        return
        [
            .. ForcedAlignment.Edges(places, start / 2.0, end / 2.0).Select(edge => Math.Min(2 * edge, frames)),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();

    private (Tensor Phones, Tensor Tones) Listen(ReadOnlySpan<float> mel)
    {
        bool training = _store.Training;
        _store.Training = false;
        RecognizerBatch batch = RecognizerBatch.Of([mel.ToArray()], _config.Bands, []);
        (Tensor Phones, Tensor Tones) heard = Network.Forward(batch.Mel, batch.Frames);
        _store.Training = training;
        return heard;
    }

    /// <summary>The first frame that is not a pause, and the one after the last: 30 dB under the loudest.</summary>
    private (int Start, int End) Speech(ReadOnlySpan<float> mel)
    {
        const float quiet = 3.5f;
        float loudest = float.NegativeInfinity;
        foreach (float value in mel)
            loudest = Math.Max(loudest, value);
        int first = mel.Length, last = 0;
        for (int k = 0; k < mel.Length; k++)
        {
            if (mel[k] > loudest - quiet)
                (first, last) = (Math.Min(first, k), k);
        }
        return (first / _config.Bands, last / _config.Bands + 1);
    }
}
