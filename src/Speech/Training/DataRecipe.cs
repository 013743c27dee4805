using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Training;

/// <summary>Which of the prepared utterances a run learns from, and how they must have been prepared.</summary>
public sealed record DataRecipe
{
    /// <summary>Only these accents; null takes all.</summary>
    public IReadOnlyList<string>? Accents { get; init; }

    /// <summary>Not these accents.</summary>
    public IReadOnlyList<string> ExcludeAccents { get; init; } = [];

    /// <summary>Only these speakers; null takes all.</summary>
    public IReadOnlyList<string>? Speakers { get; init; }

    /// <summary>Not these speakers.</summary>
    public IReadOnlyList<string> ExcludeSpeakers { get; init; } = [];

    /// <summary>
    /// Whether each accent gives as many training utterances as the smallest has, drawn once by the seed.
    /// </summary>
    public bool BalanceAccents { get; init; }

    /// <summary>The mel settings that the data must have, by name; null takes any.</summary>
    public string? Mel { get; init; }

    /// <summary>The phone set that the data must have, by name; null takes any.</summary>
    public string? Phones { get; init; }

    /// <summary>What must have become of written pauses; null takes any.</summary>
    public PauseRule? Silence { get; init; }

    /// <summary>Whether the run is for this utterance.</summary>
    internal bool Selects(PreparedUtterance u) =>
        !Excludes(u) && Accents?.Contains(u.Accent) != false && Speakers?.Contains(u.Speaker) != false;

    /// <summary>Whether the run must not see this utterance, not even to remember others.</summary>
    internal bool Excludes(PreparedUtterance u) =>
        ExcludeAccents.Contains(u.Accent) || ExcludeSpeakers.Contains(u.Speaker);

    /// <summary>The names in these lists that the data does not have.</summary>
    internal IEnumerable<string> Missing(PreparedInfo info) =>
        (Accents ?? []).Concat(ExcludeAccents).Except(info.Accents)
        .Concat((Speakers ?? []).Concat(ExcludeSpeakers).Except(info.Speakers.Select(speaker => speaker.Name)));

    internal IEnumerable<string> Problems()
    {
        if (Mel is not null && !MelConfig.Profiles.ContainsKey(Mel))
            yield return $"data.mel is {Mel}, but there are only {string.Join(", ", MelConfig.Profiles.Keys)}";
        if (Phones is not null && PhoneSet.All.All(set => set.Name != Phones))
            yield return $"data.phones is {Phones}, but there are only "
                + string.Join(", ", PhoneSet.All.Select(set => set.Name));
    }
}
