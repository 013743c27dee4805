using Kouyin.Speech.Data;
using Kouyin.Speech.Tests.Data;

namespace Kouyin.Speech.Tests.Training;

/// <summary>Prepared data of twelve short tones by three speakers, and two held out, to train the smallest models on.
/// </summary>
internal static class TrainingCorpus
{
    /// <summary>The smallest acoustic model.</summary>
    public const string Voice = """
        {
          "model": {
            "encoder": { "width": 8, "hidden": 8, "duration_hidden": 8, "layers": 1 },
            "decoder": "flow1d", "flow1d": { "width": 8, "heads": 2, "middle_blocks": 1 },
            "speaker": { "width": 4 }, "segment_frames": 16, "normalize_mel": true
          },
          "batch_frames": 1600, "batch_utterances": 8, "accumulate": 4, "steps": 100, "average_decay": 0.9
        }
        """;

    /// <summary>Prepares it.</summary>
    /// <returns>The folder of the prepared data.</returns>
    public static string Prepare(TemporaryFolder folder)
    {
        foreach (string split in (string[])["train", "test"])
        {
            string content = "";
            for (int k = 0; k < (split == "train" ? 12 : 2); k++)
            {
                string name = $"SSB000{k % 3}{(split == "train" ? 0 : 9)}00{k / 3}";
                content += $"{name}.wav\t广 guang3 州 zhou1 好 hao3\n";
                SmallCorpus.AddSound(
                    folder, $"corpus/{split}/wav/{name[..7]}/{name}.wav", 22050, 0.4 + 0.05 * k);
            }
            folder.Write($"corpus/{split}/content.txt", content);
        }
        PreparationRules rules = new() { KeepAudio = true };
        Preparation.Run(new() { Corpora = [folder["corpus"]], Rules = rules }, folder["data"]);
        return folder["data"];
    }
}
