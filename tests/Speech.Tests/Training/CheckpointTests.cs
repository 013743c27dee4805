using System.Diagnostics;
using System.Text.Json.Nodes;
using Kouyin.Speech.Data;
using Kouyin.Speech.Training;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Recipe _recipe =
        Recipe.Parse(TrainingCorpus.Voice, "test") with { Accumulate = 2, EvaluateEvery = 2, SaveEvery = 2 };

    private readonly PreparedCorpus _corpus;

    public CheckpointTests()
    {
        _corpus = PreparedCorpus.Open(TrainingCorpus.Prepare(_folder));
        Engine.Threads = 1;
    }

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_last_checkpoints_stay_and_each_can_be_gone_on_from()
    {
        using (Trainer trainer = Trainer.Open(_recipe with { KeepCheckpoints = 3 }, _corpus, _folder["run"], false))
        {
            for (int k = 0; k < 5; k++)
            {
                trainer.Next();
                trainer.Save();
            }
        }

        Assert.Equal(
            ["checkpoint-00000003.safetensors", "checkpoint-00000004.safetensors", "checkpoint.safetensors"],
            Directory.GetFiles(_folder["run"], "checkpoint*").Select(Path.GetFileName).Order());
        using SafeTensors older = SafeTensors.Open(Path.Combine(_folder["run"], "checkpoint-00000003.safetensors"));
        Assert.Equal(3, CheckpointInfo.From(older).Step);
    }

    [Fact]
    public void The_best_product_stays_and_a_run_that_gets_no_better_ends()
    {
        // So small a step size changes no weight, and the same weights measure the same.
        Recipe recipe = _recipe with { BestBy = "prior", Patience = 2, LearningRate = 1e-30, AverageDecay = 0 };
        using Trainer trainer = Trainer.Open(recipe, _corpus, _folder["run"], resume: false);

        double first = 0;
        for (int k = 0; !trainer.IsFinished; k++)
        {
            Assert.True(k < 10);
            trainer.Next();
            if (trainer.Step % 2 == 0 && trainer.Evaluate() is { } losses && first == 0)
                first = losses[1];
        }

        Assert.True(trainer.IsStale);
        Assert.Equal(6, trainer.Step);
        Assert.Equal((2, first), (trainer.Best.Step, trainer.Best.Value));
        Assert.True(File.Exists(Path.Combine(_folder["run"], Trainer.BestFolder, VoiceFile.Name)));
    }

    [Fact]
    public void Other_data_with_as_many_utterances_is_refused_by_name()
    {
        using (Trainer trainer = Trainer.Open(_recipe, _corpus, _folder["run"], resume: false))
            trainer.Save();
        string table = Path.Combine(_folder["data"], PreparedTable.UtteranceFile);
        File.WriteAllText(
            table, File.ReadAllText(table).Replace("SSB00010000", "SSB00010007", StringComparison.Ordinal));
        using PreparedCorpus other = PreparedCorpus.Open(_folder["data"]);

        UserException e = Assert.Throws<UserException>(
            () => Trainer.Open(_recipe with { Seed = 5, LearningRate = 0.5 }, other, _folder["run"], resume: true));

        Assert.Contains("as many utterances, but others", e.What, StringComparison.Ordinal);
        Assert.Contains("learning_rate 0.0001, now 0.5", e.What, StringComparison.Ordinal);
        Assert.Contains("seed 37, now 5", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_from_before_a_key_existed_has_its_default()
    {
        using (Trainer trainer = Trainer.Open(_recipe, _corpus, _folder["run"], resume: false))
            trainer.Save();
        using SafeTensors file = SafeTensors.Open(Path.Combine(_folder["run"], Trainer.CheckpointName));
        CheckpointInfo now = CheckpointInfo.From(file);
        JsonNode recipe = JsonNode.Parse(now.Recipe)!;
        Assert.True(recipe["synthesis"]!.AsObject().Remove("head_start"));

        Assert.Empty((now with { Recipe = recipe.ToJsonString() }).Differences(now));
        recipe["synthesis"]!["head_start"] = 0.25;
        Assert.Contains(
            "synthesis.head_start 0.25, now 0.5",
            Assert.Single((now with { Recipe = recipe.ToJsonString() }).Differences(now)), StringComparison.Ordinal);
    }

    [SmallDiskFact]
    public void A_full_disk_and_a_read_only_folder_are_errors_that_keep_the_old_checkpoint()
    {
        using (Trainer measure = Trainer.Open(_recipe, _corpus, _folder["measure"], resume: false))
            measure.Save();
        long used = Directory.GetFiles(_folder["measure"]).Sum(file => new FileInfo(file).Length);
        Directory.CreateDirectory(_folder["run"]);
        Mount($"-t tmpfs -o size={used + used / 2} none {_folder["run"]}"); // no room for two checkpoints
        try
        {
            using Trainer trainer = Trainer.Open(_recipe, _corpus, _folder["run"], resume: false);
            trainer.Save();
            string path = Path.Combine(_folder["run"], Trainer.CheckpointName);
            byte[] before = File.ReadAllBytes(path);
            trainer.Next();

            UserException full = Assert.Throws<UserException>(trainer.Save);
            Assert.Equal(before, File.ReadAllBytes(path));
            Mount($"-o remount,ro {_folder["run"]}");
            UserException readOnly = Assert.Throws<UserException>(trainer.Save);

            Assert.Equal(before, File.ReadAllBytes(path));
            Assert.Contains("space", full.What, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("read-only", readOnly.What, StringComparison.OrdinalIgnoreCase);
            using Trainer again = Trainer.Open(_recipe, _corpus, _folder["run"], resume: true);
            Assert.Equal(0, again.Step);
        }
        finally
        {
            Process.Start("umount", _folder["run"]).WaitForExit();
        }
    }

    private static void Mount(string arguments)
    {
        using Process mount = Process.Start("mount", arguments);
        mount.WaitForExit();
        Assert.Equal(0, mount.ExitCode);
    }
}

/// <summary>A fact that is skipped, with its reason, where no small disk can be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        string? problem = Problem();
        if (problem is not null)
            Skip = $"needs a small disk, and none can be mounted here: {problem}";
    }

    private static string? Problem()
    {
        string folder = Directory.CreateTempSubdirectory("kouyin").FullName;
        try
        {
            using Process mount = Process.Start(new ProcessStartInfo("mount", $"-t tmpfs -o size=64k none {folder}")
            {
                RedirectStandardError = true,
            })!;
            string error = mount.StandardError.ReadToEnd().Trim();
            mount.WaitForExit();
            if (mount.ExitCode != 0)
                return error;
            Process.Start("umount", folder).WaitForExit();
            return null;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
        finally
        {
            Directory.Delete(folder);
        }
    }
}
