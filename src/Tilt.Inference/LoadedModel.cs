using Tilt.Models;
using Tilt.Rollouts;

namespace Tilt.Inference;

/// <summary>Which engine computes a model.</summary>
public enum EngineChoice
{
    /// <summary>The fused engine for models of up to <see cref="LoadedModel.MostFusedParameters"/> parameters, else libtorch.</summary>
    Auto,

    /// <summary>The fused vector kernels on the CPU.</summary>
    Fused,

    /// <summary>libtorch.</summary>
    Libtorch,
}

/// <summary>A checkpoint folder loaded for sampling and scoring, with its tokenizer, by the engine that suits it.</summary>
public sealed class LoadedModel : IDisposable
{
    /// <summary>Models with more parameters are computed by libtorch unless the fused engine is asked for.</summary>
    public const long MostFusedParameters = 50_000_000;

    private readonly IDisposable[] _owned;

    private LoadedModel(EngineChoice engine, ILanguageModel model, ISampler sampler, ITokenizer tokenizer, params IDisposable[] owned) =>
        (Engine, Model, Sampler, Tokenizer, _owned) = (engine, model, sampler, tokenizer, owned);

    /// <summary>What computes it; never <see cref="EngineChoice.Auto"/>.</summary>
    public EngineChoice Engine { get; }

    /// <summary>The model.</summary>
    public ILanguageModel Model { get; }

    /// <summary>Samples from it.</summary>
    public ISampler Sampler { get; }

    /// <summary>Its tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Which engine a folder's model would be computed by; reads its configuration alone.</summary>
    /// <exception cref="InputException">The configuration is missing, damaged or not supported.</exception>
    public static EngineChoice EngineOf(string folder, EngineChoice choice)
    {
        ModelConfiguration configuration = ModelConfigurationReader.Read(folder);
        if (choice != EngineChoice.Auto) return choice;
        long parameters = ParameterLayout.Of(configuration).Sum(parameter => parameter.Shape.Aggregate(1L, (product, size) => product * size));
        return parameters <= MostFusedParameters ? EngineChoice.Fused : EngineChoice.Libtorch;
    }

    /// <summary>Loads a folder in Hugging Face layout, such as a checkpoint of a training run, in float32.</summary>
    /// <param name="folder">Folder with <c>config.json</c>, safetensors files and <c>tokenizer.json</c>.</param>
    /// <param name="choice">The engine.</param>
    /// <param name="threads">Threads of the fused engine; libtorch's are set for the whole process.</param>
    /// <param name="adapter">Folder of a low-rank adapter in PEFT's layout that is added to the weights, or null.</param>
    /// <exception cref="InputException">A folder or a file in it is missing or damaged, or does not fit its configuration.</exception>
    public static LoadedModel Load(string folder, EngineChoice choice, int threads, string? adapter = null)
    {
        EngineChoice engine = EngineOf(folder, choice);
        ITokenizer tokenizer = TokenizerLoader.Load(folder);
        if (engine == EngineChoice.Fused)
        {
            FusedModel fused = FusedModelLoader.Load(folder, threads, adapter);
            return new LoadedModel(engine, fused, new FusedSampler(fused), tokenizer);
        }
        LoraAdapter? lora = adapter is null ? null : LoraAdapter.Load(adapter, ModelConfigurationReader.Read(folder));
        TorchLanguageModel model = TorchLanguageModel.Load(folder, new() { Adapter = lora });
        return new LoadedModel(engine, model, new TorchSampler(model), tokenizer, model);
    }

    /// <summary>Frees what the engine holds.</summary>
    public void Dispose()
    {
        foreach (IDisposable owned in _owned) owned.Dispose();
    }
}
