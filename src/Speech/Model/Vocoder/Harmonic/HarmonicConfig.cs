namespace Kouyin.Speech.Model.Vocoder.Harmonic;

/// <summary>Sizes of the harmonic vocoder; sample rate, window and hop are its mels'.</summary>
public sealed record HarmonicConfig
{
    /// <summary>Channels of the network that shapes the sound.</summary>
    public int Width { get; init; } = 192;

    /// <summary>Channels between the two linear layers of its blocks.</summary>
    public int Hidden { get; init; } = 512;

    /// <summary>Its blocks.</summary>
    public int Blocks { get; init; } = 6;

    /// <summary>Channels of the network that hears the pitch in a mel.</summary>
    public int PitchWidth { get; init; } = 192;

    /// <summary>Channels between the two linear layers of its blocks.</summary>
    public int PitchHidden { get; init; } = 512;

    /// <summary>Its blocks.</summary>
    public int PitchBlocks { get; init; } = 4;

    /// <summary>Frames that a convolution sees, from 2.</summary>
    public int Kernel { get; init; } = 7;

    /// <summary>How many of them lie ahead, less than <see cref="Kernel"/>.</summary>
    public int AheadPerLayer { get; init; } = 1;

    /// <summary>
    /// Frames ahead that the networks see; a stream waits for them, for the rest of the last window, and for what
    /// <see cref="MelCorrection"/> sees.
    /// </summary>
    public int AheadFrames => AheadPerLayer * Convolutions;

    /// <summary>Frames behind that the networks see.</summary>
    public int BehindFrames => (Kernel - 1 - AheadPerLayer) * Convolutions;

    private int Convolutions => Blocks + 1 + PitchBlocks + 1;
}
