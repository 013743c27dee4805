namespace Kouyin.Speech.Voices;

/// <summary>How a voice speaks unless it is asked to speak otherwise.</summary>
public sealed record SynthesisDefaults
{
    /// <summary>Steps of the decoder, in [1, 1000].</summary>
    public int Steps { get; init; } = 4;

    /// <summary>Deviation of the noise at the start, in [0, 2].</summary>
    public double Temperature { get; init; } = 0.333;

    /// <summary>How long everything lasts beside what the model says, in [0.25, 4].</summary>
    public double LengthScale { get; init; } = 1;

    /// <summary>How much of its way flow1d is spared, in [0, 1).</summary>
    public double HeadStart { get; init; } = 0.5;

    /// <summary>These, as options.</summary>
    public SayOptions ToOptions() => new()
    {
        Steps = Steps, Temperature = Temperature, Speed = 1 / LengthScale, HeadStart = HeadStart,
    };

    internal IEnumerable<string> Problems()
    {
        if (Steps is < 1 or > 1000)
            yield return $"synthesis.steps is {Steps}, but must be from 1 to 1000";
        if (Temperature is not (>= 0 and <= 2))
            yield return $"synthesis.temperature is {Temperature}, but must be from 0 to 2";
        if (LengthScale is not (>= 0.25 and <= 4))
            yield return $"synthesis.length_scale is {LengthScale}, but must be from 0.25 to 4";
        if (HeadStart is not (>= 0 and < 1))
            yield return $"synthesis.head_start is {HeadStart}, but must be from 0 to less than 1";
    }
}
