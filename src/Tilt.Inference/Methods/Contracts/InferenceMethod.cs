namespace Tilt.Inference.Methods.Contracts;

/// <summary>A method that is what its options say.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
public abstract class InferenceMethod<TOptions> : IInferenceMethod
    where TOptions : MethodOptions
{
    /// <summary>Makes the method.</summary>
    /// <param name="options">Options of the method.</param>
    /// <param name="usesGold">Whether gold answers decide the outputs.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    protected InferenceMethod(TOptions options, bool usesGold = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        UsesGold = usesGold;
    }

    /// <summary>Options of the method.</summary>
    public TOptions Options { get; }

    MethodOptions IInferenceMethod.Options => Options;

    /// <inheritdoc/>
    public string Name => Options.Name;

    /// <inheritdoc/>
    public bool IsDeterministic => Options.IsDeterministic;

    /// <inheritdoc/>
    public bool HasTractableLaw => Options.HasTractableLaw;

    /// <inheritdoc/>
    public int? Draws => Options.Draws;

    /// <inheritdoc/>
    public bool UsesGold { get; }

    /// <inheritdoc/>
    public abstract Task<MethodOutput> RunAsync(IReadOnlyList<InferenceRequest> requests, InferenceSettings settings,
        CancellationToken cancellationToken = default);
}
