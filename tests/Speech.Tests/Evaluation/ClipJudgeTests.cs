using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Data.Factorial;
using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Evaluation.Clips;
using Kouyin.Speech.Evaluation.Judges;

namespace Kouyin.Speech.Tests.Evaluation;

/// <summary>Changed speech moves the measures that it should and no others, with the clone's own judges.</summary>
public sealed class ClipJudgeTests(ClipJudgeTests.Speech speech) : IClassFixture<ClipJudgeTests.Speech>
{
    private static readonly string[] Who = ["FAC01", "FAC06", "FAC11"];

    /// <summary>Three speakers, the standard's and Taiwan's accent, two sentences, and judges that know them.</summary>
    public sealed class Speech : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly FactorialSpeech _made;
        private readonly Recognizer _recognizer = Recognizer.Load(Judge("recognizer"));
        private readonly SpeakerVerifier _verifier = SpeakerVerifier.Load(Judge("speaker"));
        private readonly AccentClassifier _classifier = AccentClassifier.Load(Judge("accent"));

        public Speech()
        {
            _made = new(new(_folder.Path), 1);
            Sentence[] sentences = [.. Sentence.BuiltIn().Where((_, k) => k is 9 or 19).Select(s => s.WithoutErhua())];
            Clip[] clips =
            [
                .. from speaker in FactorialSpeaker.All.Where(speaker => Who.Contains(speaker.Name))
                   from accent in (FactorialAccent[])[FactorialAccent.Standard, FactorialAccent.Taiwan]
                   from sentence in sentences
                   select new Clip(
                       $"{speaker.Name} {accent.Name} {sentence.Words[0].Text}", speaker.Name, accent.Name,
                       [.. sentence.Words.Select(word => word.Reading)],
                       Samples(speaker, accent, sentence)),
            ];
            Recordings = new(clips);
            Listener = new(_recognizer, _verifier, _classifier, clips);
        }

        public Recordings Recordings { get; }

        /// <summary>What a speaker says in an accent.</summary>
        public float[] Samples(FactorialSpeaker speaker, FactorialAccent accent, Sentence sentence) =>
            _made.Say(speaker, accent, sentence).Sound.CutToSpeech().ToSpeechLevel().Samples;

        public ClipJudge Listener { get; }

        /// <summary>Judges a change of every recording beside the recording.</summary>
        public ClipScores[] After(Func<Clip, Clip> change)
        {
            Clip[] changed = [.. Recordings.All.Select(change)];
            return [.. Listener.WithAccents(
                changed, [.. changed.Zip(Recordings.All, (clip, recording) => Listener.Judge(clip, recording))])];
        }

        public void Dispose()
        {
            _folder.Dispose();
            _recognizer.Dispose();
            _verifier.Dispose();
            _classifier.Dispose();
        }

        private static string Judge(string name) => Path.Combine(House.Find("judges")!, $"{name}.safetensors");
    }

    [Fact]
    public void Real_speech_against_itself_is_at_the_ceiling()
    {
        ClipScores[] same = speech.After(clip => clip);

        Assert.Equal(0, Value("mel-cepstral distortion, dB", same));
        Assert.Equal(0, Value("log-F0 RMSE, %", same));
        Assert.Equal(0, Value("voicing error, %", same));
        Assert.Equal(0, Value("tempo, % faster than the recording", same));
        Assert.Equal(100, Value("speaker recognized, %", same));
        Assert.True(Value("accent recognized, %", same) >= 75);
    }

    [Fact]
    public void A_swapped_speaker_loses_the_timbre_and_keeps_the_accent()
    {
        ClipScores[] same = speech.After(clip => clip);
        ClipScores[] swapped = speech.After(clip => clip with
        {
            Samples = speech.Recordings.Wrong(clip, Floor.WrongSpeaker)!.Samples,
        });

        Assert.True(Value("speaker similarity, cosine", same) > Value("speaker similarity, cosine", swapped) + 0.3);
        Assert.Equal(0, Value("speaker recognized, %", swapped));
        Assert.Equal(Value("accent's probability, %", same), Value("accent's probability, %", swapped), 15.0);
        Assert.True(Value("mel-cepstral distortion, dB", swapped) > 3);
    }

    [Fact]
    public void A_swapped_accent_loses_the_accent_and_keeps_the_timbre()
    {
        ClipScores[] same = speech.After(clip => clip);
        ClipScores[] swapped = speech.After(clip => clip with
        {
            Samples = speech.Recordings.Wrong(clip, Floor.WrongAccent)!.Samples,
        });

        Assert.True(Value("accent's probability, %", same) > Value("accent's probability, %", swapped) + 30);
        Assert.True(Value("speaker similarity, cosine", same) - Value("speaker similarity, cosine", swapped) < 0.1);
        Assert.Equal(100, Value("speaker recognized, %", swapped));
    }

    [Fact]
    public void Words_that_are_cut_out_are_swallowed_and_nothing_else_is()
    {
        const int first = 2, cut = 3; // syllables
        ClipScores[] whole = speech.After(clip => clip);
        ClipScores[] without = speech.After(clip =>
        {
            SpokenWord[] words = [.. clip.Reading.Select(reading => new SpokenWord("", reading))];
            return clip with
            {
                Samples = speech.Samples(
                    FactorialSpeaker.All.Single(speaker => speaker.Name == clip.Speaker),
                    clip.Accent == FactorialAccent.Taiwan.Name ? FactorialAccent.Taiwan : FactorialAccent.Standard,
                    new Sentence([.. words[..first], .. words[(first + cut)..]])),
            };
        });

        // Three syllables of a sentence: an initial, a final and a tone each, but for an initial that may be none.
        int more = without.Sum(clip => clip.Errors.All.Deleted) - whole.Sum(clip => clip.Errors.All.Deleted);
        Assert.InRange(more, 6 * whole.Length, 10 * whole.Length);
        Assert.True(without.Sum(clip => clip.Errors.All.Substituted + clip.Errors.All.Inserted)
            - whole.Sum(clip => clip.Errors.All.Substituted + clip.Errors.All.Inserted) < 2 * whole.Length);
    }

    [Fact]
    public void A_higher_pitch_moves_the_pitch_and_not_the_tempo()
    {
        ClipScores[] higher = speech.After(
            clip => clip with { Samples = Changed(clip.Samples, pitch: 1.12, tempo: 1) });

        Assert.Equal(11.3, Value("log-F0 RMSE, %", higher), 4.0);
        Assert.True(Value("log-F0 correlation", higher) > 0.8);
        Assert.Equal(0, Value("tempo, % faster than the recording", higher), 4.0);
        Assert.True(Value("uneven timing, frames", higher) < 3);
    }

    [Fact]
    public void A_faster_copy_moves_the_tempo_and_not_the_pitch()
    {
        ClipScores[] faster = speech.After(
            clip => clip with { Samples = Changed(clip.Samples, pitch: 1, tempo: 1.25) });

        Assert.Equal(25, Value("tempo, % faster than the recording", faster), 8.0);
        Assert.True(Value("log-F0 RMSE, %", faster) < 5);
        Assert.True(Value("phones' length, ln to the recording", faster) < -0.1);
        Assert.Equal(100, Value("speaker recognized, %", faster));
    }

    [Fact]
    public void Noise_and_clipping_move_the_spectrum_and_not_the_tempo()
    {
        Random random = new(1);
        ClipScores[] noisy = speech.After(clip => clip with
        {
            Samples = Array.ConvertAll(clip.Samples, s => s + 0.002f * (2 * random.NextSingle() - 1)),
        });
        ClipScores[] clipped = speech.After(clip => clip with
        {
            Samples = Array.ConvertAll(clip.Samples, s => Math.Clamp(s, -0.15f, 0.15f)),
        });

        foreach (ClipScores[] changed in (ClipScores[][])[noisy, clipped])
        {
            Assert.True(Value("mel-cepstral distortion, dB", changed) > 1);
            Assert.True(Value("log-F0 RMSE, %", changed) < 5);
            Assert.Equal(0, Value("tempo, % faster than the recording", changed), 5.0);
        }
    }

    private static double Value(string measure, ClipScores[] scores) =>
        Measure.All.Single(known => known.Name == measure).Over(scores)!.Value;

    /// <summary>The sound at another pitch and tempo, by PSOLA.</summary>
    private static float[] Changed(float[] samples, double pitch, double tempo)
    {
        float[] hertz = new PitchTracker(MelConfig.Natural22k).Compute(samples);
        int length = (int)(samples.Length / tempo);
        double[] source = [.. Enumerable.Range(0, length).Select(k => k * tempo)];
        double[] wanted = [.. source.Select(at =>
            pitch * Math.Max(60, hertz[Math.Min((int)(at / MelConfig.Natural22k.HopSamples), hertz.Length - 1)]))];
        return new Psola(samples, hertz, MelConfig.Natural22k).Change(source, wanted);
    }
}
