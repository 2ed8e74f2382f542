using Tilt.Torch;

namespace Tilt.Studies.Diagnosis;

/// <summary>What <c>tilt diagnose</c> is asked to do.</summary>
public sealed record DiagnosisOptions
{
    /// <summary>Folder of the base model.</summary>
    public required string Base { get; init; }

    /// <summary>Folder of the tuned model; null when there is an adapter.</summary>
    public string? Tuned { get; init; }

    /// <summary>Folder of an adapter of the base model in PEFT's layout; null when there is a tuned model.</summary>
    public string? Adapter { get; init; }

    /// <summary>Where the problems come from: a JSON Lines file, or <c>embedded:SPLIT:PER_LEVEL</c>.</summary>
    public required string Prompts { get; init; }

    /// <summary>How a prompt is made from a problem's text; null means the text itself, or the embedded task's own template.</summary>
    public string? Template { get; init; }

    /// <summary>
    /// Chat template that writes the prompt as the user's turn, by name or file, or <c>auto</c> for the tuned model's own; null
    /// means the prompt alone.
    /// </summary>
    public string? ChatTemplate { get; init; }

    /// <summary>At most this many problems, from the first on; null means all.</summary>
    public int? Limit { get; init; }

    /// <summary>n, draws a problem from each model. Default 16.</summary>
    public int Samples { get; init; } = 16;

    /// <summary>L, most response tokens; null means 90 for the embedded task and 1,024 for others.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>Seed. Default 42.</summary>
    public uint Seed { get; init; } = 42;

    /// <summary>Threads of generation and scoring. Default one for each processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The engine. Default by the models' size.</summary>
    public EngineChoice Engine { get; init; } = EngineChoice.Auto;

    /// <summary>Folder of draws and reports.</summary>
    public required string Out { get; init; }

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="InputException">One is out of range.</exception>
    public void Validate()
    {
        if (Tuned is null == Adapter is null)
            throw new InputException(Tuned is null
                ? "Give the fine-tuned model with --tuned DIR, or an adapter of the base with --adapter DIR."
                : "Give either --tuned or --adapter, not both.");
        if (Samples < 2)
            throw new InputException(
                $"The number of samples is {Samples}; at least 2 draws a problem from each model are needed (--samples).");
        if (Limit < 1) throw new InputException($"The limit is {Limit} problems; at least 1 is needed (--limit).");
        if (MaxNewTokens < 1) throw new InputException($"The limit is {MaxNewTokens} new tokens; at least 1 is needed (--max-new-tokens).");
        if (Threads < 1) throw new InputException($"The number of threads is {Threads}; at least 1 is needed (--threads).");
        if (Template is not null && !Template.Contains(DiagnosisPrompts.Placeholder, StringComparison.Ordinal))
            throw new InputException(
                $"The template '{Template}' lacks {DiagnosisPrompts.Placeholder}, where the problem's text goes (--template).");
    }
}

/// <summary>News of a diagnosis.</summary>
/// <param name="Prompts">Prompts drawn for and scored.</param>
/// <param name="AllPrompts">All prompts.</param>
/// <param name="Resumed">Of those done, how many an earlier call had done.</param>
/// <param name="Tokens">Response tokens drawn by this call.</param>
public readonly record struct DiagnosisProgress(int Prompts, int AllPrompts, int Resumed, long Tokens);
