using System.CommandLine;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation.Judges;

namespace Kouyin.App.Commands;

/// <summary><c>vectors</c>: what a recipe with <c>"source": "vector"</c> learns from.</summary>
internal static class VectorsCommand
{
    public static Command Create()
    {
        Option<string> data = new("--data") { Description = "A folder made by kouyin prepare.", Required = true };
        Option<string?> verifier = new("--speaker")
        {
            Description = "A speaker verifier (kouyin judge speaker): a vector for each speaker.",
        };
        Option<string?> classifier = new("--accent")
        {
            Description = "An accent classifier (kouyin judge accent): a vector for each accent.",
        };
        Command command = new("vectors", "Put vectors of its speakers and accents beside prepared data.")
        {
            data, verifier, classifier,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () => Write(
                parsed.GetRequiredValue(data), parsed.GetValue(verifier), parsed.GetValue(classifier),
                parsed.InvocationConfiguration.Output),
            cancel));
        return command;
    }

    private static void Write(string data, string? verifierFile, string? classifierFile, TextWriter output)
    {
        if (verifierFile is null && classifierFile is null)
        {
            throw new UserException(
                "no network is given that could make vectors", "--speaker, --accent",
                "give a speaker verifier, an accent classifier, or both; kouyin judge --help trains them");
        }
        using PreparedCorpus corpus = PreparedCorpus.Open(data);
        if (verifierFile is not null)
        {
            using SpeakerVerifier verifier = SpeakerVerifier.Load(verifierFile);
            Save(corpus.Folder, VectorOf.Speaker, CorpusVectors.Speakers(corpus, verifier), output);
        }
        if (classifierFile is not null)
        {
            using AccentClassifier classifier = AccentClassifier.Load(classifierFile);
            Save(corpus.Folder, VectorOf.Accent, CorpusVectors.Accents(corpus, classifier), output);
        }
    }

    private static void Save(
        string folder, VectorOf of, IReadOnlyDictionary<string, float[]> vectors, TextWriter output)
    {
        PreparedVectors.Save(folder, of, vectors);
        string kind = of == VectorOf.Speaker ? "speaker" : "accent";
        output.WriteLine(
            $"{kind}s: {vectors.Count} vectors in {Path.Combine(folder, PreparedVectors.FileName)}; a recipe needs "
            + $"\"model\": {{ \"{kind}\": {{ \"source\": \"vector\", \"width\": {vectors.Values.First().Length} }} }}");
    }
}
