using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Phones;
using Kouyin.Speech.Tests.Data;
using Kouyin.Speech.Training.Recipes;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Training;

/// <summary>Every recipe of recipes/ that makes a voice takes five steps at tiny scale.</summary>
public sealed class RecipeTrialTests(RecipeTrialTests.Corpora corpora) : IClassFixture<RecipeTrialTests.Corpora>
{
    private static readonly string Recipes = House.Find("recipes")!;

    public static TheoryData<string> Voices() =>
    [
        .. Directory.GetDirectories(Recipes).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)
            .Where(name => Load(name) is { IsAlias: false, Recipe.Vocoder: null }),
    ];

    [Theory]
    [MemberData(nameof(Voices))]
    public void A_recipe_trains_resumes_speaks_and_refuses(string name)
    {
        Engine.Threads = 1;
        ResolvedRecipe recipe = Load(name);
        if (recipe.Recipe.Start is { } start && !Directory.Exists(corpora.Runs(Load(start.From).RunName)))
            new RecipeTrial(Load(start.From), corpora.Data, corpora.Runs("")).Run();

        TrialResult result = new RecipeTrial(recipe, corpora.Data, corpora.Runs("")).Run();

        Assert.Empty(result.Problems);
        Assert.Equal(5, result.Steps);
        Assert.All(result.LastLosses, loss => Assert.True(double.IsFinite(loss)));
    }

    [Fact]
    public void A_trial_that_finds_no_fitting_data_says_why()
    {
        TrialResult result = new RecipeTrial(Load("timbre-t3-libritts"), corpora.Data[..1], corpora.Runs("none")).Run();

        Assert.Contains("log24k", Assert.Single(result.Problems), StringComparison.Ordinal);
        Assert.Contains("log24k", TrialResult.Table([result]), StringComparison.Ordinal);
    }

    private static ResolvedRecipe Load(string name) =>
        ResolvedRecipe.Load(Path.Combine(Recipes, name), "tiny", ["steps=5", "batch_utterances=2"]);

    /// <summary>Tones by five speakers in three accents, prepared as the log's recipes want it, and English ones.
    /// </summary>
    public sealed class Corpora : IDisposable
    {
        private static readonly string[] Accents = ["north", "south", "singapore"];
        private static readonly string[] Texts = ["ni3 hao3", "da4 jia1", "zao3 an1"];

        private readonly TemporaryFolder _folder = new();

        public Corpora()
        {
            string list = MandarinList();
            Prepare(list, "keep", MelConfig.Log16k, PhoneSet.Log198, PauseRule.Keep);
            Prepare(list, "drop", MelConfig.Log16k, PhoneSet.Log198, PauseRule.Drop);
            Prepare(list, "judged", MelConfig.Natural22k, PhoneSet.InitialsFinals, PauseRule.Vad);
            GiveVectors();
            Prepare(LibriTts(), "english", MelConfig.Log24k, PhoneSet.English, PauseRule.Vad);
        }

        /// <summary>The prepared folders.</summary>
        public string[] Data => [_folder["keep"], _folder["drop"], _folder["english"], _folder["judged"]];

        public string Runs(string name) => Path.Combine(_folder["runs"], name);

        public void Dispose() => _folder.Dispose();

        private void GiveVectors()
        {
            Random random = new(1);
            using PreparedCorpus corpus = PreparedCorpus.Open(_folder["keep"]);
            PreparedVectors.Save(
                corpus.Folder, VectorOf.Speaker, corpus.TrainingSpeakers.ToDictionary(s => s, _ => Vector()));
            PreparedVectors.Save(corpus.Folder, VectorOf.Accent, Accents.ToDictionary(a => a, _ => Vector()));

            float[] Vector() => [.. Enumerable.Range(0, 256).Select(_ => random.NextSingle())];
        }

        private string MandarinList()
        {
            List<string> lines = [];
            foreach (string accent in Accents)
            {
                string[] speakers = accent == "south" ? ["south1"] : [$"{accent}1", $"{accent}2"];
                foreach (string speaker in speakers)
                {
                    foreach (string text in Texts)
                    {
                        string path = $"wav/{speaker}-{lines.Count}.wav";
                        SmallCorpus.AddSound(_folder, path, 16000, 0.5 + 0.02 * lines.Count);
                        lines.Add($"{path}|{text}|{speaker}|{accent}");
                    }
                }
            }
            return _folder.Write("list.txt", string.Join('\n', lines));
        }

        private string LibriTts()
        {
            foreach (string speaker in (string[])["11", "12"])
            {
                for (int k = 0; k < 3; k++)
                {
                    string stem = $"libri/train-clean/{speaker}/1/{speaker}_1_{k}_0";
                    SmallCorpus.AddSound(_folder, stem + ".wav", 24000, 0.8 + 0.1 * k);
                    _folder.Write(stem + ".normalized.txt", "Good morning.");
                }
            }
            return _folder["libri"];
        }

        private void Prepare(string corpus, string name, MelConfig mel, PhoneSet phones, PauseRule pauses) =>
            Preparation.Run(
                new()
                {
                    Corpora = [corpus], Mel = mel, Phones = phones, Rules = new() { Pauses = pauses, TestPercent = 0 },
                },
                _folder[name]);
    }
}
