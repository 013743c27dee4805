namespace Kouyin.Speech.Evaluation;

/// <summary>Errors among tokens of one kind.</summary>
/// <param name="Tokens">Tokens said.</param>
/// <param name="Substituted">Heard as another.</param>
/// <param name="Deleted">Said and not heard.</param>
/// <param name="Inserted">Heard and not said.</param>
public readonly record struct ErrorCount(int Tokens, int Substituted, int Deleted, int Inserted)
{
    /// <summary>All errors.</summary>
    public int Errors => Substituted + Deleted + Inserted;

    /// <summary>Counts added up.</summary>
    public static ErrorCount operator +(ErrorCount a, ErrorCount b) => new(
        a.Tokens + b.Tokens, a.Substituted + b.Substituted, a.Deleted + b.Deleted, a.Inserted + b.Inserted);
}

/// <summary>What was heard against what was said, by kind of token.</summary>
/// <param name="Initials">Initials.</param>
/// <param name="Finals">Finals, without tone.</param>
/// <param name="Tones">Tones.</param>
public sealed record TokenErrors(ErrorCount Initials, ErrorCount Finals, ErrorCount Tones)
{
    /// <summary>All kinds together.</summary>
    public ErrorCount All => Initials + Finals + Tones;

    /// <summary>
    /// Counts the fewest errors that turn what was said into what was heard. A substitution counts for the kind of the
    /// token that was said; an initial is never heard as a final, but one is deleted and the other inserted.
    /// </summary>
    public static TokenErrors Between(SpokenTokens said, SpokenTokens heard)
    {
        ErrorCount initials = default, finals = default, tones = default;
        foreach ((int? reference, int? found) in Align(said.Phones, heard.Phones, SameKind))
        {
            if (RecognizerSymbols.IsInitial(reference ?? found!.Value))
                initials += Count(reference, found);
            else
                finals += Count(reference, found);
        }
        foreach ((int? reference, int? found) in Align(said.Tones, heard.Tones, (_, _) => true))
            tones += Count(reference, found);
        return new(initials, finals, tones);
    }

    private static bool SameKind(int a, int b) => RecognizerSymbols.IsInitial(a) == RecognizerSymbols.IsInitial(b);

    private static ErrorCount Count(int? said, int? heard) => (said, heard) switch
    {
        (null, _) => new(0, 0, 0, 1),
        (_, null) => new(1, 0, 1, 0),
        _ => new(1, said == heard ? 0 : 1, 0, 0),
    };

    /// <summary>Pairs of a shortest edit path, first to last; null on a side where nothing stands.</summary>
    private static Stack<(int? Said, int? Heard)> Align(
        IReadOnlyList<int> said, IReadOnlyList<int> heard, Func<int, int, bool> mayReplace)
    {
        int[,] cost = new int[said.Count + 1, heard.Count + 1];
        int Swap(int i, int j) => said[i] == heard[j] ? 0 : mayReplace(said[i], heard[j]) ? 1 : 2;
        for (int i = 0; i <= said.Count; i++)
        {
            for (int j = 0; j <= heard.Count; j++)
            {
                if (i == 0 || j == 0)
                    cost[i, j] = i + j;
                else
                    cost[i, j] = Math.Min(
                        cost[i - 1, j - 1] + Swap(i - 1, j - 1), 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
            }
        }
        Stack<(int?, int?)> path = new();
        for (int i = said.Count, j = heard.Count; i > 0 || j > 0;)
        {
            bool pair = i > 0 && j > 0 && Swap(i - 1, j - 1) is int swap && swap < 2
                && cost[i, j] == cost[i - 1, j - 1] + swap;
            bool delete = !pair && i > 0 && cost[i, j] == cost[i - 1, j] + 1;
            path.Push((pair || delete ? said[i - 1] : null, pair || !delete ? heard[j - 1] : null));
            (i, j) = (pair || delete ? i - 1 : i, pair || !delete ? j - 1 : j);
        }
        return path;
    }
}
