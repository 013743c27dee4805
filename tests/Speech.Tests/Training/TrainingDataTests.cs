using Kouyin.Speech.Data;
using Kouyin.Speech.Tests.Data;
using Kouyin.Speech.Training;

namespace Kouyin.Speech.Tests.Training;

public sealed class TrainingDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainingDataTests() =>
        Preparation.Run(new() { Corpora = [SmallCorpus.Make(_folder)] }, _folder["data"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_selection_is_as_if_nothing_else_had_been_prepared()
    {
        using PreparedCorpus all = PreparedCorpus.Open(_folder["data"]);
        using PreparedCorpus south = Open("""{ "accents": ["south"] }""");

        PreparedUtterance utterance = Assert.Single(south.Utterances);
        Assert.Equal("SSB00020001", utterance.Id);
        Assert.Equal(["SSB0002"], south.TrainingSpeakers);
        Assert.Equal(["south"], south.Info.Accents);
        Assert.Equal((1, (long)utterance.Frames), (south.Info.Utterances, south.Info.Frames));
        int index = all.Utterances.ToList().FindIndex(u => u.Id == utterance.Id);
        Assert.Equal(all.Mel(index).ToArray(), south.Mel(0).ToArray());
    }

    [Theory]
    [InlineData("""{ "exclude_accents": ["north"] }""", "SSB00020001")]
    [InlineData("""{ "speakers": ["SSB0001"] }""", "SSB00010001 SSB00010002")]
    [InlineData("""{ "exclude_speakers": ["SSB0001"], "accents": ["north", "south"] }""", "SSB00020001")]
    public void Accents_and_speakers_are_taken_in_or_left_out(string data, string expected)
    {
        using PreparedCorpus corpus = Open(data);

        Assert.Equal(
            expected.Split(' '), corpus.Utterances.Where(u => u.Split == Split.Train).Select(u => u.Id).Order());
    }

    [Fact]
    public void Balance_leaves_every_accent_as_many_as_the_smallest_has()
    {
        using PreparedCorpus corpus = Open("""{ "balance_accents": true }""");
        using PreparedCorpus again = Open("""{ "balance_accents": true }""");

        Assert.Equal([1, 1], corpus.Utterances.Where(u => u.Split == Split.Train).CountBy(u => u.Accent)
            .Select(accent => accent.Value));
        Assert.Equal(corpus.Utterances.Select(u => u.Id), again.Utterances.Select(u => u.Id));
    }

    [Theory]
    [InlineData("""{ "mel": "log16k" }""", "--mel log16k")]
    [InlineData("""{ "phones": "log198" }""", "--phones log198")]
    [InlineData("""{ "silence": "drop" }""", "--silence drop")]
    [InlineData("""{ "accents": ["sg"] }""", "north, south")]
    [InlineData("""{ "exclude_speakers": ["SSB0001", "SSB0002"] }""", "data.accents")]
    public void Data_that_is_not_what_the_recipe_wants_is_refused(string data, string fix) =>
        Assert.Contains(fix, Assert.Throws<UserException>(() => Open(data)).Fix, StringComparison.Ordinal);

    [Fact]
    public void Data_as_the_recipe_wants_it_is_taken()
    {
        using PreparedCorpus corpus =
            Open("""{ "mel": "natural22k", "phones": "initials-finals", "silence": "vad" }""");

        Assert.NotEmpty(corpus.Utterances);
    }

    [Fact]
    public void Names_that_the_data_lacks_are_told()
    {
        Recipe recipe = Recipe.Parse(
            """{ "data": { "accents": ["north", "sg"], "exclude_speakers": ["G0001", "SSB0001"] } }""", "test");

        Assert.Equal(["sg", "G0001"], TrainingData.Missing(_folder["data"], recipe));
    }

    [Fact]
    public void What_is_replayed_stays_in_the_data_and_what_is_excluded_does_not()
    {
        const string start = """, "start": { "from": "base", "replay": 0.5 }""";

        using PreparedCorpus replayed = Open("""{ "accents": ["south"] }""", start);
        using PreparedCorpus without = Open("""{ "accents": ["south"], "exclude_accents": ["north"] }""", start);

        Assert.Equal(["SSB0001", "SSB0002"], replayed.TrainingSpeakers);
        Assert.Equal(["SSB0002"], without.TrainingSpeakers);
    }

    private PreparedCorpus Open(string data, string more = "") =>
        TrainingData.Open(_folder["data"], Recipe.Parse($$"""{ "data": {{data}} {{more}} }""", "test"));
}
