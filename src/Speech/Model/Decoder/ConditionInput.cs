using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Decoder;

/// <summary>The ways of speaker and accent into a decoder: as mels beside its input, or with the time.</summary>
/// <remarks>
/// The channel is that of Popov et al. 2021, "Grad-TTS", in the published code; scale and shift are those of Perez et
/// al. 2018, "FiLM", equation 2, from the vector and the time together.
/// </remarks>
internal sealed class ConditionInput
{
    private readonly Way _speaker;
    private readonly Way _accent;

    /// <summary>Takes <c>spk_mlp</c> and <c>acc_mlp</c>, or <c>speaker</c> and <c>accent</c>, from
    /// <paramref name="p"/>.</summary>
    /// <param name="p">The decoder's place.</param>
    /// <param name="conditioning">Which way each goes.</param>
    /// <param name="mels">M.</param>
    /// <param name="timeWidth">Width of the time's embedding.</param>
    /// <param name="widths">Of the vectors; one that is not there goes no way.</param>
    public ConditionInput(
        Params p, DecoderConditioning conditioning, int mels, int timeWidth, ConditionWidths widths)
    {
        _speaker = new(p, "spk_mlp", "speaker", conditioning.Speaker, widths.Speaker, mels, timeWidth);
        _accent = new(p, "acc_mlp", "accent", conditioning.Accent, widths.Accent, mels, timeWidth);
    }

    /// <summary>Mels beside the decoder's input.</summary>
    public int Channels => (_speaker.HasChannel ? 1 : 0) + (_accent.HasChannel ? 1 : 0);

    /// <summary>Whether a vector goes with the time.</summary>
    public bool HasFilm => _speaker.HasFilm || _accent.HasFilm;

    /// <summary>The mels, [B, M] each, one frame that stands for all, by the names of their layers.</summary>
    public IEnumerable<(string Name, Tensor Bands)> Bands(Conditions conditions)
    {
        if (_speaker.HasChannel)
            yield return ("spk_mlp", _speaker.Bands(conditions.Speaker));
        if (_accent.HasChannel)
            yield return ("acc_mlp", _accent.Bands(conditions.Accent));
    }

    /// <summary>The time's embedding, [B, W], and the vectors that go with it.</summary>
    public Tensor WithTime(Tensor time, Conditions conditions) =>
        _accent.WithTime(_speaker.WithTime(time, conditions.Speaker), conditions.Accent);

    /// <summary>The way of one vector.</summary>
    private sealed class Way
    {
        private readonly Linear? _inner, _outer, _film;

        public Way(
            Params p, string channel, string film, DecoderPath path, int width, int mels, int timeWidth)
        {
            if (width > 0 && path == DecoderPath.Channel)
                (_inner, _outer) = (new(p / channel / 0, width, 4 * width), new(p / channel / 2, 4 * width, mels));
            else if (width > 0 && path == DecoderPath.Film)
                _film = new(p / film, width, timeWidth);
        }

        public bool HasChannel => _outer is not null;

        public bool HasFilm => _film is not null;

        public Tensor Bands(Tensor? vector) => _outer!.Forward(_inner!.Forward(Given(vector)).Mish());

        public Tensor WithTime(Tensor time, Tensor? vector) =>
            _film is null ? time : time + _film.Forward(Given(vector));

        private static Tensor Given(Tensor? vector) => vector ?? throw new ArgumentNullException(nameof(vector));
    }
}
