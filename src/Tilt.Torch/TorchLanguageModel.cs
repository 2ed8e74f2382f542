using Tilt.HuggingFace.Architecture;
using Tilt.Rollouts;
using Tilt.Torch.CpuEngine;
using Tilt.Torch.Decoding;
using Tilt.Torch.DeviceEngine;
using Tilt.Torch.Model;
using Tilt.Torch.Native;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch;

/// <summary>
/// A transformer of any size behind <see cref="ILanguageModel"/>. On the CPU it computes with vector kernels over the weights where
/// they are, and with libtorch where many rows make its bfloat16 products faster; on other devices with libtorch's operations.
/// </summary>
/// <remarks>
/// Not for use by several threads at once. Made from a <see cref="Transformer"/>, it generates from a snapshot of the weights, of
/// which <see cref="Refresh"/> takes a new one (states made before go on with the old), and scores with the current weights in
/// float32; frozen weights under an adapter are used in place, and only the adapter is copied. Loaded from a folder, it generates and
/// scores with the folder's weights in the precision asked for; logits and what follows from them are float32 in both.
/// </remarks>
public sealed class TorchLanguageModel : ILanguageModel, IDisposable
{
    private readonly Transformer? _model;
    private readonly ComputePrecision _precision;
    private readonly bool _withoutAdapter;
    private TorchEngine _engine;

    /// <summary>Prepares a model for generation.</summary>
    /// <param name="model">The model; it is not owned and must outlive this object.</param>
    /// <param name="precision">Precision of the products in generation; BFloat16 halves weights and cache and rounds more.</param>
    public TorchLanguageModel(Transformer model, ComputePrecision precision = ComputePrecision.Float32)
    {
        ArgumentNullException.ThrowIfNull(model);
        (this._model, this._precision) = (model, precision);
        _engine = Snapshot();
    }

    internal TorchLanguageModel(TorchEngine engine, ComputePrecision precision) => (this._engine, this._precision) = (engine, precision);

    private TorchLanguageModel(TorchLanguageModel policy)
    {
        (_model, _precision, _withoutAdapter) = (policy._model, policy._precision, true);
        _engine = policy._engine.WithoutAdapter();
    }

    /// <summary>Version of the weights: what <see cref="Refresh"/> was last told, 0 at first.</summary>
    public long WeightsVersion { get; private set; }

    /// <inheritdoc/>
    public int VocabularySize => Configuration.VocabularySize;

    /// <inheritdoc/>
    public IReadOnlyList<int> EndOfSequenceIds => Configuration.EndOfSequenceIds;

    /// <inheritdoc/>
    public int ContextLength => Configuration.ContextLength;

    /// <summary>The model's shape.</summary>
    public ModelConfiguration Configuration => _engine.Decoder.Configuration;

    internal ComputePrecision Precision => _precision;

    internal TorchEngine Engine => _engine;

    /// <summary>
    /// Loads a model folder in the Hugging Face layout for generation and scoring. On the CPU nothing is copied that is stored in a
    /// fitting type (see <see cref="WeightStorage"/>); the files must stay as they are while the model is in use.
    /// </summary>
    /// <param name="folder">Folder with <c>config.json</c> and safetensors files.</param>
    /// <param name="options">Precision, storage and device; default: float32 products, mapped weights, CPU.</param>
    /// <exception cref="InputException">The folder or a file in it is missing or damaged, does not fit its configuration, or cannot be
    /// loaded as the options ask.</exception>
    public static TorchLanguageModel Load(string folder, TorchLoadOptions? options = null)
    {
        options ??= new();
        CheckStorage(options);
        using var source = new MappedWeights(folder, options.Device ?? CPU, options.Adapter);
        if (options is { Storage: WeightStorage.Mapped, Prefetch: true }) source.Prefetch();
        return new TorchLanguageModel(new TorchEngine(TorchEngine.DecoderOf(source, options.Precision, options.Storage)),
            options.Precision);
    }

    /// <summary>
    /// The same model with its adapter switched off, the reference of an adapter in training: it shares the weights, so that it takes
    /// no memory for them. To be disposed of like any other.
    /// </summary>
    public TorchLanguageModel WithoutAdapter() => new(this);

    /// <summary>Takes a new snapshot of the model's weights, for example after a training step.</summary>
    /// <param name="version">Its version, such as optimiser steps done; null counts on.</param>
    /// <exception cref="InvalidOperationException">The model was loaded from a folder, whose weights do not change.</exception>
    public void Refresh(long? version = null)
    {
        if (_model is null)
            throw new InvalidOperationException(
                "This model was loaded from a folder; only one made from a Transformer has weights to refresh from.");
        _engine.Release();
        _engine = Snapshot();
        WeightsVersion = version ?? WeightsVersion + 1;
    }

    /// <inheritdoc/>
    public IModelState Prefill(IReadOnlyList<int[]> prompts)
    {
        if (prompts.Count == 0) throw new ArgumentException("There are no prompts; at least one is needed.", nameof(prompts));
        foreach (int[] prompt in prompts) CheckPrompt(prompt, 0);
        return new TorchModelState(_engine, prompts);
    }

    /// <inheritdoc/>
    public TokenScores[] Score(IReadOnlyList<TokenSequence> sequences)
    {
        foreach (TokenSequence sequence in sequences)
        {
            CheckPrompt(sequence.PromptIds, sequence.ResponseIds.Length);
            CheckIds(sequence.ResponseIds, "response");
        }
        if (_model is null) return _engine.Decoder.Score(sequences);
        using IDisposable? off = _withoutAdapter ? _model.WithoutAdapter() : null;
        return new SequenceScorer(_model).Score(sequences);
    }

    /// <summary>Frees the snapshot once no state uses it; a transformer stays.</summary>
    public void Dispose() => _engine.Release();

    /// <exception cref="ArgumentException">The prompt cannot be read.</exception>
    internal void CheckPrompt(int[] prompt, int newTokens)
    {
        if (prompt.Length == 0) throw new ArgumentException("A prompt is empty; at least one token is needed.");
        if (prompt.Length + newTokens > ContextLength)
            throw new ArgumentException(
                $"A prompt of {prompt.Length} tokens and {newTokens} new ones exceed the model's context of {ContextLength}.");
        CheckIds(prompt, "prompt");
    }

    private void CheckIds(int[] ids, string what)
    {
        foreach (int id in ids)
            if ((uint)id >= (uint)VocabularySize)
                throw new ArgumentException($"A {what} holds token id {id}; the vocabulary has ids 0 to {VocabularySize - 1}.");
    }

    private static void CheckStorage(TorchLoadOptions options)
    {
        if (options.Storage != WeightStorage.Packed) return;
        if (options.Precision != ComputePrecision.BFloat16)
            throw new InputException("Packed weights are bfloat16; ask for bfloat16 precision, or for mapped weights.");
        if (options.Device is { } device && device.type != TorchSharp.DeviceType.CPU)
            throw new InputException($"Packed weights are for the CPU, not for {device}; ask for mapped weights.");
        if (!PackedProduct.IsAvailable)
            throw new InputException("Packed weights need a processor with bfloat16 instructions (AVX512_BF16 or AMX) and libtorch's "
                + "oneDNN operators; this machine lacks them. Ask for mapped weights.");
    }

    private TorchEngine Snapshot()
    {
        using IDisposable? off = _withoutAdapter ? _model!.WithoutAdapter() : null;
        // Weights in training are copied anyway; packed, every batch spares the copies that oneDNN makes of plain ones.
        bool packs = !_model!.IsFrozen && _precision == ComputePrecision.BFloat16 && _model.Device.type == TorchSharp.DeviceType.CPU
            && CpuDecoder.Features.Cover(_model.Configuration) && PackedProduct.IsAvailable;
        return new(TorchEngine.DecoderOf(new TransformerWeights(_model), _precision, packs ? WeightStorage.Packed : WeightStorage.Mapped));
    }
}
