namespace Kouyin;

/// <summary>
/// Something that the user can put right. The command line prints it and exits with 2; the server answers 400.
/// </summary>
/// <param name="what">What is wrong, in one sentence, with the offending value.</param>
/// <param name="where">The file, line, option or field that holds it.</param>
/// <param name="fix">What to do about it.</param>
public sealed class UserException(string what, string where, string fix)
    : Exception($"{what}\n  where: {where}\n  fix:   {fix}")
{
    /// <summary>What is wrong.</summary>
    public string What { get; } = what;

    /// <summary>Where it is.</summary>
    public string Where { get; } = where;

    /// <summary>How to fix it.</summary>
    public string Fix { get; } = fix;
}
