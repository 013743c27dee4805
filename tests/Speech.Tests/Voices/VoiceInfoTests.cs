using System.Text.Json;
using System.Text.Json.Nodes;
using Kouyin.Speech.Data;
using Kouyin.Speech.Tests.Data;
using Kouyin.Speech.Training;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Voices;

/// <summary>What a voice says of itself, and who it can be asked to be.</summary>
public sealed class VoiceInfoTests : IDisposable
{
    private const string Key = "kouyin.voice";

    private readonly TemporaryFolder _folder = new();

    public VoiceInfoTests()
    {
        Preparation.Run(new() { Corpora = [SmallCorpus.Make(_folder)] }, _folder["data"]);
        using PreparedCorpus corpus = PreparedCorpus.Open(_folder["data"]);
        VoiceInfo info = VoiceInfo.Of(new(), VoiceLearner.ShapeOf(new(), corpus), corpus, 7);
        VoiceFile.Save(_folder["voice.safetensors"], info, new Dictionary<string, Tensor>());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_reads_what_it_wrote()
    {
        VoiceInfo info = VoiceInfo.Read(_folder["voice.safetensors"]);

        Assert.Equal(VoiceInfo.CurrentFormat, info.Format);
        Assert.Equal(7, info.Steps);
        Assert.Equal("channel", $"{info.Model.DecoderConditioning.Speaker}", ignoreCase: true);
    }

    [Theory]
    [InlineData("Format", "1", "has format 1")]
    [InlineData("Format", "\"new\"", "has format new")]
    [InlineData("Emotions", "[]", "Emotions")]
    [InlineData("Accents", "null", "Accents")]
    public void What_this_program_cannot_know_is_refused(string key, string value, string expected)
    {
        Change(description => description[key] = JsonNode.Parse(value));

        UserException e = Assert.Throws<UserException>(() => VoiceInfo.Read(_folder["voice.safetensors"]));

        Assert.Contains(expected, e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_voice_without_accents_keeps_each_speaker_s_own()
    {
        VoiceInfo info = VoiceInfo.Read(_folder["voice.safetensors"]);
        VoiceSpeaker first = info.Speakers[0];

        Assert.Equal(info.Find(new()), info.Find(new() { Accent = first.Accent.ToUpperInvariant() }));
        UserException e = Assert.Throws<UserException>(() => info.Find(new() { Accent = "other" }));
        Assert.Contains($"{first.Name} has {first.Accent}, not «other»", e.What, StringComparison.Ordinal);
        Assert.Equal("--accent", e.Where);
    }

    [Fact]
    public void A_voice_with_accents_gives_any_speaker_any_of_them_and_by_default_the_speaker_s_own()
    {
        VoiceInfo info = VoiceInfo.Read(_folder["voice.safetensors"]) with
        {
            Speakers = [new("A", "north", "female"), new("B", "south", "male")],
            Accents = ["north", "south", "west"],
        };

        Assert.Equal(new Voicing(0, 0), info.Find(new()));
        Assert.Equal(new Voicing(1, 1), info.Find(new() { Speaker = "b" }));
        Assert.Equal(new Voicing(1, 2), info.Find(new() { Speaker = "B", Accent = "West" }));
        UserException e = Assert.Throws<UserException>(() => info.Find(new() { Accent = "east" }));
        Assert.Contains("north, south, west", e.Fix, StringComparison.Ordinal);
    }

    private void Change(Action<JsonObject> change)
    {
        string path = _folder["voice.safetensors"];
        JsonObject description;
        using (SafeTensors file = SafeTensors.Open(path))
            description = JsonNode.Parse(file.Metadata[Key])!.AsObject();
        change(description);
        SafeTensorsWriter writer = new();
        writer.AddMetadata(Key, description.ToJsonString(JsonSerializerOptions.Default));
        writer.Save(path);
    }
}
