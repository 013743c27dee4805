using System.Globalization;
using Google.Protobuf;
using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Telling;

/// <summary>What TensorBoard shows of a run: numbers, pictures, sounds and texts, each at a step.</summary>
/// <remarks>
/// Messages and fields of TensorFlow's event.proto, summary.proto and tensor.proto. A run that goes on writes a file of
/// its own, after cutting what earlier files say of later steps: those steps will be done again.
/// </remarks>
internal sealed class EventFile : IDisposable
{
    private const string Prefix = "events.out.tfevents.", Version = "brain.Event:2";
    private const int SessionStart = 1, StringType = 7;

    private readonly FileStream _file;
    private readonly TimeProvider _clock;

    private EventFile(string path, TimeProvider clock)
    {
        _clock = clock;
        _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
    }

    /// <summary>Starts a file in a run's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="step">Steps done: 0 for a new run.</param>
    /// <param name="clock">When things happen.</param>
    public static EventFile Start(string folder, long step, TimeProvider clock)
    {
        string[] earlier = [.. Directory.GetFiles(folder, Prefix + "*").Order(StringComparer.Ordinal)];
        foreach (string path in earlier)
            CutAfter(path, step);
        long last = earlier.Length == 0 ? 0 : Number(earlier[^1]);
        long number = Math.Max(clock.GetUtcNow().ToUnixTimeSeconds(), last + 1); // TensorBoard reads files by name
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{number:D10}.{Environment.MachineName}.{Environment.ProcessId}");
        EventFile file = new(Path.Combine(folder, name), clock);
        file.Append(0, 3, Version);
        if (step > 0) // whoever has read what was cut is told to forget it
            file.Append(step + 1, 7, new Message().Add(1, SessionStart));
        file.Flush();
        return file;
    }

    /// <summary>Adds a point to a curve.</summary>
    public void Scalar(long step, string tag, double value) => Summary(step, tag, 2, (float)value);

    /// <summary>Adds a picture.</summary>
    /// <param name="step">At which step.</param>
    /// <param name="tag">Its name; parts are set off by slashes.</param>
    /// <param name="png">A PNG file.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    public void Image(long step, string tag, byte[] png, int width, int height)
    {
        const int Rgb = 3;
        Summary(step, tag, 4, new Message().Add(1, (long)height).Add(2, (long)width).Add(3, (long)Rgb).Add(4, png));
    }

    /// <summary>Adds a sound.</summary>
    public void Audio(long step, string tag, Sound sound) => Summary(
        step, tag, 6,
        new Message().Add(1, (float)sound.SampleRate).Add(2, 1L).Add(3, (long)sound.Samples.Length)
            .Add(4, WavFile.Encode(sound.Samples, sound.SampleRate)).Add(5, "audio/wav"));

    /// <summary>Adds a text, which is shown as Markdown.</summary>
    public void Text(long step, string tag, string markdown)
    {
        Message metadata = new Message().Add(1, new Message().Add(1, "text"));
        Message shape = new Message().Add(2, new Message().Add(1, 1L));
        Message tensor = new Message().Add(1, (long)StringType).Add(2, shape).Add(8, markdown);
        Value(step, new Message().Add(1, tag).Add(8, tensor).Add(9, metadata));
    }

    /// <summary>Lets readers see all that was added.</summary>
    public void Flush() => _file.Flush();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Summary(long step, string tag, int field, float value) =>
        Value(step, new Message().Add(1, tag).Add(field, value));

    private void Summary(long step, string tag, int field, Message value) =>
        Value(step, new Message().Add(1, tag).Add(field, value));

    private void Value(long step, Message value) => Append(step, 5, new Message().Add(1, value));

    private void Append(long step, int field, Message what) => Append(Event(step).Add(field, what));

    private void Append(long step, int field, string what) => Append(Event(step).Add(field, what));

    private Message Event(long step) =>
        new Message().Add(1, _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0).Add(2, step);

    private void Append(Message message) => RecordFile.Append(_file, message.ToArray());

    /// <summary>Ends a file before its first event of a later step; one that says nothing of the run goes.</summary>
    private static void CutAfter(string path, long step)
    {
        if (step == 0)
        {
            File.Delete(path);
            return;
        }
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        long end = 0;
        foreach (var (record, recordEnd) in RecordFile.Read(file))
        {
            if (StepOf(record) > step)
                break;
            end = recordEnd;
        }
        file.SetLength(end);
    }

    private static long StepOf(byte[] message)
    {
        using CodedInputStream fields = new(message);
        while (fields.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 2)
                return fields.ReadInt64();
            fields.SkipLastField();
        }
        return 0;
    }

    private static long Number(string path)
    {
        string number = Path.GetFileName(path)[Prefix.Length..].Split('.')[0];
        return long.TryParse(number, CultureInfo.InvariantCulture, out long value) ? value : 0;
    }
}
