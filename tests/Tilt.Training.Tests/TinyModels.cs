using Tilt.HuggingFace.Families;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Settings;
using Tilt.Tasks.Embedded;
using Tilt.Torch.Model;

namespace Tilt.Training.Tests;

/// <summary>A folder with a tiny random model that knows the embedded vocabulary, removed when disposed.</summary>
internal sealed class TinyModel : IDisposable
{
    public TinyModel()
    {
        Root = Directory.CreateTempSubdirectory("tilt-tests-").FullName;
        Folder = Path.Combine(Root, "model");
        Directory.CreateDirectory(Folder);
        WordLevelTokenizerWriter.Write(Folder, EmbeddedVocabulary.Tokens, EmbeddedVocabulary.End, EmbeddedVocabulary.Padding, 192);
        using var model = Transformer.Initialize(new()
        {
            Family = Llama.Family,
            VocabularySize = EmbeddedVocabulary.Size,
            HiddenSize = 16,
            IntermediateSize = 24,
            LayerCount = 2,
            HeadCount = 2,
            KeyValueHeadCount = 2,
            HeadSize = 8,
            ContextLength = 192,
            TiedEmbeddings = true,
            EndOfSequenceIds = [0],
            BeginOfSequenceId = 0,
        }, seed: 3);
        model.Save(Folder);
    }

    public string Root { get; }

    public string Folder { get; }

    /// <summary>A run of a few steps that takes well under a second.</summary>
    public TrainingConfiguration Configuration(string name, ObjectiveConfiguration? objective = null, int steps = 6) => new()
    {
        Name = name,
        Model = Folder,
        Out = Path.Combine(Root, name),
        Seed = 5,
        Steps = steps,
        Dtype = TrainingPrecision.Float32,
        Objective = objective ?? new() { Regime = Regime.Tempered, Alpha = 2 },
        Rollout = new() { PromptsPerStep = 4, Generations = 3, MaxNewTokens = 12 },
        Evaluation = new() { Every = 2, Problems = 8, Samples = 2 },
        Checkpoint = new() { Every = 2, Keep = 2 },
        Optimizer = new() { LearningRate = 1e-2, WarmupSteps = 2 },
    };

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
