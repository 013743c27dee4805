using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data;

/// <summary>Prepares utterances one by one. One object serves any number of threads.</summary>
internal sealed class UtterancePreparer(PreparationOptions options)
{
    // Durations may miss the end of a file by this, or by this share of it.
    private const double DurationSlackSeconds = 0.1, DurationSlackShare = 0.05;

    private readonly MelSpectrogram _spectrogram = new(options.Mel);
    private readonly FrameEnergy _energy = new(options.Mel);
    private readonly PitchTracker _pitch = new(options.Mel);
    private readonly Spelling _spelling = new(options.Phones);
    private readonly PreparationRules _rules = options.Rules;

    /// <summary>Decodes, checks, resamples, cuts, levels, spells and analyses one utterance.</summary>
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
        List<SpokenUnit> written = _spelling.Units(recording.Transcript, recording.Accent);
        Sound decoded = Decode(recording);
        SoundChecks.Demand(decoded, _rules);
        DemandDurations(recording.Transcript, decoded.Seconds);
        (Sound sound, double offset) = Cut(decoded.To(options.Mel.SampleRate));
        if (_rules.LevelDb is double level)
            sound = sound.ToSpeechLevel(level);

        IReadOnlyList<(double, double)> silent =
            _rules.Pauses == PauseRule.Vad && written.Exists(unit => unit.IsPause)
                ? SpeechPauses.Find(sound.Samples, sound.SampleRate)
                : [];
        List<SpokenUnit> units = Pauses.Choose(written, _rules.Pauses, silent, sound.Seconds, offset);
        string[] phones = [PhoneSet.Silence, .. units.SelectMany(unit => unit.Phones), PhoneSet.Silence];
        int frames = options.Mel.Frames(sound.Samples.Length);
        DemandFrames(phones.Length, frames, sound.Seconds);
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
                Reading = [.. units.Select(unit => unit.Word)],
                Durations = Durations(units, frames, offset),
                Text = recording.Transcript.Text,
                AudioPath = recording.AudioPath,
                SoundHash = HashOf(decoded),
            },
            Mel = _spectrogram.Compute(sound.Samples),
            EnergyDb = _energy.Compute(sound.Samples),
            LogF0 = Array.ConvertAll(_pitch.Compute(sound.Samples), hertz => hertz > 0 ? MathF.Log(hertz) : 0),
            Samples = _rules.KeepAudio ? Array.ConvertAll(sound.Samples, PcmSamples.Nearest) : [],
        };
    }

    private static Sound Decode(Recording recording)
    {
        try
        {
            return recording.Span is { } span
                ? SoundFile.Read(recording.AudioPath, span.StartSeconds, span.EndSeconds)
                : SoundFile.Read(recording.AudioPath);
        }
        catch (UserException e) when (e.Where == recording.AudioPath)
        {
            throw new RefusedException(RefusalReason.Unreadable, e.What);
        }
    }

    private (Sound Sound, double OffsetSeconds) Cut(Sound sound)
    {
        if (_rules.MarginSeconds is not double margin)
            return (sound, 0);
        (int from, int to) = Silence.SpeechBoundsWithMargin(sound.Samples, sound.SampleRate, margin);
        return (sound with { Samples = sound.Samples[from..to] }, (double)from / sound.SampleRate);
    }

    private static void DemandDurations(Transcript transcript, double seconds)
    {
        double given = transcript.WordSeconds.Sum();
        if (given > 0 && Math.Abs(given - seconds) > Math.Max(DurationSlackSeconds, DurationSlackShare * seconds))
            throw new RefusedException(
                RefusalReason.WrongDurations, $"they add up to {given:0.00} s, the sound has {seconds:0.00} s");
    }

    private void DemandFrames(int phones, int frames, double seconds)
    {
        int tokens = 2 * phones + 1;
        if (frames == 0 || seconds < _rules.LeastSeconds)
            throw new RefusedException(RefusalReason.TooShort, $"{seconds:0.000} s of speech");
        if (seconds > _rules.MostSeconds)
            throw new RefusedException(RefusalReason.TooLong, $"{seconds:0.0} s of speech");
        if (tokens > frames)
            throw new RefusedException(RefusalReason.MoreTokensThanFrames, $"{tokens} tokens, {frames} frames");
    }

    /// <summary>Frames of each phone and of the silences around them; empty where the corpus has no times.</summary>
    private int[] Durations(List<SpokenUnit> units, int frames, double offset)
    {
        if (units[0].PhoneStarts.Count == 0)
            return [];
        double[] starts = [.. units.SelectMany(unit => unit.PhoneStarts), units[^1].EndSeconds];
        int[] durations = new int[starts.Length + 1];
        int before = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            int frame = Math.Clamp((int)Math.Round((starts[i] - offset) * options.Mel.FrameRate), 0, frames);
            (durations[i], before) = (frame - before, frame);
        }
        durations[^1] = frames - before;
        return durations;
    }

    private static string HashOf(Sound sound)
    {
        byte[] digest = SHA256.HashData(MemoryMarshal.AsBytes(sound.Samples.AsSpan()));
        return Convert.ToHexStringLower(digest.AsSpan(0, 8));
    }
}
