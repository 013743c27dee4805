using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Decoder;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Model;

/// <summary>The decoder against tensors of the reference, for one speaker (ss) and several (ms).</summary>
public sealed class Score2dTests
{
    private static readonly string[] Kinds = ["ss", "ms"];

    [SharedFact("fixtures/model_ms.safetensors")]
    public void The_network_matches_the_reference_at_every_part()
    {
        foreach (string kind in Kinds)
        {
            using TensorScope scope = new();
            using NoGrad noGrad = new();
            using ParameterStore store = Store(kind);
            Score2d decoder = Decoder(store, kind);
            using Fixture f = Fixture.OpenShared($"b_estimator_{kind}");
            Dictionary<string, Tensor> seen = [];
            decoder.Network.Watch = (part, output) => seen.Add(part, output.Clone().Detached());

            Tensor score = decoder.Network.Forward(
                Frames(f["x"]), Frames(f["mask"]), Frames(f["mu"]), f["t"], new(f.Find("spk"), null));

            Fixture.Compare($"{kind} out", score, Frames(f["out"]));
            foreach (var (part, got) in seen.Where(s => f.Has($"int.{s.Key}")))
                Fixture.Compare($"{kind} {part}", Masked(got, f), Masked(Pixels(f[$"int.{part}"]), f));
            Assert.True(seen.Keys.Count(part => f.Has($"int.{part}")) >= 11);
            foreach (Tensor output in seen.Values)
                output.Dispose();
        }
    }

    [SharedFact("fixtures/model_ms.safetensors")]
    public void The_loss_and_its_gradients_match_the_reference()
    {
        foreach (string kind in Kinds)
        {
            using TensorScope scope = new();
            using ParameterStore store = Store(kind);
            Score2d decoder = Decoder(store, kind);
            using Fixture f = Fixture.OpenShared($"d_diffusion_loss_{kind}");
            Tensor mean = Frames(f["mu"]).Contiguous();
            mean.RequiresGrad = true;
            Tensor? speaker = f.Find("spk");
            speaker?.RequiresGrad = true;
            Tensor mel = Frames(f["x0"]), mask = Frames(f["mask"]), noise = Frames(f["z"]);

            Tensor loss = decoder.Loss(mel, mean, mask, new(speaker, null), f["t_raw"], noise);
            loss.Backward();

            Fixture.Compare($"{kind} loss", loss, f["loss"]);
            Fixture.Compare($"{kind} xt", decoder.AddNoise(mel, mean, mask, f["t"], noise).Noisy, Frames(f["xt"]));
            f.CompareGradients(store.Parameters, "decoder.estimator.");
            Fixture.Compare($"{kind} gradient of the mean", mean.Grad!, Frames(f["grad_mu"]));
            if (speaker is not null)
                Fixture.Compare($"{kind} gradient of the speaker", speaker.Grad!, f["grad_spk"]);
        }
    }

    [SharedFact("fixtures/model_ms.safetensors")]
    public void The_samplers_match_the_reference()
    {
        foreach (string kind in Kinds)
        {
            using TensorScope scope = new();
            using NoGrad noGrad = new();
            using ParameterStore store = Store(kind);
            Score2d decoder = Decoder(store, kind);
            using Fixture f = Fixture.OpenShared($"e_reverse_{kind}");
            Tensor mask = Frames(f["mask"]), mean = Frames(f["mu"]), start = Frames(f["z"]);
            Conditions speaker = new(f.Find("spk"), null);
            Tensor stochasticNoise = f["stoc_noise"];

            foreach (int steps in new[] { 4, 10 })
            {
                Fixture.Compare(
                    $"{kind} {steps} steps", decoder.Sample(start, mean, mask, speaker, steps),
                    Frames(f[$"out_{steps}"]));
            }

            // This equation multiplies rounding errors, the reference's own included: the yardstick's measured bound.
            Fixture.Compare(
                $"{kind} stochastic",
                decoder.Sample(start, mean, mask, speaker, 4, k => Frames(stochasticNoise.Select(0, k))),
                Frames(f["out_stoc_4"]), tolerance: 8e-4);
        }
    }

    [SharedFact("fixtures/d_noise_schedule.safetensors")]
    public void The_noise_schedule_matches_the_reference()
    {
        using TensorScope scope = new();
        using Fixture f = Fixture.OpenShared("d_noise_schedule");
        NoiseSchedule schedule = new(0.05, 20);

        float[] rates = [.. f["t"].ToArray().Select(t => (float)schedule.Rate(t))];

        Fixture.Compare("beta", Tensor.From<float>(rates, rates.Length), f["beta"]);
        Fixture.Compare("cum", schedule.Total(f["t"]), f["cum"]);
    }

    private static ParameterStore Store(string kind)
    {
        using Fixture weights = Fixture.OpenShared($"model_{kind}");
        return ParameterStore.From(weights.Below(""));
    }

    private static Score2d Decoder(ParameterStore store, string kind) =>
        new(store.Root / "decoder", new() { Width = 16 }, new(), mels: 80, new(kind == "ms" ? 16 : 0, 0));

    /// <summary>[B, C, T] as [B, T, C].</summary>
    private static Tensor Frames(Tensor x) => x.Transpose(1, 2);

    /// <summary>[B, C, M, T] as [B, M, T, C].</summary>
    private static Tensor Pixels(Tensor x) => x.Rank == 4 ? x.Permute(0, 2, 3, 1) : x;

    /// <summary>
    /// What both sides call zero on padding, the reference when it reads, this network when it writes.
    /// </summary>
    private static Tensor Masked(Tensor picture, Fixture f)
    {
        if (picture.Rank != 4)
            return picture;
        Tensor mask = f["mask"].Unsqueeze(3); // [B, 1, T, 1]
        return picture * mask.Slice(2, 0, step: mask.Size(2) / picture.Size(2));
    }
}
