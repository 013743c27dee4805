using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation;

/// <summary>An utterance and what the judge made of it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Said">What was to be said.</param>
/// <param name="Heard">What was heard.</param>
public sealed record JudgedUtterance(string Id, SpokenTokens Said, SpokenTokens Heard)
{
    /// <summary>The difference.</summary>
    public TokenErrors Errors { get; } = TokenErrors.Between(Said, Heard);
}

/// <summary>How well one kind of speech was understood.</summary>
/// <param name="Name">What kind of speech.</param>
/// <param name="Utterances">All that was judged.</param>
public sealed record JudgedSpeech(string Name, IReadOnlyList<JudgedUtterance> Utterances)
{
    /// <summary>Errors among initials.</summary>
    public ErrorRate Initials => Over(errors => errors.Initials);

    /// <summary>Errors among finals, without tone.</summary>
    public ErrorRate Finals => Over(errors => errors.Finals);

    /// <summary>Errors among tones.</summary>
    public ErrorRate Tones => Over(errors => errors.Tones);

    /// <summary>Errors among initials, finals and tones together.</summary>
    public ErrorRate All => Over(errors => errors.All);

    private ErrorRate Over(Func<TokenErrors, ErrorCount> kind) =>
        ErrorRate.Over([.. Utterances.Select(utterance => kind(utterance.Errors))]);
}

/// <summary>Judges how well held-out readings are understood: the recordings, their copies, and a voice.</summary>
/// <remarks>All synthetic speech goes through a vocoder and back, since samples are what people hear.</remarks>
/// <param name="judge">Hears mels of the corpus's settings.</param>
/// <param name="corpus">Prepared data; its test part is used.</param>
/// <param name="vocoder">Turns mels into samples.</param>
public sealed class Intelligibility(Recognizer judge, PreparedCorpus corpus, IVocoder vocoder)
{
    private readonly MelSpectrogram _spectrogram = new(corpus.Info.Mel);

    /// <summary>The recordings themselves: what no voice can be expected to exceed.</summary>
    /// <param name="utterances">Indices into the corpus.</param>
    public JudgedSpeech Recordings(IReadOnlyList<int> utterances) => new(
        "recordings", [.. utterances.Select(k => Judge(k, corpus.Mel(k)))]);

    /// <summary>The recordings' mels made sound again: what the vocoder alone costs.</summary>
    /// <param name="utterances">Indices into the corpus.</param>
    public JudgedSpeech Copies(IReadOnlyList<int> utterances) => new(
        "their vocoder copies", [.. utterances.Select(k => Judge(k, Sounded(corpus.Mel(k))))]);

    /// <summary>The same readings spoken by a voice.</summary>
    /// <param name="voice">A voice with the corpus's phones and mels.</param>
    /// <param name="options">Who speaks, and how; every utterance draws its own noise.</param>
    /// <param name="utterances">Indices into the corpus.</param>
    /// <exception cref="UserException">The voice has other phones or mels.</exception>
    public JudgedSpeech Spoken(Voice voice, SayOptions options, IReadOnlyList<int> utterances) =>
        Spoken("the voice", voice, options, utterances, spoken => spoken.Mel);

    /// <summary>The same without the voice's decoder: what its encoder's mean says.</summary>
    /// <inheritdoc cref="Spoken(Voice, SayOptions, IReadOnlyList{int})"/>
    public JudgedSpeech SpokenMeans(Voice voice, SayOptions options, IReadOnlyList<int> utterances) =>
        Spoken("its encoder's mean", voice, options with { Steps = 1 }, utterances, spoken => spoken.Mean);

    /// <summary>Judges sound files, each with what is said in it.</summary>
    /// <param name="judge">Hears mels of these settings.</param>
    /// <param name="mel">The settings.</param>
    /// <param name="files">Paths and readings: pinyin with tone digits.</param>
    public static JudgedSpeech Files(
        Recognizer judge, MelConfig mel, IEnumerable<(string Path, IReadOnlyList<string> Reading)> files)
    {
        ArgumentNullException.ThrowIfNull(judge);
        judge.Demand(mel);
        MelSpectrogram spectrogram = new(mel);
        return new("the files",
        [
            .. files.Select(file => new JudgedUtterance(
                file.Path, RecognizerSymbols.Of(file.Reading),
                judge.Hear(spectrogram.Compute(SoundFile.Read(file.Path).To(mel.SampleRate).Samples)))),
        ]);
    }

    private JudgedSpeech Spoken(
        string name, Voice voice, SayOptions options, IReadOnlyList<int> utterances, Func<Spoken, Tensor> part)
    {
        Demand(voice.Info);
        List<JudgedUtterance> judged = [];
        foreach (int k in utterances)
        {
            using TensorScope scope = new();
            Spoken spoken = voice.Speak(corpus.Utterances[k].Phones, options with { Seed = options.Seed + k });
            judged.Add(Judge(k, Sounded(part(spoken).ToArray())));
        }
        return new(name, judged);
    }

    private void Demand(VoiceInfo voice)
    {
        PreparedInfo data = corpus.Info;
        if (voice.Mel.Hash != data.MelHash || voice.PhoneSetHash != data.PhoneSetHash)
            throw new UserException(
                $"the voice has phones {voice.PhoneSet} and mels {voice.Mel.Hash}, and the data has phones "
                    + $"{data.PhoneSet} and mels {data.MelHash}",
                corpus.Folder, "prepare the data with the voice's phones and mel settings");
    }

    private float[] Sounded(ReadOnlySpan<float> mel) => _spectrogram.Compute(vocoder.Samples(mel));

    private JudgedUtterance Judge(int utterance, ReadOnlySpan<float> mel)
    {
        PreparedUtterance said = corpus.Utterances[utterance];
        return new(said.Id, RecognizerSymbols.Of(said.Reading), judge.Hear(mel));
    }
}
