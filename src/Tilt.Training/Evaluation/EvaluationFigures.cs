namespace Tilt.Training.Evaluation;

/// <summary>What an evaluation comes to.</summary>
/// <param name="Accuracy">Mean over problems of the share of right outputs.</param>
/// <param name="Length">Mean response tokens.</param>
/// <param name="Entropy">Nats per token; null when not measured.</param>
/// <param name="Kl">KL to the reference, nats per response; null when not measured.</param>
public sealed record EvaluationFigures(double Accuracy, double Length, double? Entropy, double? Kl)
{
    /// <summary>The figures by the names they have in <c>metrics.jsonl</c>; those that there are none of are left out.</summary>
    public IEnumerable<(string Name, double Value)> Named()
    {
        yield return ("evaluation/accuracy", Accuracy);
        yield return ("evaluation/length", Length);
        if (Entropy is { } entropy) yield return ("evaluation/entropy", entropy);
        if (Kl is { } kl) yield return ("evaluation/kl", kl);
    }
}
