using Kouyin.Speech.Audio;
using Kouyin.Speech.Evaluation;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Evaluation;

public sealed class RecognizerTests : IDisposable
{
    private static readonly RecognizerConfig Small = new() { Width = 16, Dilations = [1, 2] };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Padding_and_neighbours_change_nothing()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        RecognizerNetwork network = new(store.Root, Small);
        network.Standardize(Row(80, 0.5f), Row(80, 2));
        float[] mel = Wave(11);

        var (aloneP, aloneT) = network.Forward(Tensor.From<float>(mel, 1, 11, 80), [11]);
        Tensor both = Tensor.Full([2, 17, 80], 9);
        Wave(17).CopyTo(both.Span<float>());
        mel.CopyTo(both.Span<float>()[(17 * 80)..]);
        var (phones, tones) = network.Forward(both, [17, 11]);

        Assert.Equal([2L, 9, RecognizerSymbols.Phones.Count], phones.Shape);
        AssertClose(aloneP, phones.Slice(0, 1).Slice(1, 0, 6));
        AssertClose(aloneT, tones.Slice(0, 1).Slice(1, 0, 6));
    }

    [Fact]
    public void Gradient_reaches_every_parameter()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        RecognizerNetwork network = new(store.Root, Small);

        var (phones, tones) = network.Forward(Tensor.From<float>(Wave(9), 1, 9, 80), [9]);
        (phones.Square().Sum() + tones.Square().Sum()).Backward();

        foreach (var (path, parameter) in store.Parameters.Where(p => p.Value.RequiresGrad))
            Assert.True(parameter.Grad?.Abs().Sum().Item() > 0, path);
    }

    [Fact]
    public void A_saved_recognizer_hears_the_same()
    {
        using Recognizer first = new(Small, MelConfig.Natural22k, 3);
        first.Save(_folder["judge"], "a test");
        first.Network.Standardize(Row(80, 0), Row(80, 1));

        using Recognizer second = Recognizer.Load(_folder["judge"]);

        Assert.Equal(first.Hear(Wave(30)).ToString(), second.Hear(Wave(30)).ToString());
        Assert.Equal(first.ParameterCount, second.ParameterCount);
    }

    [Fact]
    public void Mels_of_other_settings_are_refused()
    {
        using Recognizer recognizer = new(Small, MelConfig.Natural22k, 3);
        recognizer.Demand(MelConfig.Natural22k);

        UserException e = Assert.Throws<UserException>(() => recognizer.Demand(MelConfig.Log16k));

        Assert.Contains(MelConfig.Log16k.Hash, e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_recognizer_is_refused()
    {
        SafeTensorsWriter writer = new();
        writer.Add<float>("x", [1], [1]);
        writer.Save(_folder["other"]);

        Assert.Contains(
            "holds no recognizer", Assert.Throws<UserException>(() => Recognizer.Load(_folder["other"])).What,
            StringComparison.Ordinal);
        Assert.Throws<UserException>(() => Recognizer.Load(_folder["absent"]));
    }

    private static float[] Wave(int frames) =>
        [.. Enumerable.Range(0, frames * 80).Select(k => MathF.Sin(1.7f * k) + 0.5f * MathF.Cos(0.37f * k * k))];

    private static float[] Row(int count, float value) => [.. Enumerable.Repeat(value, count)];

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.True((expected - actual).Abs().Max().Item() < 1e-4);
}
