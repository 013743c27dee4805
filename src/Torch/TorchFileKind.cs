namespace Kouyin.Torch;

/// <summary>Tells a file of <c>torch.save</c> from what people mistake for one.</summary>
internal static class TorchFileKind
{
    // A pickle of protocol 2 holding torch's magic number 0x1950a86a20f9469cfc6c.
    private static readonly byte[] Legacy =
        [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    /// <summary>Throws unless the file begins as a zip archive; leaves the stream at its start.</summary>
    public static void RefuseOthers(string path, FileStream file)
    {
        Span<byte> start = stackalloc byte[512];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        if (start.StartsWith("PK\u0003\u0004"u8))
            return;
        if (start.StartsWith(Legacy))
            throw new UserException(
                "this file is in the format that torch.save wrote before PyTorch 1.6", path,
                "save it again in Python: torch.save(torch.load(FILE, map_location=\"cpu\"), \"new.pt\")");
        if (start.Length > 9 && start[8] == '{' && start[9] == '"')
            throw new UserException("this is a safetensors file already", path, "use it as it is: it needs no import");
        throw TorchFile.Broken(path, "it does not begin as one");
    }
}
