using Tilt.Rollouts;

namespace Tilt.Training.Rollouts;

/// <summary>The frozen reference p of the objective, loaded when it is first asked for.</summary>
/// <param name="load">Loads it; what is loaded is owned from then on where it can be disposed of.</param>
public sealed class ReferenceModel(Func<ILanguageModel> load) : IDisposable
{
    private readonly Lazy<ILanguageModel> _model = new(load);

    /// <summary>The model.</summary>
    /// <exception cref="InputException">It cannot be loaded.</exception>
    public ILanguageModel Model => _model.Value;

    /// <summary>Whether anything has asked for it.</summary>
    public bool IsLoaded => _model.IsValueCreated;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_model.IsValueCreated) (_model.Value as IDisposable)?.Dispose();
    }
}
