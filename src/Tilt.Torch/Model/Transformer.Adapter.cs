using System.Globalization;
using Tilt.HuggingFace.Adapters;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <content>The adapter.</content>
public sealed partial class Transformer
{
    /// <summary>
    /// Puts an adapter beside the weights and switches it on: its A and B are what is trained from now on, in float32, and the weights
    /// take no gradients any more. An adapter that was there before goes.
    /// </summary>
    /// <exception cref="InputException">The adapter was made with dropout, which training does not do.</exception>
    /// <exception cref="ArgumentException">The adapter was made for another shape.</exception>
    public void Attach(LoraAdapter adapter)
    {
        CheckFits(adapter);
        if (adapter.Configuration.Dropout != 0)
            throw new InputException(
                string.Create(CultureInfo.InvariantCulture, $"The adapter has lora_dropout {adapter.Configuration.Dropout}; training "
                    + $"supports 0 only. Set it to 0 in {LoraAdapter.ConfigurationFile} to train on without."));
        this._adapter?.Dispose();
        this._adapter = ActiveAdapter = new LoraParameters(adapter, Device);
        foreach (NamedParameter parameter in Parameters) parameter.Value.requires_grad = false;
    }

    /// <summary>
    /// Switches the adapter off until the result is disposed: what is computed meanwhile is of the model itself, the reference.
    /// </summary>
    public IDisposable WithoutAdapter() => new AdapterOff(this);

    /// <summary>The adapter with its present numbers, or null when there is none.</summary>
    public LoraAdapter? CopyAdapter() => _adapter?.Copy();

    /// <summary>Takes over the numbers of an adapter of the same layers and ranks as the one that is attached.</summary>
    /// <exception cref="InvalidOperationException">There is no adapter.</exception>
    /// <exception cref="ArgumentException">The layers differ.</exception>
    public void CopyAdapterFrom(LoraAdapter source) =>
        (_adapter ?? throw new InvalidOperationException("The model has no adapter.")).CopyFrom(source);

    /// <summary>Adds s·B·A of every layer of an adapter to the weights.</summary>
    /// <exception cref="ArgumentException">The adapter was made for another shape.</exception>
    /// <exception cref="InvalidOperationException">The weights are frozen.</exception>
    public void Merge(LoraAdapter adapter)
    {
        CheckWritable();
        CheckFits(adapter);
        using var grad = no_grad();
        foreach (LoraLayer layer in adapter.Layers)
        {
            using var scope = NewDisposeScope();
            _byName[layer.Parameter].copy_(Merged(_byName[layer.Parameter], layer));
        }
    }

    private void CheckFits(LoraAdapter adapter)
    {
        foreach (LoraLayer layer in adapter.Layers)
        {
            if (!_byName.TryGetValue(layer.Parameter, out Tensor? value) || !value.shape.SequenceEqual([layer.Outputs, layer.Inputs]))
                throw new ArgumentException($"The adapter's layer '{layer.Parameter}' of {layer.Outputs} × {layer.Inputs} is none of the "
                    + $"model's.", nameof(adapter));
        }
    }

    private sealed class AdapterOff : IDisposable
    {
        private readonly Transformer _model;
        private readonly LoraParameters? _before;

        public AdapterOff(Transformer model)
        {
            (this._model, _before) = (model, model.ActiveAdapter);
            model.ActiveAdapter = null;
        }

        public void Dispose() => _model.ActiveAdapter = _before;
    }
}
