using Kouyin.Speech;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Model.Vocoder;

namespace Kouyin.App;

/// <summary>Vocoders by name: folders of the clone's voices/, and griffin-lim.</summary>
internal static class VocoderFolders
{
    /// <summary>The name of the vocoder that needs no weights.</summary>
    public const string GriffinLimName = "griffin-lim";

    /// <summary>A vocoder for certain mels.</summary>
    /// <param name="name">Of the clone, a folder or a file; null takes the clone's for these mels, or
    /// Griffin-Lim.</param>
    /// <param name="mel">The mels that it will be given.</param>
    /// <exception cref="UserException">There is no such vocoder, or it was made for other mels.</exception>
    public static IVocoder Open(string? name, MelConfig mel)
    {
        if (name == GriffinLimName)
            return new GriffinLim(mel);
        string[] all = [.. All()];
        if (name is null)
            return Default(all, mel);
        if (all.FirstOrDefault(folder => Path.GetFileName(folder) == name) is { } known)
            return VocoderFile.Open(known, mel);
        return Path.Exists(name)
            ? VocoderFile.Open(name, mel)
            : throw new UserException(
                $"there is no vocoder «{name}»", "--vocoder",
                $"choose one of: {string.Join(", ", [.. all.Select(Path.GetFileName), GriffinLimName])}, or give a "
                    + "file");
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

    private static IVocoder Default(string[] all, MelConfig mel)
    {
        foreach (string folder in all)
        {
            IVocoder vocoder = VocoderFile.Open(folder);
            if (vocoder.Mel.Hash == mel.Hash)
                return vocoder;
            (vocoder as IDisposable)?.Dispose();
        }
        return new GriffinLim(mel);
    }

    /// <summary>Names of the clone's vocoders for certain mels.</summary>
    public static IEnumerable<string> Names(MelConfig mel)
    {
        foreach (string folder in All())
        {
            IVocoder vocoder = VocoderFile.Open(folder);
            using IDisposable? weights = vocoder as IDisposable;
            if (vocoder.Mel.Hash == mel.Hash)
                yield return Path.GetFileName(folder);
        }
    }

    private static IEnumerable<string> All() =>
        House.Find("voices") is { } root
            ? Directory.GetDirectories(root).Where(folder => File.Exists(VocoderFile.In(folder))).Order()
            : [];
}
