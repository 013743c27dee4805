using System.Runtime.InteropServices;
using Kouyin.Speech.Phones;

namespace Kouyin.Tools.FrontEnd;

/// <summary>Lays the sections of a compiled dictionary one after another.</summary>
internal sealed class LexiconWriter
{
    private readonly Dictionary<LexiconSection, byte[]> _sections = [];

    /// <summary>Gives a section its content.</summary>
    public void Add<T>(LexiconSection section, ReadOnlySpan<T> content) where T : unmanaged =>
        _sections.Add(section, MemoryMarshal.AsBytes(content).ToArray());

    /// <summary>Writes the file.</summary>
    public void Save(string path)
    {
        using BinaryWriter writer = new(File.Create(path));
        LexiconSection[] order = Enum.GetValues<LexiconSection>();
        writer.Write(LexiconFormat.Magic);
        writer.Write(Syllables.Count);
        writer.Write(order.Length);
        uint at = Aligned((uint)LexiconFormat.TableEnd);
        foreach (LexiconSection section in order)
        {
            uint bytes = (uint)_sections[section].Length;
            writer.Write(at);
            writer.Write(bytes);
            at = Aligned(at + bytes);
        }
        foreach (LexiconSection section in order)
        {
            writer.Seek((int)Aligned((uint)writer.BaseStream.Position), SeekOrigin.Begin);
            writer.Write(_sections[section]);
        }
    }

    private static uint Aligned(uint offset) => (offset + 7) & ~7u;
}
