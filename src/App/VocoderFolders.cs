using Kouyin.Speech;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Model.Vocoder;

namespace Kouyin.App;

/// <summary>Vocoders by name: folders of the clone's voices/, and griffin-lim.</summary>
internal static class VocoderFolders
{
    /// <summary>The name of the vocoder that needs no weights.</summary>
    public const string GriffinLimName = "griffin-lim";

    /// <summary>A vocoder, for certain mels.</summary>
    /// <param name="name">Of the clone, a folder or a file; null takes the clone's for these mels, or
    /// Griffin-Lim.</param>
    /// <param name="mel">The mels that it will be given; null: its own, where it has no choice.</param>
    /// <exception cref="UserException">There is no such vocoder, or it was made for other mels.</exception>
    public static IVocoder Open(string? name, MelConfig? mel = null)
    {
        MelConfig chosen = mel ?? MelConfig.Natural22k;
        if (name == GriffinLimName)
            return new GriffinLim(chosen);
        if (name is null)
        {
            string? fitting = Fitting(chosen).FirstOrDefault();
            return fitting is null ? new GriffinLim(chosen) : VocoderFile.Open(fitting);
        }
        string[] all = [.. All()];
        string? path = all.FirstOrDefault(folder => Path.GetFileName(folder) == name)
            ?? (Path.Exists(name) ? name : null);
        if (path is null)
        {
            string[] names = [.. all.Select(folder => Path.GetFileName(folder)), GriffinLimName];
            throw new UserException(
                $"there is no vocoder «{name}»", "--vocoder",
                $"choose one of: {string.Join(", ", names)}, or give a file");
        }
        return mel is null ? VocoderFile.Open(path) : VocoderFile.Open(path, mel);
    }

    /// <summary>A vocoder for a voice: the one named, the one in the voice's own folder, or the clone's.</summary>
    /// <param name="name">As for <see cref="Open"/>.</param>
    /// <param name="voice">The voice's folder or file.</param>
    /// <param name="mel">The voice's mels.</param>
    public static IVocoder For(string? name, string voice, MelConfig mel)
    {
        string own = VocoderFile.In(voice);
        return Open(name ?? (own != voice && File.Exists(own) ? own : null), mel);
    }

    /// <summary>Names of the clone's vocoders for certain mels.</summary>
    public static IEnumerable<string> Names(MelConfig mel) => Fitting(mel).Select(folder => Path.GetFileName(folder));

    private static IEnumerable<string> Fitting(MelConfig mel) =>
        All().Where(folder => VocoderFile.MelOf(folder).Hash == mel.Hash);

    private static IEnumerable<string> All() =>
        House.Find("voices") is { } root
            ? Directory.GetDirectories(root).Where(folder => File.Exists(VocoderFile.In(folder))).Order()
            : [];
}
