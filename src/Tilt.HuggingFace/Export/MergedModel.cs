using Microsoft.Win32.SafeHandles;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.GgufModels;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Export;

/// <summary>
/// The weights of a model folder with a low-rank adapter merged in, W + s·B·A in float32, computed while they are read: neither the
/// model nor a merged matrix is ever in memory as a whole. Does not touch libtorch.
/// </summary>
public sealed class MergedModel : IDisposable
{
    private readonly SafetensorsCheckpoint _checkpoint;
    private readonly LoraAdapter? _adapter;
    private readonly GgufWeights? _gguf;
    private readonly Dictionary<string, SafeFileHandle> _handles = new(StringComparer.Ordinal);

    private MergedModel(string folder, ModelConfiguration configuration, SafetensorsCheckpoint checkpoint, GgufWeights? gguf,
        LoraAdapter? adapter)
    {
        (Folder, Configuration, this._checkpoint, _gguf, this._adapter) = (folder, configuration, checkpoint, gguf, adapter);
        Parameters = [.. ParameterLayout.Of(configuration).Select(p => Parameter(p.Name))];
    }

    /// <summary>Folder or GGUF file of the base model.</summary>
    public string Folder { get; }

    /// <summary>Shape of the model.</summary>
    public ModelConfiguration Configuration { get; }

    /// <summary>Element type of the embedding: what a model is exported in when nothing else is asked for.</summary>
    public WeightType StoredType => Parameters[0].StoredType;

    /// <summary>Matrices are quantised in the file, so that no type of a checkpoint is theirs.</summary>
    public bool IsQuantized => Parameters.Any(parameter => parameter.IsQuantized);

    /// <summary>All parameters, in the order of <see cref="ParameterLayout"/>.</summary>
    internal IReadOnlyList<MergedParameter> Parameters { get; }

    /// <summary>Opens a model folder and an adapter in PEFT's layout.</summary>
    /// <param name="folder">Folder with <c>config.json</c> and safetensors files, or a GGUF file.</param>
    /// <param name="adapterFolder">Folder of the adapter, or null for the base model as it is.</param>
    /// <exception cref="InputException">A file is missing or damaged, or weights and configurations do not fit each other; the message
    /// lists what.</exception>
    public static MergedModel Open(string folder, string? adapterFolder = null)
    {
        ModelConfiguration configuration = ModelConfigurationReader.Read(folder);
        LoraAdapter? adapter = adapterFolder is null ? null : LoraAdapter.Load(adapterFolder, configuration);
        GgufWeights? gguf = File.Exists(folder) ? GgufWeights.Open(folder) : null;
        SafetensorsCheckpoint checkpoint = gguf?.Checkpoint ?? SafetensorsCheckpoint.Open(folder);
        try
        {
            CheckpointFit.Check(configuration, checkpoint);
            return new MergedModel(folder, configuration, checkpoint, gguf, adapter);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        _checkpoint.Dispose();
        foreach (SafeFileHandle handle in _handles.Values) handle.Dispose();
    }

    private MergedParameter Parameter(string name)
    {
        if (_gguf is not null) return new MergedParameter(_gguf.Rows(name), name, _adapter?.Find(name));
        SafetensorsFile file = _checkpoint.FileOf(name);
        if (!_handles.TryGetValue(file.Path, out SafeFileHandle? handle)) _handles.Add(file.Path, handle = File.OpenHandle(file.Path));
        return new MergedParameter(file, handle, name, _adapter?.Find(name));
    }
}
