using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Data;

/// <summary>One utterance on its way into prepared data: its line and its features, or why it is refused.</summary>
internal sealed record PreparedItem
{
    public required Refusal? Refusal { get; init; }

    /// <summary>The line of the table.</summary>
    public PreparedUtterance? Utterance { get; init; }

    /// <summary>[T, M].</summary>
    public float[] Mel { get; init; } = [];

    /// <summary>[T].</summary>
    public float[] EnergyDb { get; init; } = [];

    /// <summary>[N]; empty unless they are to be kept.</summary>
    public short[] Samples { get; init; } = [];

    public static PreparedItem Refused(Refusal refusal) => new() { Refusal = refusal };
}

/// <summary>Prepares utterances one by one. One object serves any number of threads.</summary>
internal sealed class UtterancePreparer(PreparationOptions options)
{
    private readonly MelSpectrogram _spectrogram = new(options.Mel);
    private readonly FrameEnergy _energy = new(options.Mel);

    /// <summary>Decodes, resamples, cuts, levels, analyses and spells one utterance.</summary>
    public PreparedItem Prepare(Recording recording)
    {
        try
        {
            return Analyse(recording);
        }
        catch (RefusedException e)
        {
            return PreparedItem.Refused(new(recording.Id, recording.Speaker, e.Reason, e.Message));
        }
    }

    private PreparedItem Analyse(Recording recording)
    {
        List<string> phones = Spelling.Phones(recording.Transcript, options.Phones);
        Sound decoded = Decode(recording);
        Sound sound = Treat(decoded.To(options.Mel.SampleRate));
        int frames = options.Mel.Frames(sound.Samples.Length), tokens = 2 * phones.Count + 1;
        if (frames == 0)
            throw new RefusedException(RefusalReason.TooShort, $"{sound.Seconds:0.000} s");
        if (tokens > frames)
            throw new RefusedException(RefusalReason.MoreTokensThanFrames, $"{tokens} tokens, {frames} frames");
        return new()
        {
            Refusal = null,
            Utterance = new()
            {
                Id = recording.Id,
                Split = recording.Split!.Value, // the plan has decided
                Speaker = recording.Speaker,
                Accent = recording.Accent,
                Frames = frames,
                Samples = sound.Samples.Length,
                Phones = phones,
                Reading = recording.Transcript.Words,
                Durations = [],
                Text = recording.Transcript.Text,
                AudioPath = recording.AudioPath,
                SoundHash = HashOf(decoded),
            },
            Mel = _spectrogram.Compute(sound.Samples),
            EnergyDb = _energy.Compute(sound.Samples),
            Samples = options.Rules.KeepAudio ? Array.ConvertAll(sound.Samples, ToInt16) : [],
        };
    }

    private static Sound Decode(Recording recording)
    {
        Sound sound;
        try
        {
            sound = SoundFile.Read(recording.AudioPath);
        }
        catch (UserException e) when (e.Where == recording.AudioPath)
        {
            throw new RefusedException(RefusalReason.Unreadable, e.What);
        }
        return Array.TrueForAll(sound.Samples, float.IsFinite)
            ? sound
            : throw new RefusedException(RefusalReason.NotANumber, recording.AudioPath);
    }

    private Sound Treat(Sound sound)
    {
        if (options.Rules.MarginSeconds is double margin)
            sound = sound.TrimToSpeech(margin);
        return options.Rules.LevelDb is double level ? sound.ToSpeechLevel(level) : sound;
    }

    private static string HashOf(Sound sound)
    {
        byte[] digest = SHA256.HashData(MemoryMarshal.AsBytes(sound.Samples.AsSpan()));
        return Convert.ToHexStringLower(digest.AsSpan(0, 8));
    }

    private static short ToInt16(float sample) =>
        (short)Math.Clamp(MathF.Round(sample * 32768), short.MinValue, short.MaxValue);
}

/// <summary>An utterance that cannot be used. It never leaves <see cref="UtterancePreparer"/>.</summary>
internal sealed class RefusedException(RefusalReason reason, string detail) : Exception(detail)
{
    public RefusalReason Reason { get; } = reason;
}
