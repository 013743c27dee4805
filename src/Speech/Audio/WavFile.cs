using System.Buffers.Binary;

namespace Kouyin.Speech.Audio;

/// <summary>Writes RIFF WAVE files, mono, 16-bit PCM. It needs no native library.</summary>
public static class WavFile
{
    private const int HeaderBytes = 44;

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="sound">Samples beyond full scale are held at it; they never wrap round.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string path, Sound sound)
    {
        byte[] bytes = Encode(sound.Samples, sound.SampleRate);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The bytes of the file.</summary>
    /// <param name="samples">[N]; beyond -1 to 1 they are held at full scale.</param>
    /// <param name="sampleRate">In hertz.</param>
    public static byte[] Encode(ReadOnlySpan<float> samples, int sampleRate)
    {
        int dataBytes = checked(samples.Length * sizeof(short));
        byte[] bytes = new byte[checked(HeaderBytes + dataBytes)];
        WriteHeader(bytes, sampleRate, dataBytes);
        Span<byte> data = bytes.AsSpan(HeaderBytes);
        for (int i = 0; i < samples.Length; i++)
        {
            if (float.IsNaN(samples[i]))
                throw new ArgumentException($"sample {i} of {samples.Length} is not a number", nameof(samples));
            BinaryPrimitives.WriteInt16LittleEndian(data[(2 * i)..], PcmSamples.Nearest(samples[i]));
        }
        return bytes;
    }

    private static void WriteHeader(Span<byte> header, int sampleRate, int dataBytes)
    {
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], HeaderBytes - 8 + dataBytes);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16); // bytes of the format chunk
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1); // PCM
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1); // channels
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], sampleRate * sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 16); // bits
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], dataBytes);
    }
}
