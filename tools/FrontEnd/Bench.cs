using System.Diagnostics;
using Reader = Kouyin.Speech.Phones.FrontEnd;

namespace Kouyin.Tools.FrontEnd;

/// <summary>How fast reading starts and goes, and what memory it takes.</summary>
internal static class Bench
{
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);

    /// <summary>Measures and prints; run it in Release.</summary>
    public static void Print(string path)
    {
        TimeSpan before = Spent();
        Reader.Default.Read("今天是2024年1月1日，天气不错。");
        Console.WriteLine(
            $"start and first sentence  {(Spent() - before).TotalMilliseconds,10:F1} ms of processor time");
        string[] lines = File.ReadAllLines(path);
        Rate(lines, Warmup);
        Console.WriteLine($"speed, one thread         {Rate(lines, Measured),10:F0} characters/s of processor time");
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine($"resident memory           {self.WorkingSet64 / 1048576.0,10:F1} MiB");
    }

    private static TimeSpan Spent()
    {
        using Process self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }

    /// <summary>Characters a second of processor time, which other programs on the machine do not change.</summary>
    private static double Rate(string[] lines, TimeSpan duration)
    {
        TimeSpan start = Spent();
        TimeSpan spent = default;
        long characters = 0;
        for (int i = 0; spent < duration; i++)
        {
            Reader.Default.Read(lines[i % lines.Length]);
            characters += lines[i % lines.Length].Length;
            if (i % 64 != 0)
                continue;
            spent = Spent() - start;
        }
        return characters / spent.TotalSeconds;
    }
}
