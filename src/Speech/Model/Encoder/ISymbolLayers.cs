using Kouyin.Torch;

namespace Kouyin.Speech.Model.Encoder;

/// <summary>The encoder's body: symbols that know nothing of each other to symbols that do.</summary>
internal interface ISymbolLayers
{
    /// <summary>Runs all layers.</summary>
    /// <param name="x">Symbols, [B, S, C].</param>
    /// <param name="mask">1 on real symbols and 0 on padding, [B, S, 1].</param>
    /// <param name="conditions">For the norms that depend on speaker or accent.</param>
    /// <returns>[B, S, C]; padding is left as it comes out.</returns>
    Tensor Forward(Tensor x, Tensor mask, Conditions conditions);
}
