using System.Globalization;

namespace Kouyin.Speech.Import;

/// <summary>Grad-TTS. All its sizes can be read off the weights; they keep the reference's names.</summary>
/// <remarks>https://github.com/huawei-noah/Speech-Backbones/blob/main/Grad-TTS/model/tts.py</remarks>
internal sealed record GradTtsWeights() : ForeignModel("grad-tts")
{
    private const string Attention = "encoder.encoder.attn_layers.";
    private const string SpeakerTable = "spk_emb.weight";

    protected override bool Matches(Weights weights) =>
        weights.Has("encoder.emb.weight") && weights.Has("decoder.estimator.final_conv.weight");

    protected override IEnumerable<(string Key, string Value)> Sizes(Weights weights, string? config)
    {
        if (config is not null)
            throw new UserException("Grad-TTS takes no config file", "--config", "leave it out: the weights show it");
        bool multiSpeaker = weights.Has(SpeakerTable);
        long headWidth = weights.Size($"{Attention}0.emb_rel_k", 2, 3);
        yield return Number("n_spks", multiSpeaker ? weights.Size(SpeakerTable, 0, 2) : 1);
        if (multiSpeaker)
            yield return Number("spk_emb_dim", weights.Size(SpeakerTable, 1, 2));
        yield return Number("n_vocab", weights.Size("encoder.emb.weight", 0, 2));
        yield return Number("n_enc_channels", weights.Size("encoder.emb.weight", 1, 2));
        yield return Number("filter_channels", weights.Size("encoder.encoder.ffn_layers.0.conv_1.weight", 0, 3));
        yield return Number("filter_channels_dp", weights.Size("encoder.proj_w.conv_1.weight", 0, 3));
        yield return Number("n_heads", weights.Size($"{Attention}0.conv_q.weight", 0, 3) / Math.Max(headWidth, 1));
        yield return Number("n_enc_layers", weights.CountOf(Attention, ".conv_q.weight"));
        yield return Number("enc_kernel", weights.Size("encoder.encoder.ffn_layers.0.conv_1.weight", 2, 3));
        yield return Number("window_size", (weights.Size($"{Attention}0.emb_rel_k", 1, 3) - 1) / 2);
        yield return Number("n_feats", weights.Size("encoder.proj_m.weight", 0, 3));
        yield return Number("dec_dim", weights.Size("decoder.estimator.final_conv.weight", 1, 4));
    }

    private static (string Key, string Value) Number(string key, long value) =>
        (key, value.ToString(CultureInfo.InvariantCulture));
}
