namespace Kouyin.App.Doctor;

/// <summary>How a finding is meant.</summary>
internal enum Verdict
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Not needed for speaking, or slower than it could be.</summary>
    Note,

    /// <summary>Something will fail, or crawl, until it is put right.</summary>
    Problem,
}

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="Verdict">How it is.</param>
/// <param name="Name">What was looked at.</param>
/// <param name="Value">What was found.</param>
/// <param name="Fix">What to do about it, if it is not ok.</param>
internal sealed record Finding(Verdict Verdict, string Name, string Value, string? Fix = null)
{
    public static Finding Ok(string name, string value) => new(Verdict.Ok, name, value);

    /// <summary>What the check finds; an error that a user can put right is a finding too.</summary>
    public static Finding From(string name, Func<Finding> check)
    {
        try
        {
            return check();
        }
        catch (UserException e)
        {
            return new(Verdict.Problem, name, $"{e.What} ({e.Where})", e.Fix);
        }
    }
}
