using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Tasks.Mathematics;

/// <summary>
/// Mathematical problems from files, put to a model through a prompt template and its own chat template, and judged by the verifier.
/// </summary>
public sealed class MathTask : ITask
{
    private readonly ProblemSets _problems;
    private readonly PromptTemplate _template;
    private readonly Func<string, int[]> _encode;
    private (uint Seed, int Epoch, int[] Order)? _order;

    /// <summary>A task.</summary>
    /// <param name="name">Name in records and reports.</param>
    /// <param name="problems">The problems.</param>
    /// <param name="template">The text of the user's turn.</param>
    /// <param name="encode">Token ids of a conversation with that one turn, up to where the model's begins.</param>
    /// <param name="reward">Judges responses; null takes the verifier.</param>
    /// <param name="maxPromptTokens">Problems with longer prompts are left out and counted in <see cref="Notes"/>.</param>
    /// <exception cref="InputException">No problem of a set has so short a prompt.</exception>
    public MathTask(string name, ProblemSets problems, PromptTemplate template, Func<string, int[]> encode, IReward? reward = null,
        int? maxPromptTokens = null)
    {
        (Name, _template, _encode, Reward) = (name, template, encode, reward ?? new MathReward());
        var notes = new List<string>(problems.Notes);
        _problems = maxPromptTokens is { } most
            ? problems with
            {
                Training = Short(problems.Training, "training", most, notes),
                Selection = Short(problems.Selection, "selection", most, notes),
                Test = Short(problems.Test, "test", most, notes)
            }
            : problems;
        Notes = notes;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReward Reward { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The problems that are left.</summary>
    public ProblemSets Problems => _problems;

    /// <summary>
    /// The problems of a step: every epoch goes through the training set in an order of its own, and what does not fill a step at its end
    /// is left out, as in the authors' loader.
    /// </summary>
    /// <inheritdoc/>
    public IReadOnlyList<Problem> TrainingProblems(int step, int count, uint seed)
    {
        IReadOnlyList<Problem> all = _problems.Training;
        if (all.Count == 0)
            throw new InputException($"The task '{Name}' has no training problems; name a file or data set with task.train.");
        if (count > all.Count)
            throw new InputException(
                $"A step takes {count} problems (rollout.prompts_per_step), but the task '{Name}' has {all.Count} to train on.");
        int steps = all.Count / count, epoch = step / steps, first = step % steps * count;
        if (_order is not { } order || order.Seed != seed || order.Epoch != epoch)
            _order = order = (seed, epoch, Shuffled(all.Count, new(seed, RandomDomain.ProblemOrder, (uint)epoch, 0, 0)));
        return [.. order.Order.AsSpan(first, count).ToArray().Select(i => all[i])];
    }

    /// <summary>The first problems of a split, or all where there are fewer.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<Problem> HeldOutProblems(HeldOutSplit split, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        IReadOnlyList<Problem> all = split == HeldOutSplit.Test ? _problems.Test : _problems.Selection;
        if (all.Count == 0)
        {
            throw new InputException(split == HeldOutSplit.Test
                ? $"The task '{Name}' has no test problems; name a file or data set with task.test."
                : $"The task '{Name}' has no selection problems, which checkpoints are chosen on; raise task.selection_share, or give more "
                    + $"training problems.");
        }

        return count >= all.Count ? all : [.. all.Take(count)];
    }

    /// <inheritdoc/>
    public int[] Prompt(Problem problem) => _encode(_template.Fill(problem.Text));

    private Problem[] Short(IReadOnlyList<Problem> problems, string set, int most, List<string> notes)
    {
        Problem[] kept = [.. problems.Where(problem => Prompt(problem).Length <= most)];
        if (kept.Length == problems.Count) return kept;
        if (kept.Length == 0)
            throw new InputException($"No {set} problem of the task '{Name}' has a prompt of at most {most} tokens. Raise "
                + $"task.max_prompt_tokens, or lower rollout.max_new_tokens.");
        notes.Add($"{problems.Count - kept.Length} of {problems.Count} {set} problems have prompts of more than {most} tokens and are left "
            + $"out.");
        return kept;
    }

    private static int[] Shuffled(int count, RandomStream stream)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = stream.Below(i + 1, (uint)i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
