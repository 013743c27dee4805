using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Kouyin.Speech.Model;
using Kouyin.Speech.Training.Recipes;
using Kouyin.Speech.Voices;

namespace Kouyin.Speech.Training;

/// <summary>How the step size goes.</summary>
public enum RateSchedule
{
    /// <summary>A warm-up, then along a cosine to <see cref="Recipe.FinalRate"/>: constant where that is 1.</summary>
    Cosine,

    /// <summary>Up over the warm-up, then as the inverse square root of the step (Vaswani et al. 2017, section 5.3);
    /// the peak is the unit.</summary>
    Noam,
}

/// <summary>Everything that decides what a training run makes, but the data.</summary>
public sealed record Recipe
{
    /// <summary>How recipes are written.</summary>
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        WriteIndented = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The same in one line.</summary>
    internal static readonly JsonSerializerOptions Line = new(Json) { WriteIndented = false };

    /// <summary>The acoustic model.</summary>
    public AcousticConfig Model { get; init; } = new();

    /// <summary>The vocoder, where the run is to make one in place of an acoustic model.</summary>
    public VocoderRecipe? Vocoder { get; init; }

    /// <summary>Which of the prepared data the run learns from.</summary>
    public DataRecipe Data { get; init; } = new();

    /// <summary>Another model that the run starts from; null starts fresh.</summary>
    public StartRecipe? Start { get; init; }

    /// <summary>Modules that stay as they are, by the first parts of their parameters' names: no gradient, no dropout.
    /// </summary>
    public IReadOnlyList<string> Freeze { get; init; } = [];

    /// <summary>Frames in a batch, padding included; a batch holds as many utterances of like length as fit.</summary>
    public int BatchFrames { get; init; } = 4800;

    /// <summary>Utterances in a batch at most.</summary>
    public int BatchUtterances { get; init; } = 16;

    /// <summary>
    /// Portions that a step's batch is cut into, done one after another or by several processes: less memory, and the
    /// same result for any number of processes that divides it.
    /// </summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>
    /// Upper bounds of the length buckets of which batches are made, in frames, ascending; beyond the last comes one
    /// more. Empty: narrow ones that follow the data.
    /// </summary>
    public IReadOnlyList<int> Buckets { get; init; } = [];

    /// <summary>
    /// Evens out accents: one with n utterances is shown in proportion to n^(1/temperature). 1 shows all data as it is.
    /// </summary>
    public double AccentTemperature { get; init; } = 1;

    /// <summary>The same for the speakers within each accent.</summary>
    public double SpeakerTemperature { get; init; } = 1;

    /// <summary>Optimizer steps.</summary>
    public int Steps { get; init; } = 200_000;

    /// <summary>Step size of Adam, at its largest.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>How the step size goes.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Cosine;

    /// <summary>Steps over which the step size rises from 0.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>
    /// Share of the step size that is left at the last step, falling along a cosine; 1 keeps it constant.
    /// </summary>
    public double FinalRate { get; init; } = 1;

    /// <summary>Largest norm of the gradients of each module of an acoustic model, or of all of a vocoder.</summary>
    public double GradientLimit { get; init; } = 1;

    /// <summary>Decay of the running average of the weights with which the voice speaks, in [0, 1); 0 takes the
    /// weights.
    /// </summary>
    public double AverageDecay { get; init; }

    /// <summary>
    /// Whether convolutions and linear layers compute in bfloat16, where the processor is fast at it.
    /// </summary>
    public bool Bf16 { get; init; }

    /// <summary>
    /// Steps that may be skipped because a loss or gradient is no finite number, before the run stops; a hundred good
    /// steps forgive one.
    /// </summary>
    public int SkipLimit { get; init; } = 20;

    /// <summary>How the voice speaks unless it is asked to speak otherwise.</summary>
    public SynthesisDefaults Synthesis { get; init; } = new();

    /// <summary>Decides the first weights, the order of batches, and all that is drawn.</summary>
    public int Seed { get; init; } = 37;

    /// <summary>Steps between checkpoints.</summary>
    public int SaveEvery { get; init; } = 1000;

    /// <summary>Checkpoints to keep, the newest included.</summary>
    public int KeepCheckpoints { get; init; } = 1;

    /// <summary>
    /// The loss by which measurements on held-out utterances are compared: the product with the lowest so far is kept
    /// in the folder best. Null: none is.
    /// </summary>
    public string? BestBy { get; init; }

    /// <summary>Measurements in a row without a better one after which the run ends; 0: it does not.</summary>
    public int Patience { get; init; }

    /// <summary>Steps between measurements on held-out utterances.</summary>
    public int EvaluateEvery { get; init; } = 500;

    /// <summary>Steps of which the log holds the means.</summary>
    public int LogEvery { get; init; } = 20;

    /// <summary>Steps between samples: a few held-out utterances as the run makes them, to hear and to see.</summary>
    public int ShowEvery { get; init; } = 5000;

    /// <summary>Reads a recipe with all that it extends: a file, or the folder that holds recipe.json.</summary>
    /// <exception cref="UserException">It is not there, is no JSON, names an unknown key, or breaks a rule.</exception>
    public static Recipe Load(string path) => ResolvedRecipe.Load(path).Recipe;

    /// <summary>The whole recipe that a run left in its folder; null where there is none.</summary>
    public static Recipe? OfRun(string folder)
    {
        string file = Path.Combine(folder, RecipeFile.Name);
        return File.Exists(file) ? Load(file) : null;
    }

    /// <summary>Reads a recipe from JSON.</summary>
    /// <param name="json">Only what differs from the recipe that it extends, or else from the defaults.</param>
    /// <param name="where">What to call it in errors; recipes that it extends are looked for beside it.</param>
    public static Recipe Parse(string json, string where) =>
        ResolvedRecipe.Resolve(RecipeFile.Parse(json, where), null, []).Recipe;

    /// <summary>Reads the values of recipe files.</summary>
    internal static Recipe From(RecipeNode values, string where)
    {
        Recipe recipe;
        try
        {
            recipe = JsonSerializer.Deserialize<Recipe>(values.ToJson(), Json)!;
        }
        catch (JsonException e)
        {
            string[] keys = e.Path?.Split('.', '[')[1..] ?? [];
            throw RecipeNode.Wrong(
                $"the recipe's value at {e.Path} cannot be read: {e.Message.Split(" Path:")[0]}",
                values.Nearest(keys).Origin);
        }
        string[] problems = [.. recipe.Problems()];
        return problems.Length == 0
            ? recipe
            : throw new UserException(string.Join("; ", problems), where, "correct the values");
    }

    /// <summary>The whole recipe, defaults included, as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Everything that is wrong with the values, at once.</summary>
    public IEnumerable<string> Problems()
    {
        if (BatchFrames < 100)
            yield return $"batch_frames is {BatchFrames}, but a batch needs at least 100 frames";
        if (BatchUtterances < 1)
            yield return $"batch_utterances is {BatchUtterances}, but must be at least 1";
        if (Accumulate < 1 || BatchFrames / Accumulate < 100 || BatchUtterances < Accumulate)
            yield return $"accumulate is {Accumulate}, but must be at least 1, at most batch_utterances, and leave "
                + "100 of the batch_frames to each portion";
        if (SkipLimit < 0)
            yield return $"skip_limit is {SkipLimit}, but must be at least 0";
        if (Buckets.Any(bound => bound < 1) || Buckets.Zip(Buckets.Skip(1)).Any(pair => pair.First >= pair.Second))
            yield return $"buckets is [{string.Join(", ", Buckets)}], but must be positive and ascending";
        if (!(AccentTemperature >= 1) || !(SpeakerTemperature >= 1))
            yield return "accent_temperature and speaker_temperature must be at least 1";
        if (Steps < 1)
            yield return $"steps is {Steps}, but must be at least 1";
        if (LearningRate is <= 0 or > 1)
            yield return $"learning_rate is {LearningRate}, but must be in (0, 1]";
        if (WarmupSteps < 0 || (Schedule == RateSchedule.Cosine && WarmupSteps > Steps))
            yield return $"warmup_steps is {WarmupSteps}, but must be in [0, steps]";
        if (FinalRate is < 0 or > 1)
            yield return $"final_rate is {FinalRate}, but must be in [0, 1]";
        if (Schedule == RateSchedule.Noam && (WarmupSteps < 1 || FinalRate != 1))
            yield return "schedule noam needs warmup_steps, and has no final_rate";
        if (AverageDecay is < 0 or >= 1)
            yield return $"average_decay is {AverageDecay}, but must be in [0, 1)";
        if (SaveEvery < 1 || EvaluateEvery < 1 || LogEvery < 1 || ShowEvery < 1)
            yield return "save_every, evaluate_every, log_every and show_every must be at least 1";
        if (KeepCheckpoints < 1)
            yield return $"keep_checkpoints is {KeepCheckpoints}, but must be at least 1";
        if (Patience < 0 || (Patience > 0 && BestBy is null))
            yield return $"patience is {Patience}, but must be at least 0, and needs best_by";
        foreach (string problem in Data.Problems().Concat(Start?.Problems() ?? []).Concat(Synthesis.Problems())
            .Concat(Vocoder?.Problems() ?? []))
            yield return problem;
        foreach (string problem in Model.Problems())
            yield return problem;
    }

    /// <summary>This recipe with as many portions a step as processes can share.</summary>
    /// <param name="processes">How many.</param>
    /// <exception cref="UserException">They cannot.</exception>
    internal Recipe SharedBy(int processes)
    {
        Recipe shared = Accumulate == 1 ? this with { Accumulate = processes } : this;
        if (shared.Accumulate % processes != 0)
        {
            throw new UserException(
                $"{processes} processes cannot share {Accumulate} portions of a step's batch evenly", "accumulate",
                $"set it to a multiple of {processes}, or start another number of processes");
        }
        string[] problems = [.. shared.Problems()];
        return problems.Length == 0
            ? shared
            : throw new UserException(
                string.Join("; ", problems), $"the recipe, shared by {processes} processes", "correct the values");
    }

    /// <summary>This recipe with the batches of one of a step's portions.</summary>
    internal Recipe OfPortion() => this with
    {
        BatchFrames = BatchFrames / Accumulate,
        BatchUtterances = BatchUtterances / Accumulate,
    };

    /// <summary>The schedule's factor on the step size.</summary>
    /// <param name="step">From 1.</param>
    public double RateAt(long step)
    {
        if (Schedule == RateSchedule.Noam)
            return Math.Min((double)step / WarmupSteps, Math.Sqrt((double)WarmupSteps / step));
        double warm = WarmupSteps == 0 ? 1 : Math.Min(1, (double)step / WarmupSteps);
        double cosine = 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, (double)step / Steps)));
        return warm * (FinalRate + (1 - FinalRate) * cosine);
    }
}
