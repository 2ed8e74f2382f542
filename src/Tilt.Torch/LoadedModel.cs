using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Inference.Fused;
using Tilt.Rollouts;
using Tilt.Torch.Decoding;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch;

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

/// <summary>How <see cref="LoadedModel.Load"/> loads a folder.</summary>
public sealed record LoadedModelOptions
{
    /// <summary>The engine. Default: by the model's size.</summary>
    public EngineChoice Engine { get; init; } = EngineChoice.Auto;

    /// <summary>Threads of the fused engine; libtorch's are set for the whole process. Default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Folder of a low-rank adapter in PEFT's layout that is added to the weights, or null.</summary>
    public string? Adapter { get; init; }

    /// <summary>Precision of the products; the fused engine knows float32 alone. Default float32.</summary>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Float32;

    /// <summary>How libtorch's engine keeps the matrices. Default mapped.</summary>
    public WeightStorage Storage { get; init; } = WeightStorage.Mapped;

    /// <summary>Where to compute (<see cref="ComputeDevice"/>); any other than the CPU is libtorch's. Default: the CPU.</summary>
    public Device? Device { get; init; }
}

/// <summary>A checkpoint folder loaded for sampling and scoring, with its tokenizer, by the engine that suits it.</summary>
public sealed class LoadedModel : IDisposable
{
    /// <summary>Models with more parameters are computed by libtorch unless the fused engine is asked for.</summary>
    public const long MostFusedParameters = 50_000_000;

    private const int MostSequences = 1024;

    private readonly string _folder;
    private readonly Lazy<ITokenizer> _tokenizer;
    private readonly ModelConfiguration _configuration;
    private readonly ComputePrecision _precision;
    private readonly IDisposable[] _owned;

    private LoadedModel(string folder, ModelConfiguration configuration, LoadedModelOptions options, ILanguageModel model, ISampler sampler,
        params IDisposable[] owned)
    {
        (_folder, _configuration, _precision, _owned) = (folder, configuration, options.Precision, owned);
        (Engine, Model, Sampler) = (options.Engine, model, sampler);
        _tokenizer = new(() => TokenizerLoader.Load(folder));
    }

    /// <summary>What computes it; never <see cref="EngineChoice.Auto"/>.</summary>
    public EngineChoice Engine { get; }

    /// <summary>The model.</summary>
    public ILanguageModel Model { get; }

    /// <summary>Samples from it.</summary>
    public ISampler Sampler { get; }

    /// <summary>Whether the folder holds a tokenizer; a model without one takes and gives token ids.</summary>
    public bool HasTokenizer => ModelFiles.HasTokenizer(_folder);

    /// <summary>Its tokenizer, read when it is first asked for.</summary>
    /// <exception cref="InputException">The folder holds none, or one that is malformed or not supported.</exception>
    public ITokenizer Tokenizer => _tokenizer.Value;

    /// <summary>Which engine a folder's model would be computed by; reads its configuration alone.</summary>
    /// <exception cref="InputException">The configuration is missing, damaged or not supported.</exception>
    public static EngineChoice EngineOf(string folder, EngineChoice choice) =>
        EngineOf(ModelConfigurationReader.Read(folder), new LoadedModelOptions { Engine = choice });

    /// <summary>Loads a folder in Hugging Face layout, such as a checkpoint of a training run.</summary>
    /// <param name="folder">Folder with <c>config.json</c>, safetensors files and, perhaps, a tokenizer.</param>
    /// <param name="options">Engine, threads, adapter and precision.</param>
    /// <exception cref="InputException">A folder or a file in it is missing or damaged, does not fit its configuration, or cannot be loaded
    /// as the options ask.</exception>
    public static LoadedModel Load(string folder, LoadedModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ModelConfiguration configuration = ModelConfigurationReader.Read(folder);
        options = options with { Engine = EngineOf(configuration, options) };
        if (options.Engine == EngineChoice.Fused)
        {
            FusedModel fused = FusedModelLoader.Load(folder, options.Threads, options.Adapter);
            return new LoadedModel(folder, configuration, options, fused, new FusedSampler(fused));
        }
        LoraAdapter? lora = options.Adapter is null ? null : LoraAdapter.Load(options.Adapter, configuration);
        TorchLanguageModel model = TorchLanguageModel.Load(folder,
            new() { Adapter = lora, Precision = options.Precision, Storage = options.Storage, Device = options.Device });
        return new LoadedModel(folder, configuration, options, model, new TorchSampler(model), model);
    }

    /// <summary>
    /// Sequences of <paramref name="tokens"/> tokens whose keys and values fit into the memory that is meant for them, at least 1.
    /// </summary>
    public int BatchOf(int tokens) =>
        (int)Math.Clamp(new TorchSamplerOptions().CacheBytes / KeyValueCache.BytesPerSequence(_configuration, _precision, tokens), 1,
            MostSequences);

    /// <summary>Frees what the engine holds.</summary>
    public void Dispose()
    {
        foreach (IDisposable owned in _owned) owned.Dispose();
    }

    private static EngineChoice EngineOf(ModelConfiguration configuration, LoadedModelOptions options)
    {
        bool elsewhere = options.Device is { } device && device.type != TorchSharp.DeviceType.CPU;
        if (options.Engine == EngineChoice.Fused && elsewhere)
            throw new InputException($"The fused engine computes on the CPU, not on {options.Device}; ask for libtorch.");
        bool forLibtorch = elsewhere || options.Precision != ComputePrecision.Float32 || options.Storage != WeightStorage.Mapped;
        if (options.Engine == EngineChoice.Fused && forLibtorch)
            throw new InputException(
                "The fused engine computes in float32, with storage of its own; ask for libtorch, or for float32 and mapped weights.");
        if (options.Engine != EngineChoice.Auto) return options.Engine;
        if (forLibtorch) return EngineChoice.Libtorch;
        long parameters =
            ParameterLayout.Of(configuration).Sum(parameter => parameter.Shape.Aggregate(1L, (product, size) => product * size));
        return parameters <= MostFusedParameters && FusedModel.Features.Cover(configuration) ? EngineChoice.Fused : EngineChoice.Libtorch;
    }
}
