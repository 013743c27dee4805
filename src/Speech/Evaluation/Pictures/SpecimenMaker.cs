using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation.Pictures;

/// <summary>Makes specimens of prepared data.</summary>
/// <param name="corpus">Prepared with the mel settings of the voice or the vocoders.</param>
public sealed class SpecimenMaker(PreparedCorpus corpus)
{
    private readonly PitchTracker _tracker = new(corpus.Info.Mel);

    // Bands up to half the sample rate, twice as dense: what vocoders differ in is above and between the mel's.
    private readonly MelConfig _fine = new()
    {
        SampleRate = corpus.Info.Mel.SampleRate, HopSamples = 128, Bands = 160,
        HighHz = corpus.Info.Mel.SampleRate / 2.0,
    };

    /// <summary>What a voice makes of an utterance's phones, and how it lays them along the recording.</summary>
    /// <param name="voice">A voice that knows the utterance's speaker.</param>
    /// <param name="vocoder">Makes sound of its mels.</param>
    /// <param name="index">Which of the corpus's utterances.</param>
    /// <param name="options">How to speak; speaker and accent are the utterance's.</param>
    public Specimen Of(Voice voice, IVocoder vocoder, int index, SayOptions options)
    {
        PreparedUtterance utterance = corpus.Utterances[index];
        options = voice.Info.Like(utterance, options);
        using TensorScope scope = new();
        AlignedUtterance aligned = voice.Align(utterance.Phones, corpus.Mel(index), options);
        Spoken spoken = voice.Speak(utterance.Phones, options);
        float[] mel = spoken.Mel.ToArray();
        Sound sound = new(vocoder.Samples(mel), corpus.Info.Mel.SampleRate);
        float[] pitch = [.. corpus.LogF0(index).ToArray().Select(log => log > 0 ? MathF.Exp(log) : 0)];
        SpecimenPart[] parts =
        [
            Recorded(index, vocoder) with { Hertz = pitch, Durations = aligned.Durations },
            new("spoken", mel, _tracker.Compute(sound.Samples), spoken.Durations, sound),
            new("the encoder's mean alone", spoken.Mean.ToArray(), [], spoken.Durations, null),
        ];
        string[] symbols = voice.Symbols(utterance.Phones);
        return new(
            utterance.Id, utterance.Speaker, Said(utterance), corpus.Info.Mel, symbols, parts, aligned);
    }

    /// <summary>What vocoders make of an utterance's mel, drawn up to half the sample rate.</summary>
    /// <param name="vocoders">By name.</param>
    /// <param name="index">Which of the corpus's utterances.</param>
    /// <exception cref="UserException">The data does not keep its sound.</exception>
    public Specimen Of(IEnumerable<(string Name, IVocoder Vocoder)> vocoders, int index)
    {
        PreparedUtterance utterance = corpus.Utterances[index];
        MelSpectrogram spectrogram = new(_fine);
        PitchTracker tracker = new(_fine);
        SpecimenPart Part(string name, float[] samples) => new(
            name, spectrogram.Compute(samples), tracker.Compute(samples), [], new(samples, _fine.SampleRate));
        float[] recording = PcmSamples.Floats(corpus.Samples(index));
        List<SpecimenPart> parts = [Part("recorded", recording[corpus.Info.Mel.FirstSample..])];
        foreach ((string name, IVocoder vocoder) in vocoders)
            parts.Add(Part(name, vocoder.Samples(corpus.Mel(index))));
        return new(utterance.Id, utterance.Speaker, Said(utterance), _fine, [], parts, null);
    }

    /// <summary>The recording itself, or where its sound is gone, what the vocoder makes of its mel.</summary>
    private SpecimenPart Recorded(int index, IVocoder vocoder)
    {
        float[] mel = corpus.Mel(index).ToArray();
        return corpus.Info.KeepsAudio
            ? new("recorded", mel, [], [], new(PcmSamples.Floats(corpus.Samples(index)), corpus.Info.Mel.SampleRate))
            : new("recorded, through the vocoder", mel, [], [], new(vocoder.Samples(mel), corpus.Info.Mel.SampleRate));
    }

    private static string Said(PreparedUtterance utterance) =>
        utterance.Text.Length > 0 ? utterance.Text : string.Join(' ', utterance.Reading);
}
