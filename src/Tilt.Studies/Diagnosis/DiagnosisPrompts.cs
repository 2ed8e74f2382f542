using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Tasks.Embedded;
using Tilt.Verification;

namespace Tilt.Studies.Diagnosis;

/// <summary>The problems of a diagnosis, how prompts are made from them, and what judges the responses.</summary>
public sealed class DiagnosisPrompts
{
    /// <summary>Stands for the problem's text in a template.</summary>
    public const string Placeholder = "{problem}";

    private const string Embedded = "embedded";
    private const int DefaultPerLevel = 32, DefaultMaxNewTokens = 1024;

    private DiagnosisPrompts(IReadOnlyList<Problem> problems, IReward? reward, string template, int maxNewTokens) =>
        (Problems, Reward, Template, MaxNewTokens) = (problems, reward, template, maxNewTokens);

    /// <summary>The problems.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>Judges responses; null without gold answers.</summary>
    public IReward? Reward { get; }

    /// <summary>How a prompt is made.</summary>
    public string Template { get; }

    /// <summary>L.</summary>
    public int MaxNewTokens { get; }

    /// <summary>Reads what the options ask for.</summary>
    /// <exception cref="InputException">The source does not exist, a line of the file is wrong, or a gold answer cannot be
    /// read.</exception>
    public static DiagnosisPrompts Read(DiagnosisOptions options)
    {
        string[] parts = options.Prompts.Split(':');
        if (parts[0] == Embedded && !File.Exists(options.Prompts)) return ReadEmbedded(options, parts);
        IReadOnlyList<Problem> problems = ProblemLines.Read(options.Prompts, options.Limit, out bool gold);
        return new DiagnosisPrompts(problems, gold ? new MathReward(new Verifier()) : null, options.Template ?? Placeholder,
            options.MaxNewTokens ?? DefaultMaxNewTokens);
    }

    /// <summary>
    /// Token ids of every prompt: the user's turn of a conversation, with the tokens that the chat template or the tokenizer puts around
    /// it.
    /// </summary>
    /// <exception cref="InputException">A prompt has a part that no token stands for, has no tokens or other ones than the model, or is
    /// too long for the context with L more tokens.</exception>
    public int[][] Encode(ChatTemplate chat, ITokenizer tokenizer, SequenceLimits limits)
    {
        var prompts = new int[Problems.Count][];
        for (int i = 0; i < prompts.Length; i++)
        {
            try
            {
                var turn = new ChatMessage(ChatRole.User, Template.Replace(Placeholder, Problems[i].Text, StringComparison.Ordinal));
                prompts[i] = chat.Encode([turn], new ChatOptions { AddGenerationPrompt = true }, tokenizer);
            }
            catch (FormatException exception)
            {
                throw new InputException($"Problem '{Problems[i].Id}' cannot be put into the model's tokens: {exception.Message}",
                    exception);
            }
            if (limits.Problem(prompts[i], MaxNewTokens, "--max-new-tokens") is { } problem)
                throw new InputException($"The prompt of problem '{Problems[i].Id}' {problem}.");
        }
        return prompts;
    }

    /// <summary>SHA-256 of prompts and gold answers.</summary>
    public string ContentHash(int[][] prompts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < prompts.Length; i++)
            hash.AppendData(Encoding.UTF8.GetBytes(string.Join(' ', prompts[i]) + "\n" + (Reward is null ? "" : Problems[i].Answer)
                + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static DiagnosisPrompts ReadEmbedded(DiagnosisOptions options, string[] parts)
    {
        Split split = Split.Selection;
        int perLevel = DefaultPerLevel;
        bool understood = parts.Length <= 3
            && (parts.Length < 2 || Enum.TryParse(parts[1], ignoreCase: true, out split) && Enum.IsDefined(split)
                && !char.IsAsciiDigit(parts[1][0]))
            && (parts.Length < 3 || int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out perLevel) && perLevel > 0);
        if (!understood)
            throw new InputException($"The prompts '{options.Prompts}' are not understood. The embedded task's are named "
                + $"embedded:SPLIT:PER_LEVEL, with the splits {string.Join(", ", Enum.GetNames<Split>()).ToLowerInvariant()}, such as "
                + $"embedded:selection:64.");
        IReadOnlyList<Problem> problems = EmbeddedProblems.Problems(split, perLevel, EmbeddedProblems.FixedSeed);
        return new DiagnosisPrompts(
            [.. problems.Take(options.Limit ?? int.MaxValue)], new ChainedArithmeticReward(),
            options.Template ?? EmbeddedProblems.PromptTemplate, options.MaxNewTokens ?? EmbeddedProblems.MaxNewTokens);
    }
}
