using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Phones;
using Kouyin.Speech.Tests.Audio;

namespace Kouyin.Speech.Tests.Data;

/// <summary>Pauses become phones only where the sound pauses.</summary>
public sealed class PausesTests
{
    private const int Rate = 22050;
    private static readonly Spelling Spelling = new(PhoneSet.InitialsFinals);

    [Fact]
    public void Silence_inside_speech_is_found_and_at_its_ends_is_not()
    {
        float[] samples =
        [
            .. Silent(0.3), .. Tone(0.6), .. Silent(0.25), .. Tone(0.6), .. Silent(0.05), .. Tone(0.4), .. Silent(0.3),
        ];

        var (start, end) = Assert.Single(SpeechPauses.Find(samples, Rate));

        Assert.Equal(0.9, start, 0.021);
        Assert.Equal(1.15, end, 0.021);
    }

    [Fact]
    public void Silence_is_found_in_noise_that_is_twenty_decibels_under_the_speech()
    {
        float[] samples = [.. Silent(0.2), .. Tone(0.6), .. Silent(0.25), .. Tone(0.6), .. Silent(0.2)];
        float[] noise = Tones.Noise(samples.Length, seed: 1, amplitude: 0.035 * Math.Sqrt(3));
        for (int i = 0; i < samples.Length; i++)
            samples[i] += noise[i];

        Assert.Single(SpeechPauses.Find(samples, Rate));
    }

    [Fact]
    public void Digital_silence_has_no_pause() => Assert.Empty(SpeechPauses.Find(new float[Rate], Rate));

    [Theory]
    [InlineData(PauseRule.Keep, "a1 , b a1 , c a1 , d a1 .")]
    [InlineData(PauseRule.Drop, "a1 b a1 c a1 d a1 .")]
    [InlineData(PauseRule.Vad, "a1 b a1 , c a1 d a1 .")]
    public void A_rule_chooses_among_the_written_pauses(PauseRule rule, string expected)
    {
        List<SpokenUnit> units = Units("a1 , ba1 , ca1 , da1 .");

        // Half of the speech is before the only silence.
        List<SpokenUnit> chosen = Pauses.Choose(units, rule, [(1.0, 1.3)], seconds: 2.3, offset: 0);

        Assert.Equal(expected, string.Join(' ', chosen.SelectMany(unit => unit.Phones)));
    }

    [Fact]
    public void Each_silence_answers_for_one_pause_and_in_their_order()
    {
        List<SpokenUnit> units = Units("ba1 ba1 ba1 % ba1 ba1 ba1 ba1 % ba1 ba1 % ba1");

        // After 3.2 and after 8.6 of the ten syllables, a tenth of a second each.
        List<SpokenUnit> chosen = Pauses.Choose(units, PauseRule.Vad, [(0.32, 0.52), (1.06, 1.26)], 1.4, 0);

        Assert.Equal([3, 10], chosen.Index().Where(unit => unit.Item.IsPause).Select(unit => unit.Index));
    }

    [Fact]
    public void A_silence_far_from_every_pause_answers_for_none()
    {
        List<SpokenUnit> units = Units("ba1 , ba1 ba1 ba1 ba1 ba1 ba1 ba1 ba1 ba1");

        Assert.DoesNotContain(
            Pauses.Choose(units, PauseRule.Vad, [(0.7, 1.0)], 1.3, 0), unit => unit.IsPause);
    }

    [Fact]
    public void With_durations_the_pause_itself_must_be_silent()
    {
        // x in1 j ia1 sil p o1: the aligner's sil of 30 ms in the middle of a word, and a real one of 200 ms.
        Transcript transcript = new(TranscriptKind.Phones, "sil x in1 j ia1 sil p o1 sil h ao3 sil".Split(' '), "")
        {
            WordSeconds = [0.1, 0.1, 0.1, 0.1, 0.1, 0.03, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1],
        };
        List<SpokenUnit> units = Spelling.Units(transcript, "singapore");

        // The sound was cut by 0.05 s at its start.
        List<SpokenUnit> chosen = Pauses.Choose(units, PauseRule.Vad, [(0.69, 0.87)], 1.18, offset: 0.05);

        Assert.Equal("xin1 jia1 po1 , hao3", string.Join(' ', chosen.Select(unit => unit.Word)));
    }

    private static List<SpokenUnit> Units(string words) =>
        Spelling.Units(new(TranscriptKind.Pinyin, words.Split(' '), ""), "north");

    private static float[] Tone(double seconds) => Tones.Sine(300, Rate, (int)(seconds * Rate));

    private static float[] Silent(double seconds) => new float[(int)(seconds * Rate)];
}
