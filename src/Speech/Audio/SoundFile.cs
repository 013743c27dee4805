using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kouyin.Speech.Audio;

/// <summary>Reads sound files through libsndfile: WAV, FLAC, Ogg Vorbis and Opus, MP3 and its other formats.</summary>
public static partial class SoundFile
{
    private const string Library = "libsndfile.so.1";
    private const int ReadMode = 0x10;
    private const int BlockFrames = 16384;

    // libsndfile keeps the reason of a failed open in one global.
    private static readonly Lock Opening = new();

    /// <summary>Decodes a whole file, the mean of its channels.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserException">No such file, no libsndfile, or libsndfile cannot decode it.</exception>
    public static Sound Read(string path)
    {
        RequireReadable(path);
        using FileHandle file = Open(path, out Info info);
        float[] samples = Decode(file, info, path, long.MaxValue);
        return samples.Length >= info.Frames || info.Frames == long.MaxValue
            ? new(samples, info.SampleRate)
            : throw Unreadable(path, $"it ends after {samples.Length} of the {info.Frames} samples it announces");
    }

    /// <summary>Decodes a stretch of a file, the mean of its channels.</summary>
    /// <param name="path">The file, of a format in which libsndfile can seek.</param>
    /// <param name="startSeconds">Where the stretch begins.</param>
    /// <param name="endSeconds">Where it ends.</param>
    /// <exception cref="UserException">As for the whole file, or it ends before the stretch does.</exception>
    public static Sound Read(string path, double startSeconds, double endSeconds)
    {
        RequireReadable(path);
        using FileHandle file = Open(path, out Info info);
        long start = (long)Math.Round(startSeconds * info.SampleRate);
        long count = (long)Math.Round(endSeconds * info.SampleRate) - start;
        if (sf_seek(file, start, 0) != start)
            throw Unreadable(path, $"it has no sample at {startSeconds} s");
        float[] samples = Decode(file, info, path, count);
        return samples.Length == count
            ? new(samples, info.SampleRate)
            : throw Unreadable(path, $"it ends before {endSeconds} s");
    }

    private static float[] Decode(FileHandle file, Info info, string path, long most)
    {
        List<float> mono = new((int)Math.Clamp(Math.Min(info.Frames, most), 0, 1 << 26));
        float[] block = new float[BlockFrames * info.Channels];
        while (mono.Count < most)
        {
            long frames = sf_readf_float(file, block, Math.Min(BlockFrames, most - mono.Count));
            if (frames <= 0)
                break;
            MixDown(block.AsSpan(0, checked((int)frames * info.Channels)), info.Channels, mono);
        }
        return sf_error(file) == 0 ? [.. mono] : throw Unreadable(path, Text(sf_strerror(file)));
    }

    private static void RequireReadable(string path)
    {
        try
        {
            File.OpenHandle(path).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException(
                $"cannot open the sound file: {e.Message}", path, "check the path and its permissions");
        }
    }

    private static FileHandle Open(string path, out Info info)
    {
        try
        {
            lock (Opening)
            {
                FileHandle file = sf_open(path, ReadMode, out info);
                return file.IsInvalid ? throw Unreadable(path, Text(sf_strerror(file))) : file;
            }
        }
        catch (DllNotFoundException)
        {
            throw new UserException("libsndfile is not installed", Library, "apt-get install libsndfile1");
        }
    }

    private static void MixDown(ReadOnlySpan<float> interleaved, int channels, List<float> mono)
    {
        if (channels == 1)
        {
            mono.AddRange(interleaved);
            return;
        }
        for (int i = 0; i < interleaved.Length; i += channels)
        {
            float sum = 0;
            foreach (float sample in interleaved.Slice(i, channels))
                sum += sample;
            mono.Add(sum / channels);
        }
    }

    private static UserException Unreadable(string path, string reason) =>
        new($"cannot decode the sound file: {reason}", path, "replace the file, or leave it out");

    private static string Text(nint utf8) => (Marshal.PtrToStringUTF8(utf8) ?? "unknown error").TrimEnd('.', ' ', '\n');

    /// <summary>SF_INFO of sndfile.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Info
    {
        public long Frames;
        public int SampleRate;
        public int Channels;
        public int Format;
        public int Sections;
        public int Seekable;
    }

    private sealed class FileHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle() => sf_close(handle) == 0;
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial FileHandle sf_open(string path, int mode, out Info info);

    [LibraryImport(Library)]
    private static partial long sf_readf_float(FileHandle file, float[] frames, long count);

    [LibraryImport(Library)]
    private static partial long sf_seek(FileHandle file, long frames, int whence);

    [LibraryImport(Library)]
    private static partial int sf_error(FileHandle file);

    [LibraryImport(Library)]
    private static partial nint sf_strerror(FileHandle file);

    [LibraryImport(Library)]
    private static partial int sf_close(nint file);
}
