using Kouyin.Speech.Audio;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Evaluation;

/// <summary>Finds the syllables of a known reading in a recording, and its phones.</summary>
/// <param name="Syllables">In order, in samples.</param>
/// <param name="Phones">Each initial and final (erhua's r too), and its length in frames.</param>
public sealed record SyllableTimes(
    IReadOnlyList<SyllablePlace> Syllables, IReadOnlyList<(string Phone, double First, double End)> Phones)
{
    /// <summary>Lays a reading along a recording.</summary>
    /// <param name="recognizer">Hears mels of these settings.</param>
    /// <param name="config">The settings.</param>
    /// <param name="mel">[T, M].</param>
    /// <param name="pitch">[T] hertz, 0 where unvoiced: a syllable's voice ends with it.</param>
    /// <param name="samples">How many samples the recording has.</param>
    /// <param name="reading">Pinyin and pause marks.</param>
    /// <returns>Null where the recording is too short for the reading, or the reading has no syllable.</returns>
    public static SyllableTimes? Of(
        Recognizer recognizer, MelConfig config, ReadOnlySpan<float> mel, ReadOnlySpan<float> pitch, int samples,
        IReadOnlyList<string> reading)
    {
        SpokenTokens said = RecognizerSymbols.Of(reading);
        if (said.Phones.Count == 0 || recognizer.Align(mel, said.Phones) is not { } edges)
            return null;
        List<SyllablePlace> syllables = [];
        int phone = 0;
        for (int k = 0; k < reading.Count; k++)
        {
            if (!Pinyin.TryParse(reading[k], out Pinyin pinyin))
                continue;
            int initial = phone, final = pinyin.Initial.Length > 0 ? phone + 1 : phone;
            phone = final + (pinyin.Erhua ? 2 : 1);
            bool last = k + 1 == reading.Count || !Pinyin.TryParse(reading[k + 1], out _);
            syllables.Add(new(
                pinyin, Sample(edges[initial]), Sample(edges[final]),
                Sample(VoiceEnd(pitch, edges[final], edges[phone])), Sample(edges[phone]), last));
        }
        return new(syllables,
            [.. said.Phones.Select((id, k) => (RecognizerSymbols.Phones[id], edges[k], edges[k + 1]))]);

        int Sample(double frame) => Math.Min((int)(frame * config.HopSamples), samples);
    }

    private static double VoiceEnd(ReadOnlySpan<float> pitch, double start, double end)
    {
        int last = Math.Min((int)end, pitch.Length);
        while (last > start + 1 && pitch[last - 1] <= 0)
            last--;
        return last > start + 1 ? last : end;
    }
}
