using Kouyin.Speech.Audio;
using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Accent;
using Kouyin.Speech.Model.Alignment;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Phones;
using Kouyin.Torch;

namespace Kouyin.Speech.Voices;

/// <summary>How to say a text.</summary>
public sealed record SayOptions
{
    /// <summary>Characters of a text at most.</summary>
    public const int LongestText = 5000;

    /// <summary>The speaker's name; null takes the voice's first.</summary>
    public string? Speaker { get; init; }

    /// <summary>The accent's name; null takes the speaker's own.</summary>
    public string? Accent { get; init; }

    /// <summary>
    /// The vector of an accent that <see cref="Voice.Hear"/> found in a recording; null takes what the voice remembers.
    /// </summary>
    public IReadOnlyList<float>? Style { get; init; }

    /// <summary>Speed, in [0.25, 4]; 1 is the speaker's own.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Steps of the decoder, in [1, 1000]. More is slower; flow1d gains little after a few.</summary>
    public int Steps { get; init; } = 4;

    /// <summary>Deviation of the noise at the start, in [0, 2]: more gives more variety.</summary>
    public double Temperature { get; init; } = 0.333;

    /// <summary>
    /// How much of its way flow1d is spared, in [0, 1): more keeps to what the text says, less gives more texture.
    /// </summary>
    public double HeadStart { get; init; } = 0.5;

    /// <summary>Decides the noise: the same seed says the same thing the same way.</summary>
    public int Seed { get; init; }

    /// <summary>Everything that is wrong with the values.</summary>
    internal IEnumerable<(string What, string Where)> Problems()
    {
        if (Speed is not (>= 0.25 and <= 4))
            yield return ($"the speed is {Speed}, but must be from 0.25 to 4", "speed");
        if (Steps is < 1 or > 1000)
            yield return ($"the steps are {Steps}, but must be from 1 to 1000", "steps");
        if (Temperature is not (>= 0 and <= 2))
            yield return ($"the temperature is {Temperature}, but must be from 0 to 2", "temperature");
        if (HeadStart is not (>= 0 and < 1))
            yield return ($"the head start is {HeadStart}, but must be from 0 to less than 1", "head start");
    }
}

/// <summary>A recording with its phones laid along it.</summary>
/// <param name="Durations">Whole frames of every symbol, [S].</param>
/// <param name="Scores">ln N(frame; mean, I) of every pair, row by row, [T, S].</param>
public sealed record AlignedUtterance(float[] Durations, float[] Scores);

/// <summary>A trained voice, ready to speak: text, phones, encoder, alignment, decoder, vocoder, samples.</summary>
/// <remarks>Start here. Not safe for concurrent use: one call at a time.</remarks>
public sealed class Voice : IDisposable
{
    private readonly ParameterStore _store;
    private readonly AcousticModel _model;
    private readonly AccentMemory? _memory;
    private readonly PhoneSet _phones;

    private Voice(VoiceInfo info, ParameterStore store)
    {
        Info = info;
        _store = store;
        _model = new(store.Root, info.Model, info.Shape);
        _memory = info.Model.Accent.Source == AccentSource.Tokens
            ? new(store.Root, info.Shape.Accents, info.Model.Accent.Width) : null;
        Vocoder = new GriffinLim(info.Mel);
        _phones = PhoneSet.Named(info.PhoneSet);
    }

    /// <summary>What the voice is.</summary>
    public VoiceInfo Info { get; }

    /// <summary>
    /// What turns mels into samples: Griffin-Lim, unless replaced by one for the same mel settings, which the voice
    /// then owns.
    /// </summary>
    public IVocoder Vocoder { get; set; }

    /// <summary>Opens a voice.</summary>
    /// <param name="path">A voice.safetensors, or the folder that holds one.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="UserException">There is none, or it is damaged or of another version.</exception>
    public static Voice Open(string path, Device device = default)
    {
        string file = VoiceFile.In(path);
        using SafeTensors weights = SafeTensors.Open(file);
        VoiceInfo info = VoiceInfo.From(weights);
        using TensorScope scope = new();
        ParameterStore store = ParameterStore.From(weights.ReadAll(), device);
        Voice voice = new(info, store);
        return store.Unused().Count == 0
            ? voice
            : throw new UserException(
                $"the voice holds weights that its model does not have: {store.Unused()[0]}", file,
                "give a voice.safetensors that kouyin train or kouyin export wrote with this version");
    }

    /// <summary>
    /// Says a text in pieces of a breath or, where the vocoder can, less, so that the first can be heard while the
    /// next is made.
    /// </summary>
    /// <param name="text">Chinese, English or both; at most <see cref="SayOptions.LongestText"/> characters.</param>
    /// <param name="options">How.</param>
    /// <exception cref="UserException">Nothing in the text can be said, it is too long, or an option is out of range.
    /// </exception>
    public IEnumerable<Sound> Say(string text, SayOptions options)
    {
        foreach (var (what, where) in options.Problems())
            throw new UserException(what, where, "give a value in this range");
        Voicing voicing = Info.Find(options);
        return Pieces(text, voicing).SelectMany((piece, index) => Say(piece, voicing, options, index));
    }

    /// <summary>The mel of one breath, for those who look rather than listen.</summary>
    /// <param name="phones">Symbols of the voice's phone set, silence at both ends.</param>
    /// <param name="options">How.</param>
    /// <returns>On the caller's scope.</returns>
    public Spoken Speak(IReadOnlyList<string> phones, SayOptions options) =>
        Speak(phones, Info.Find(options), options, 0, options.Speed);

    /// <summary>The mel of phones that last as long as in a recording: as many frames as that has.</summary>
    /// <param name="phones">Symbols of the voice's phone set, silence at both ends.</param>
    /// <param name="mel">[T, M] in the voice's mel settings, T at least the number of symbols.</param>
    /// <param name="options">How; the speed does not count.</param>
    /// <returns>[T, M].</returns>
    public float[] SpeakAlong(IReadOnlyList<string> phones, ReadOnlySpan<float> mel, SayOptions options)
    {
        AlignedUtterance aligned = Align(phones, mel, options);
        using TensorScope scope = new();
        return Speak(phones, Info.Find(options), options, 0, 1, aligned.Durations).Mel.ToArray();
    }

    /// <summary>Lays phones along a recording.</summary>
    /// <param name="phones">Symbols of the voice's phone set, silence at both ends.</param>
    /// <param name="mel">[T, M] in the voice's mel settings, T at least the number of symbols.</param>
    /// <param name="options">Who speaks, in which accent; the rest does not count.</param>
    public AlignedUtterance Align(IReadOnlyList<string> phones, ReadOnlySpan<float> mel, SayOptions options)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Voicing voicing = Info.Find(options);
        long[] ids = Ids(phones);
        int frames = mel.Length / Info.Mel.Bands;
        Batch batch = new(
            Tensor.From<long>(ids, 1, ids.Length).To(_store.Device), [ids.Length],
            Tensor.From(mel, 1, frames, Info.Mel.Bands).To(_store.Device), [frames], SpeakerIds(voicing),
            AccentIds(voicing));
        AcousticModel.Aligned aligned = _model.Align(batch, Conditions(voicing, options));
        return new(aligned.Durations, MonotonicAlignment.Scores(aligned.Mean, aligned.Mel).ToArray());
    }

    /// <summary>What accent a recording is in, to speak in it: see <see cref="SayOptions.Style"/>.</summary>
    /// <param name="recording">Of any length from a frame.</param>
    /// <exception cref="UserException">The voice has no accent tokens, or the recording is too short.</exception>
    public float[] Hear(Sound recording)
    {
        if (_memory is null)
            throw NoTokens();
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        float[] mel = Info.Recordings.Mel(recording, Info.Mel);
        int frames = mel.Length / Info.Mel.Bands;
        return frames == 0
            ? throw new UserException("the recording is too short for one frame", "--reference", "give a longer one")
            : _model.Hear(new(Tensor.From<float>(mel, 1, frames, Info.Mel.Bands).To(_store.Device), [frames]))
                .Style.ToArray();
    }

    /// <summary>
    /// What the model sees of phones: blanks, as empty texts, between them where the model has blanks.
    /// </summary>
    public string[] Symbols(IReadOnlyList<string> phones) =>
        Info.Model.Blanks ? ["", .. phones.SelectMany(phone => (string[])[phone, ""])] : [.. phones];

    /// <summary>Sound of a mel, [T, M].</summary>
    public Sound Sound(ReadOnlySpan<float> mel) => new(Vocoder.Samples(mel), Info.Mel.SampleRate);

    /// <inheritdoc/>
    public void Dispose()
    {
        (Vocoder as IDisposable)?.Dispose();
        _store.Dispose();
    }

    private List<SpeechPiece> Pieces(string text, Voicing voicing)
    {
        if (text.Length > SayOptions.LongestText)
        {
            throw new UserException(
                $"the text has {text.Length} characters; {SayOptions.LongestText} are the most", "text",
                "say it in parts, for example paragraph by paragraph");
        }
        List<SpeechPiece> pieces = [.. SpeechPiece.From(FrontEnd.Default.Read(text, Reading(voicing)), _phones)];
        return pieces.Exists(piece => piece.Phones.Count > 0)
            ? pieces
            : throw new UserException("there is nothing in the text that can be said", $"text «{Shortened(text)}»",
                "give Chinese characters, English words or numbers");
    }

    private IEnumerable<Sound> Say(SpeechPiece piece, Voicing voicing, SayOptions options, int index)
    {
        if (piece.Phones.Count > 0)
        {
            foreach (float[] samples in Vocoder.Pieces(Mel(piece, voicing, options, index)))
                yield return new(samples, Info.Mel.SampleRate);
        }
        yield return new(new float[(int)(piece.SilenceAfter * Info.Mel.SampleRate)], Info.Mel.SampleRate);
    }

    private float[] Mel(SpeechPiece piece, Voicing voicing, SayOptions options, int index)
    {
        using TensorScope scope = new();
        return Speak(piece.Phones, voicing, options, index, options.Speed * piece.Style.Rate).Mel.ToArray();
    }

    private Spoken Speak(
        IReadOnlyList<string> phones, Voicing voicing, SayOptions options, int index, double speed,
        float[]? durations = null)
    {
        long[] ids = Ids(phones);
        Device device = _store.Device;
        using Generator random = new((ulong)(uint)options.Seed << 32 | (uint)index, device);
        SpeakOptions how = new()
        {
            Speed = speed,
            Durations = durations,
            Sample = new()
            {
                Steps = options.Steps, Temperature = options.Temperature, HeadStart = options.HeadStart,
            },
        };
        Tensor symbols = Tensor.From<long>(ids, 1, ids.Length).To(device);
        using NoGrad noGrad = new();
        return _model.Speak(symbols, [ids.Length], Conditions(voicing, options), how, random);
    }

    private Conditions Conditions(Voicing voicing, SayOptions options) =>
        _model.Condition(SpeakerIds(voicing), AccentIds(voicing), Style(voicing, options));

    /// <summary>The accent's vector, [1, W], in a voice with accent tokens; else null.</summary>
    private Tensor? Style(Voicing voicing, SayOptions options)
    {
        if (_memory is null)
            return options.Style is null ? null : throw NoTokens();
        if (options.Style is { } heard)
            return Tensor.From<float>([.. heard], 1, heard.Count).To(_store.Device);
        return Info.Model.Accent.Inference == AccentRecall.Clip
            ? throw new UserException(
                "the voice speaks accents from recordings only", "--reference", "give a recording in the accent")
            : _memory.Of(voicing.Accent, Info.Model.Accent.Inference, options.Seed);
    }

    private static UserException NoTokens() => new(
        "the voice takes no accent from a recording", "--reference",
        "leave it out, or take a voice whose recipe has model.accent.source tokens");

    private long[] Ids(IReadOnlyList<string> phones) =>
        [.. _phones.Ids(phones, Info.Model.Blanks).Select(id => (long)id)];

    /// <summary>How the accent reads, where the voice was taught accents by name.</summary>
    private FrontEndOptions Reading(Voicing voicing) => Info.Accents.Count == 0
        ? FrontEndOptions.Default
        : FrontEndOptions.Default with
        {
            Accent = AccentPolicy.ByAccent.GetValueOrDefault(Info.Accents[voicing.Accent], AccentPolicy.Standard),
        };

    private Tensor? SpeakerIds(Voicing voicing) =>
        Info.Speakers.Count > 1 ? Tensor.From<long>([voicing.Speaker], 1).To(_store.Device) : null;

    private Tensor? AccentIds(Voicing voicing) =>
        Info.Accents.Count > 0 ? Tensor.From<long>([voicing.Accent], 1).To(_store.Device) : null;

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
