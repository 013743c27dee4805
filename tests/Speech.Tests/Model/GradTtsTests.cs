using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Alignment;
using Kouyin.Speech.Model.Decoder;
using Kouyin.Speech.Model.Encoder;
using Kouyin.Torch;
using Kouyin.Torch.Layers;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Tests.Model;

/// <summary>The whole model against tensors of the reference, for one speaker (ss) and several (ms).</summary>
public sealed class GradTtsTests
{
    private static readonly string[] Kinds = ["ss", "ms"];

    [SharedFact("fixtures/a_text_encoder.safetensors")]
    public void The_text_encoder_matches_the_reference()
    {
        foreach (string name in (string[])["a_text_encoder", "a_text_encoder_short", "a_text_encoder_len5"])
        {
            using TensorScope scope = new();
            using NoGrad noGrad = new();
            using ParameterStore store = Store("ms");
            TextEncoder encoder = new(store.Root / "encoder", Small.Encoder, symbols: 30, mels: 80, new(16, 0));
            using Fixture f = Fixture.OpenShared(name);

            Tensor mask = Mask.FromLengths(f["x_lengths"], f["x"].Size(1));
            var (mean, logDurations) = encoder.Forward(f["x"], mask, Conditions.None);

            Fixture.Compare($"{name} mu_x", mean, Frames(f["mu_x"]));
            Fixture.Compare($"{name} logw", logDurations, Frames(f["logw"]));
        }
    }

    [SharedFact("fixtures/c_mas_ties.safetensors")]
    public void The_alignment_is_the_reference_s_to_the_last_tie()
    {
        foreach (string name in (string[])["c_mas_random", "c_mas_ties", "c_mas_zeros", "c_mas_large"])
        {
            using TensorScope scope = new();
            using Fixture f = Fixture.OpenShared(name);

            float[] durations = MonotonicAlignment.Durations(
                Frames(f["log_prior"] * f["mask"]), f["x_lengths"].ToArray<long>(), f["y_lengths"].ToArray<long>());

            Tensor want = f.Has("path") ? f["path"].Sum(2) : f["path_dur"];
            Assert.Equal(want.ToArray(), durations);
        }
    }

    [SharedFact("fixtures/h_compute_loss_ms.safetensors")]
    public void Losses_gradients_clipping_and_one_step_of_Adam_match_the_reference()
    {
        foreach (string kind in Kinds)
        {
            using TensorScope scope = new();
            using Fixture f = Fixture.OpenShared($"h_compute_loss_{kind}");
            using ParameterStore store = Store(kind);
            AcousticModel model = Model(store, kind, segmentFrames: int.Parse(f.Metadata["out_size"]));
            Batch batch = BatchOf(f);
            using Adam adam = new(store.Parameters, new() { LearningRate = 1e-4 });

            AcousticModel.Aligned aligned = model.Align(batch, model.Condition(batch.Speakers, batch.Accents));
            Tensor path = Expansion.SymbolOfFrame(aligned.Durations, batch.FrameCounts.Length, batch.Mel.Size(1));
            var (mel, mean, mask) = model.Cut(aligned, batch.FrameCounts, f["offset"].ToArray<long>());
            Losses losses = new(
                aligned.DurationLoss, AcousticModel.Prior(mel, mean, mask), ((Score2d)model.Decoder).Loss(
                    mel, mean, mask, aligned.Conditions, f["t"], Frames(f["z"])))
            {
                SymbolMeans = aligned.Mean,
            };
            losses.Total.Backward();

            Assert.Equal(OnlyRealFrames(f["attn"].Argmax(1), f), OnlyRealFrames(path, f));
            Fixture.Compare($"{kind} y_cut", mel, Frames(f["y_cut"]));
            Fixture.Compare($"{kind} mu_y_cut", mean, Frames(f["mu_y_cut"]));
            Fixture.Compare($"{kind} duration", losses.Duration, f["dur_loss"]);
            Fixture.Compare($"{kind} prior", losses.Prior, f["prior_loss"]);
            Fixture.Compare($"{kind} diffusion", losses.Decoder, f["diff_loss"]);
            f.CompareGradients(store.Parameters);
            CompareStep(kind, store, adam, f);
        }
    }

    [SharedFact("fixtures/h_compute_loss_ms.safetensors")]
    public void Losses_over_whole_utterances_match_the_reference()
    {
        foreach (string kind in Kinds)
        {
            using TensorScope scope = new();
            using NoGrad noGrad = new();
            using Fixture f = Fixture.OpenShared($"h_compute_loss_{kind}");
            using ParameterStore store = Store(kind);
            AcousticModel model = Model(store, kind, segmentFrames: 0);
            Batch batch = BatchOf(f);

            AcousticModel.Aligned aligned = model.Align(batch, model.Condition(batch.Speakers, batch.Accents));
            var (mel, mean, mask) = model.Cut(aligned, batch.FrameCounts, new long[batch.FrameCounts.Length]);
            Tensor diffusion = ((Score2d)model.Decoder).Loss(
                mel, mean, mask, aligned.Conditions, f["t"], Frames(f["full_z"]));

            Fixture.Compare($"{kind} duration", aligned.DurationLoss, f["full_dur_loss"]);
            Fixture.Compare($"{kind} prior", AcousticModel.Prior(mel, mean, mask), f["full_prior_loss"]);
            Fixture.Compare($"{kind} diffusion", diffusion, f["full_diff_loss"]);
        }
    }

    [SharedFact("fixtures/i_forward_ms.safetensors")]
    public void Speech_with_given_noise_matches_the_reference()
    {
        foreach (string kind in Kinds)
        {
            foreach (var (suffix, scale) in ((string, double)[])[("", 1), ("_ls091", 0.91)])
            {
                using TensorScope scope = new();
                using NoGrad noGrad = new();
                using Fixture f = Fixture.OpenShared($"i_forward_{kind}");
                using ParameterStore store = Store(kind);
                AcousticModel model = Model(store, kind, segmentFrames: 0);
                SpeakOptions options = new() { Speed = 1 / scale, ReferenceDurations = true };

                Conditions conditions = model.Condition(f.Find("spk_id"), null);
                AcousticModel.Planned plan = model.Plan(
                    f["x"], f["x_lengths"].ToArray<long>(), conditions, options);
                Tensor mel = ((Score2d)model.Decoder).Sample(
                    plan.Mean + Frames(f[$"noise{suffix}"]) / double.Parse(f.Metadata["temperature"]),
                    plan.Mean, plan.Mask, conditions, int.Parse(f.Metadata["n_timesteps"]));

                int frames = plan.FrameCounts.Max();
                Assert.Equal(f[$"w_ceil{suffix}"].ToArray(), plan.Durations);
                Assert.Equal(f[$"y_lengths{suffix}"].ToArray<long>(), plan.FrameCounts.Select(n => (long)n));
                Fixture.Compare($"{kind} mean", plan.Mean.Slice(1, 0, frames), Frames(f[$"enc_out{suffix}"]));
                Fixture.Compare($"{kind} mel", mel.Slice(1, 0, frames), Frames(f[$"dec_out{suffix}"]));
            }
        }
    }

    [Fact]
    public void The_published_sizes_come_out()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        _ = new AcousticModel(store.Root, new(), new() { Symbols = 149, Mels = 80, Speakers = 247, Accents = 1 });

        Assert.Equal(14889, Thousands(store, ""));
        Assert.Equal(7200, Thousands(store, "encoder."));
        Assert.Equal(7673, Thousands(store, "decoder."));
        Assert.Equal(16, Thousands(store, "spk_emb."));
    }

    private static double Thousands(ParameterStore store, string prefix) => Math.Round(
        store.Parameters.Where(p => p.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(p => p.Value.Count)
        / 1000.0);

    private static void CompareStep(string kind, ParameterStore store, Adam adam, Fixture f)
    {
        var parts = store.Parameters.ToLookup(p => p.Key.Split('.')[0], p => p.Value);
        // The reference leaves the speakers' table unclipped, so only the norms of these two are compared.
        double encoder = f["enc_grad_norm"].Item(), decoder = f["dec_grad_norm"].Item();
        Assert.Equal(encoder, GradientClip.ToNorm(parts["encoder"], 1), 1e-4 * encoder);
        Assert.Equal(decoder, GradientClip.ToNorm(parts["decoder"], 1), 1e-4 * decoder);
        adam.Step();

        // The first step is the learning rate times the gradient's sign, so rounding noise would decide small ones.
        double floor = Fixture.Noise * f.Below("grad.").Values.Max(g => g.Abs().Max().Item());
        foreach (var (name, want) in f.Below("after."))
        {
            Tensor gradient = f[$"grad.{name}"];
            Tensor sure = (gradient.Abs() > gradient.FullLike(floor)).To(DType.Float32);
            Fixture.Compare($"{kind} {name} after Adam", store.Parameters[name] * sure, want * sure);
        }
    }

    private static long[] OnlyRealFrames(Tensor path, Fixture f)
    {
        long[] lengths = f["y_lengths"].ToArray<long>();
        long[] all = path.ToArray<long>();
        int frames = all.Length / lengths.Length;
        return [.. all.Where((_, k) => k % frames < lengths[k / frames])];
    }

    private static Batch BatchOf(Fixture f) => new(
        f["x"], f["x_lengths"].ToArray<long>(), Frames(f["y"]).Contiguous(), f["y_lengths"].ToArray<long>(),
        f.Find("spk_id"), null);

    private static AcousticModel Model(ParameterStore store, string kind, int segmentFrames) => new(
        store.Root,
        new()
        {
            Encoder = Small.Encoder, Score2d = new() { Width = 16 }, Speaker = new() { Width = 16 },
            SegmentFrames = segmentFrames,
        },
        new() { Symbols = 30, Mels = 80, Speakers = kind == "ms" ? 5 : 1, Accents = 1 });

    private static ParameterStore Store(string kind)
    {
        using Fixture weights = Fixture.OpenShared($"model_{kind}");
        return ParameterStore.From(weights.Below(""));
    }

    /// <summary>[B, C, T] as [B, T, C].</summary>
    private static Tensor Frames(Tensor x) => x.Transpose(1, 2);

    private static class Small
    {
        public static TextEncoderConfig Encoder { get; } = new()
        {
            Width = 32,
            Hidden = 48,
            DurationHidden = 24,
            Layers = 2,
            Dropout = 0,
            PrenetDropout = 0,
        };
    }
}
