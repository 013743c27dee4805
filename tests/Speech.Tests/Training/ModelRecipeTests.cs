using Kouyin.Speech.Training;

namespace Kouyin.Speech.Tests.Training;

/// <summary>A model that would not be what its recipe says is refused before it is made.</summary>
public sealed class ModelRecipeTests
{
    [Theory]
    [InlineData("""{ "accent": { "source": "table" } }""", "model.accent has a source, but nothing hears it")]
    [InlineData("""{ "decoder_conditioning": { "accent": "film" } }""", "model.accent.source is none")]
    [InlineData("""{ "encoder": { "accent_norm": [0] } }""", "model.accent.source is none")]
    [InlineData("""{ "encoder": { "conditioning": "speaker_accent" } }""", "model.accent.source is none")]
    [InlineData("""{ "speaker": { "source": "none" } }""", "model.speaker.source is none")]
    [InlineData("""{ "decoder_conditioning": { "speaker": "none" } }""", "model.speaker has a source")]
    [InlineData("""{ "encoder": { "speaker_norm": [6] } }""", "name layers from 0 to 5")]
    [InlineData("""{ "encoder": { "speaker_norm": [1, 1] } }""", "each layer once")]
    [InlineData("""{ "encoder": { "layer": "conformer", "conv_kernel": 30 } }""", "must be odd")]
    [InlineData("""{ "encoder": { "heads": 5 } }""", "does not divide the width 192")]
    public void It_is_refused(string model, string expected)
    {
        UserException e = Assert.Throws<UserException>(
            () => Recipe.Parse($$"""{ "model": {{model}} }""", "recipe.json"));

        Assert.Contains(expected, e.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "speaker": { "source": "none" }, "decoder_conditioning": { "speaker": "none" } }""")]
    [InlineData("""{ "encoder": { "speaker_norm": [5] }, "decoder_conditioning": { "speaker": "none" } }""")]
    [InlineData("""{ "encoder": { "accent_norm": [0, 1, 2] }, "accent": { "source": "table", "width": 256 } }""")]
    public void What_fits_together_is_not(string model) =>
        Assert.NotNull(Recipe.Parse($$"""{ "model": {{model}} }""", "recipe.json"));
}
