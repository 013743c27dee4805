using System.Text;

namespace Kouyin.Speech.Telling;

/// <summary>A run's log: a JSON object a line, in the order in which things happened.</summary>
/// <remarks>
/// A run that goes on first cuts what the log says of later steps than its checkpoint's: every step is told once.
/// </remarks>
public sealed class RunLog : IDisposable
{
    /// <summary>Its name in the run's folder.</summary>
    public const string Name = "log.jsonl";

    private readonly StreamWriter _writer;
    private readonly List<LogRow> _rows;

    private RunLog(string path, List<LogRow> rows)
    {
        _rows = rows;
        _writer = new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
    }

    /// <summary>All rows, in order.</summary>
    public IReadOnlyList<LogRow> Rows => _rows;

    /// <summary>Opens the log of a run.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="step">Steps done; 0 for a new run, whose log begins empty.</param>
    public static RunLog Open(string folder, long step)
    {
        string path = Path.Combine(folder, Name);
        string[] lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        List<LogRow> rows = [.. lines.Select(LogRow.Parse).OfType<LogRow>().Where(row => step > 0 && row.Step <= step)];
        if (rows.Count < lines.Length)
        {
            AtomicFile.Write(path, stream =>
                stream.Write(Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => row.ToJson() + "\n")))));
        }
        return new(path, rows);
    }

    /// <summary>Reads the log of a run, which may be going on.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="UserException">It has no log.</exception>
    public static IReadOnlyList<LogRow> Read(string folder)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            throw new UserException("there is no log of a run", path, "give a folder that kouyin train made");
        return [.. File.ReadLines(path).Select(LogRow.Parse).OfType<LogRow>()];
    }

    /// <summary>Appends a row; it is in the file when this returns.</summary>
    public void Add(LogRow row)
    {
        _rows.Add(row);
        _writer.Write(row.ToJson() + "\n");
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
