namespace Kouyin.Speech.Training;

/// <summary>How many steps a run may skip before something must be wrong with it.</summary>
/// <param name="limit">So many; a hundred good steps forgive one.</param>
internal sealed class SkipBudget(int limit)
{
    private const double Forgiven = 0.01;

    /// <summary>Steps skipped in all.</summary>
    public long Skipped { get; set; }

    /// <summary>Those that are not forgiven yet.</summary>
    public double Held { get; set; }

    /// <summary>Counts a step.</summary>
    /// <param name="skipped">Why nothing was learnt, or null.</param>
    /// <param name="step">Which.</param>
    /// <exception cref="UserException">There were too many.</exception>
    public void Count(SkippedStep? skipped, long step)
    {
        Held = skipped is null ? Math.Max(0, Held - Forgiven) : Held + 1;
        if (skipped is null)
            return;
        Skipped++;
        if (Held > limit)
        {
            throw new UserException(
                $"{Skipped} steps were skipped up to step {step}; the last: {skipped.Reason}",
                string.Join(", ", skipped.Utterances),
                "look at these utterances, or lower learning_rate; --resume goes on from the last checkpoint");
        }
    }
}
