using System.Globalization;
using System.Text;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Evaluation.Pictures;

namespace Kouyin.Speech.Telling;

/// <summary>What a run has spoken, in its folder samples: a folder a step, and one of the recordings.</summary>
/// <param name="run">The run's folder.</param>
internal sealed class SampleFolder(string run)
{
    /// <summary>Its name in the run's folder.</summary>
    public const string Name = "samples";

    private const string Recorded = "recorded", StepPrefix = "step-";

    /// <summary>Writes what was made at a step: of every specimen its picture, sound and recording.</summary>
    public void Write(long step, IEnumerable<Specimen> specimens)
    {
        Directory.CreateDirectory(Path.Combine(run, Name, Recorded));
        Directory.CreateDirectory(Path.Combine(run, Name, Folder(step)));
        foreach (Specimen specimen in specimens)
        {
            string name = FileName(specimen);
            byte[] picture = Encoding.UTF8.GetBytes(SpecimenPicture.Draw(specimen));
            AtomicFile.Write(PathOf(Folder(step), $"{name}.svg"), stream => stream.Write(picture));
            WriteSound(Recorded, name, specimen.Parts[0]);
            WriteSound(Folder(step), name, specimen.Parts[1]);
        }
    }

    /// <summary>Names of the utterances that were made at a step.</summary>
    public IReadOnlyList<string> At(long step) => Directory.Exists(Path.Combine(run, Name, Folder(step)))
        ? [.. Directory.GetFiles(Path.Combine(run, Name, Folder(step)), "*.svg")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The picture of what was made at a step.</summary>
    public string Picture(long step, string name) => File.ReadAllText(PathOf(Folder(step), $"{name}.svg"));

    /// <summary>What was made at a step: a path from the run's folder, with slashes.</summary>
    public static string Made(long step, string name) => $"{Name}/{Folder(step)}/{name}.wav";

    /// <summary>The recording: a path from the run's folder, with slashes.</summary>
    public static string Recording(string name) => $"{Name}/{Recorded}/{name}.wav";

    /// <summary>Removes what was made after a step, which will be done again.</summary>
    public void CutAfter(long step)
    {
        if (!Directory.Exists(Path.Combine(run, Name)))
            return;
        foreach (string folder in Directory.GetDirectories(Path.Combine(run, Name), StepPrefix + "*"))
        {
            if (long.TryParse(Path.GetFileName(folder)[StepPrefix.Length..], CultureInfo.InvariantCulture, out long at)
                && (at > step || step == 0))
                Directory.Delete(folder, recursive: true);
        }
    }

    private void WriteSound(string folder, string name, SpecimenPart part)
    {
        if (part.Sound is { } sound)
            WavFile.Write(PathOf(folder, $"{name}.wav"), sound with { Samples = Finite(sound.Samples) });
    }

    /// <summary>A model that has only begun to learn may make what is no sound at all: silence then.</summary>
    private static float[] Finite(float[] samples) =>
        Array.ConvertAll(samples, sample => float.IsFinite(sample) ? sample : 0);

    private string PathOf(string folder, string file) => Path.Combine(run, Name, folder, file);

    private static string Folder(long step) => string.Create(CultureInfo.InvariantCulture, $"{StepPrefix}{step:D8}");

    // An id may hold anything; a name of a file and of a link may not.
    private static string FileName(Specimen specimen) => string.Concat(
        specimen.Id.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
}
