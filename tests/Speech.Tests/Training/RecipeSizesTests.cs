using Kouyin.Speech.Model;
using Kouyin.Speech.Training;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Training;

/// <summary>The recipes' models at the log's own scale are as large as the log's.</summary>
public sealed class RecipeSizesTests
{
    private const int LogSymbols = 199, EnglishSymbols = 76, Mels = 80;

    private const long
        DeadTokenLayer = 345_168,  // stands in the log's decoders from E8 on, and no gradient reaches it
        LinearAdversary = 90_078,  // no part of the voice here
        TokenAdversary = 113_310,
        EnglishRows = 73 * 192;    // symbols of the log's English set that ours does not have

    public static TheoryData<string, int, int, long> Counts => new()
    {
        { "zh-blank", 218, 0, 14_896_424 },
        { "blank-b1", 218, 0, 14_057_768 },
        { "aug-e02-noblank", 222, 4, 14_934_584 + 192 }, // our phone set counts the blank, used or not
        { "aug-e04-conformer", 222, 4, 14_096_120 },
        { "aug-e06-gst", 222, 4, 14_888_856 },
        { "aug-e08-cln-gst", 222, 4, 19_699_100 - DeadTokenLayer },
        { "aug-e16-nospk", 222, 4, 19_647_052 - DeadTokenLayer },
        { "aug-e11-grl-large", 222, 4, 20_163_002 - DeadTokenLayer - TokenAdversary },
        { "aug-e15-sg-tune", 222, 4, 20_139_770 - DeadTokenLayer - LinearAdversary - AccentClassifier },
        { "timbre-t3-libritts", 247, 0, 14_888_680 - EnglishRows },
    };

    // E15 has no accent loss here: 256 x 4 weights and 4 biases fewer.
    private const long AccentClassifier = 1_028;

    [Theory]
    [MemberData(nameof(Counts))]
    public void A_recipe_makes_a_model_as_large_as_the_log_s(string name, int speakers, int accents, long expected)
    {
        Recipe recipe = Recipe.Load(Path.Combine(House.Find("recipes")!, name));
        AcousticShape shape = new()
        {
            Symbols = recipe.Data.Phones == "arpabet" ? EnglishSymbols : LogSymbols, Mels = Mels,
            Speakers = speakers, Accents = accents,
        };

        using ParameterStore store = ParameterStore.Fresh(1);
        _ = new AcousticModel(store.Root, recipe.Model, shape);

        Assert.Equal(expected, store.Parameters.Values.Sum(parameter => parameter.Count));
    }
}
