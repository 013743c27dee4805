using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Phones;
using Kouyin.Speech.Tests.Audio;

namespace Kouyin.Speech.Tests.Data;

/// <summary>What is kept, held out and refused, through the whole of a preparation.</summary>
public sealed class PreparedContentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sounds_that_no_model_should_learn_from_are_refused()
    {
        float[] tone = Tones.Sine(310, 22050, 11025);
        Add("clipped", [.. tone.Select(x => Math.Clamp(3 * x, -1, 1))]);
        Add("silent", new float[11025]);
        Add("faint", [.. tone.Select(x => 0.0005f * x)]);
        Add("long", Tones.Sine(320, 22050, 3 * 22050));
        Add("short", Tones.Sine(330, 22050, 4410));
        Add("good", tone);
        Add("twice", tone);
        File.AppendAllText(_folder["list.txt"], "laugh.wav|[LAUGHTER]|A|north\n");

        Preparation.Run(Options(new() { LeastSeconds = 0.25, MostSeconds = 2 }), _folder["out"]);
        using PreparedCorpus prepared = PreparedCorpus.Open(_folder["out"]);

        Assert.Equal(["good"], prepared.Utterances.Select(utterance => utterance.Id));
        Assert.Equal(
            [
                ("clipped", RefusalReason.Clipped), ("silent", RefusalReason.Silent), ("faint", RefusalReason.Silent),
                ("long", RefusalReason.TooLong), ("short", RefusalReason.TooShort),
                ("twice", RefusalReason.DuplicateAudio), ("laugh", RefusalReason.UnknownPhone),
            ],
            prepared.Refusals.Select(refusal => (refusal.Id, refusal.Reason)));
        Assert.Equal("the samples of good", prepared.Refusals[5].Detail);
        Assert.Equal(2, prepared.Info.Refused["Silent"]);
    }

    [Fact]
    public void A_conversation_is_cut_at_its_times()
    {
        Directory.CreateDirectory(_folder["sg/WAV"]);
        float[] first = Tones.Sine(300, 16000, 16000), second = Tones.Sine(500, 16000, 16000);
        WavFile.Write(_folder["sg/WAV/A_G0001.wav"], new([.. first, .. new float[8000], .. second], 16000));
        _folder.Write("sg/TXT/A_G0001.txt",
            "[0,1]\tG0001\tfemale\t好\n[1.5,2.5]\tG0001\tfemale\t对\n[2.0,3.0]\tG0001\tfemale\t对\n");

        Preparation.Run(
            new() { Corpora = [_folder["sg"]], Mel = MelConfig.Log16k, Phones = PhoneSet.Log198 }, _folder["out"]);
        using PreparedCorpus prepared = PreparedCorpus.Open(_folder["out"]);

        Assert.Equal(["sil", "d", "ui4", "sil"], prepared.Utterances[1].Phones);
        Assert.Equal(300, Hertz(prepared, 0), 3.0);
        Assert.Equal(500, Hertz(prepared, 1), 5.0);
        Assert.Equal(RefusalReason.Unreadable, Assert.Single(prepared.Refusals).Reason); // ends after the sound
    }

    [Fact]
    public void English_corpora_are_prepared_beside_each_other()
    {
        string chapter = "libri/dev-clean/84/121123/84_121123_000007_000001";
        _folder.Write("lj/metadata.csv", "LJ001-0001|Yes.|Yes.\n");
        SmallCorpus.AddSound(_folder, "lj/wavs/LJ001-0001.wav", 22050);
        _folder.Write(chapter + ".normalized.txt", "No.");
        SmallCorpus.AddSound(_folder, chapter + ".wav", 24000);
        PreparationRules rules = new() { TestPercent = 0 };

        Preparation.Run(new() { Corpora = [_folder["lj"], _folder["libri"]], Rules = rules }, _folder["out"]);
        using PreparedCorpus prepared = PreparedCorpus.Open(_folder["out"]);

        Assert.Equal(["sil", "Y", "EH1", "S", ".", "sil"], prepared.Utterances[0].Phones);
        Assert.Equal(["no", "."], prepared.Utterances[1].Reading);
        Assert.Equal([Split.Train, Split.Unseen], prepared.Utterances.Select(utterance => utterance.Split));
        Assert.Equal(["american", "unknown"], prepared.Info.Accents);
    }

    [Fact]
    public void Durations_become_frames_of_the_cut_sound_and_wrong_ones_are_refused()
    {
        Directory.CreateDirectory(_folder["wav"]);
        float[] spoken = [.. new float[4800], .. Tones.Sine(300, 16000, 16000), .. new float[3200]]; // 0.3, 1, 0.2 s
        WavFile.Write(_folder["wav/A.wav"], new(spoken, 16000));
        spoken[9000] = 0;
        WavFile.Write(_folder["wav/B.wav"], new(spoken, 16000));
        _folder.Write("list.txt", "A|sil h ao3 sil|30 50 50 20|m|f|3|226|0\nB|sil h ao3 sil|19 31 31 12|m|f|3|226|0\n");

        Preparation.Run(Options(new()) with { Mel = MelConfig.Log16k, Phones = PhoneSet.Log198 }, _folder["out"]);
        using PreparedCorpus prepared = PreparedCorpus.Open(_folder["out"]);

        // 0.2 s are cut off at the start and 0.1 s at the end; 62.5 frames a second, the last window not whole.
        PreparedUtterance only = Assert.Single(prepared.Utterances);
        Assert.Equal([6, 32, 31, 3], only.Durations);
        Assert.Equal(only.Frames, only.Durations.Sum());
        Assert.Equal(("B", RefusalReason.WrongDurations), (prepared.Refusals[0].Id, prepared.Refusals[0].Reason));
    }

    [Fact]
    public void Accents_are_renamed_and_dropped_by_name()
    {
        string[] accents = ["north", "south", "others", "3"];
        foreach (string accent in accents)
            Add(accent, Tones.Sine(300 + 10 * accent.Length + accent[0], 22050, 11025), accent: accent);
        PreparationRules rules = new()
        {
            Accents = new Dictionary<string, string> { ["others"] = "drop", ["3"] = "singapore" },
        };

        PreparedInfo info = Preparation.Run(Options(rules), _folder["out"]);

        Assert.Equal(["north", "singapore", "south"], info.Accents.Order());
        Assert.Equal(1, info.Refused["ExcludedAccent"]);
        rules = new() { Accents = new Dictionary<string, string> { ["other"] = "north" } };
        Assert.Throws<UserException>(() => Preparation.Run(Options(rules), _folder["wrong"]));
    }

    [Fact]
    public void Splits_share_no_speaker_with_the_unseen_and_no_reading_with_the_test_part()
    {
        (List<Recording> recordings, SplitPlan plan) = Planned(new() { UnseenPercent = 20, TestPercent = 25 });
        ILookup<Split, Recording> parts = recordings.ToLookup(plan.Of);

        Assert.Empty(Speakers(Split.Unseen).Intersect(Speakers(Split.Train)));
        Assert.Empty(Speakers(Split.Unseen).Intersect(Speakers(Split.Test)));
        Assert.Empty(Said(Split.Train).Intersect(Said(Split.Test)));
        Assert.Equal(6, Speakers(Split.Unseen).Count()); // of thirty, in two accents
        Assert.InRange((double)parts[Split.Test].Count() / (recordings.Count * 24 / 30), 0.15, 0.35);

        IEnumerable<string> Speakers(Split split) => parts[split].Select(recording => recording.Speaker).Distinct();
        IEnumerable<string> Said(Split split) => parts[split].Select(recording => recording.Transcript.Text).Distinct();
    }

    [Fact]
    public void Speakers_with_few_utterances_are_left_out_when_asked()
    {
        (List<Recording> recordings, SplitPlan plan) = Planned(new() { FewUtterances = 30, DropFew = true });

        // The last speaker says three sentences, all others forty.
        Assert.Equal(
            ["S30"], recordings.Where(r => plan.LeftOut(r) is not null).Select(r => r.Speaker).Distinct());
    }

    private static (List<Recording> Recordings, SplitPlan Plan) Planned(PreparationRules rules)
    {
        List<Recording> recordings = [];
        for (int speaker = 1; speaker <= 30; speaker++)
        {
            for (int sentence = 0; sentence < (speaker == 30 ? 3 : 40); sentence++)
                recordings.Add(new(
                    $"S{speaker}_{sentence}", "", $"S{speaker}", speaker % 2 == 0 ? "north" : "south",
                    new(TranscriptKind.Text, [], $"第{sentence}句")));
        }
        return (recordings, new(recordings, rules));
    }

    private PreparationOptions Options(PreparationRules rules) =>
        new() { Corpora = [_folder["list.txt"]], Rules = rules with { TestPercent = 0 } };

    private void Add(string id, float[] samples, string accent = "north")
    {
        WavFile.Write(_folder[$"{id}.wav"], new(samples, 22050));
        File.AppendAllText(_folder["list.txt"], $"{id}.wav|好|{id}|{accent}\n");
    }

    private static double Hertz(PreparedCorpus prepared, int index)
    {
        float[] voiced = [.. prepared.LogF0(index).ToArray().Where(value => value > 0)];
        Assert.NotEmpty(voiced);
        return Math.Exp(voiced.Average());
    }
}
