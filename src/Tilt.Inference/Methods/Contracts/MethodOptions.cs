namespace Tilt.Inference.Methods.Contracts;

/// <summary>
/// What an inference-time method is before it has a model: its options, as a value. All that the law of its outputs depends on
/// is in them, and <see cref="Name"/> writes all of it down, so that a row of a table can be got again under its own name.
/// </summary>
public abstract record MethodOptions
{
    /// <summary>Most responses of one prompt that grow together: all of them are in memory at once.</summary>
    public const int MostTogether = 1 << 16;

    /// <summary>The name that these options are read back from, by the method's <see cref="MethodGrammar"/>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the outputs are a function of prompt and options alone.</summary>
    public virtual bool IsDeterministic => false;

    /// <summary>
    /// Whether an output's sampling log-probabilities sum to the logarithm of its probability under the law it was drawn from; a
    /// deterministic method's law is a point mass. Choosing among candidates, chains and populations have no tractable law.
    /// </summary>
    public virtual bool HasTractableLaw => IsDeterministic;

    /// <summary>
    /// Whole responses drawn for one output; null where parts of responses are drawn, or more of them searched than given out.
    /// </summary>
    public virtual int? Draws => null;

    /// <summary>
    /// Whether outputs are those that the model already finds likely, preferred without a reward and without pooling answers.
    /// </summary>
    public virtual bool Sharpens => false;

    /// <summary>Whether a reward decides the outputs (<see cref="MethodResources.Reward"/>).</summary>
    public virtual bool UsesReward => false;

    /// <summary>Whether the responses' answers decide the outputs (<see cref="MethodResources.ReadAnswers"/>).</summary>
    public virtual bool ReadsAnswers => false;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public abstract void Validate();

    /// <summary>The method with these options.</summary>
    /// <param name="resources">What it runs on.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the method needs a reward or answers and there are
    /// none.</exception>
    public IInferenceMethod Create(MethodResources resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        Require(resources.Reward is not null, resources.ReadAnswers is not null);
        return Make(resources);
    }

    /// <summary>Checks that there is what the method needs beside a model.</summary>
    /// <param name="hasReward">Whether there is a reward.</param>
    /// <param name="hasAnswers">Whether answers can be read.</param>
    /// <exception cref="ArgumentException">Something is lacking.</exception>
    public void Require(bool hasReward, bool hasAnswers)
    {
        if (UsesReward && !hasReward) throw new ArgumentException("it chooses by a reward, and there is none here.");
        if (ReadsAnswers && !hasAnswers) throw new ArgumentException("it counts answers, and nothing reads them here.");
    }

    /// <inheritdoc/>
    public sealed override string ToString() => Name;

    /// <summary>The method with these options; what it needs is there.</summary>
    protected abstract IInferenceMethod Make(MethodResources resources);

    /// <summary>Checks a number of responses that are in memory together.</summary>
    /// <exception cref="ArgumentException">There are none, or more than memory holds.</exception>
    protected static void RequireTogether(int count, string name)
    {
        if (count < 1) throw new ArgumentException($"{name} is {count}; at least 1 is needed.");
        if (count > MostTogether)
            throw new ArgumentException($"{count} responses of one prompt are too many; at most {MostTogether} grow together.");
    }

    /// <summary>Checks a temperature or exponent.</summary>
    /// <exception cref="ArgumentException">It is not a finite number greater than 0.</exception>
    protected static void RequirePositive(double value, string name)
    {
        if (!(value > 0) || !double.IsFinite(value))
            throw new ArgumentException($"{name} is {value}; a finite number greater than 0 is needed.");
    }
}
