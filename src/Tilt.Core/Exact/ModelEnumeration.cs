using Tilt.Rollouts;

namespace Tilt.Exact;

/// <summary>
/// Fills a <see cref="ResponseTree"/> from any model, level by level: one step of a state reads the distributions of a whole
/// level. A level too large for one state is split, and each part is read again from its prompts.
/// </summary>
internal static class ModelEnumeration
{
    public static void Fill(ResponseTree tree, ILanguageModel model, int[] prompt, int batchSize, CancellationToken cancellationToken)
    {
        var parts = new Stack<int[]>([[0]]);
        while (parts.TryPop(out int[]? contexts))
        {
            using IModelState state = model.Prefill([.. contexts.Select(context => WithResponse(tree, prompt, context))]);
            while (contexts.Length > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Child[] children = Expand(tree, state, contexts);
                contexts = [.. children.Select(child => child.Context)];
                if (contexts.Length > batchSize)
                {
                    foreach (int[] part in contexts.Chunk(batchSize).Reverse()) parts.Push(part);
                    break;
                }
                if (contexts.Length == 0) break;
                state.Select([.. children.Select(child => child.Row)]);
                state.Step([.. children.Select(child => child.Token)]);
            }
        }
    }

    private static Child[] Expand(ResponseTree tree, IModelState state, int[] contexts)
    {
        var children = new List<Child>();
        float[] row = new float[tree.VocabularySize];
        double[] logProbabilities = new double[tree.VocabularySize];
        for (int i = 0; i < contexts.Length; i++)
        {
            state.Row(i, row);
            Normalize(row, logProbabilities);
            tree.Expand(contexts[i], logProbabilities);
            children.AddRange(tree.ContextsBelow(contexts[i]).Select(child => new Child(i, child.Token, child.Context)));
        }
        return [.. children];
    }

    private static void Normalize(ReadOnlySpan<float> row, Span<double> logProbabilities)
    {
        double sum = 0;
        foreach (float value in row) sum += Math.Exp(value);
        double logSum = Math.Log(sum);
        for (int token = 0; token < row.Length; token++) logProbabilities[token] = row[token] - logSum;
    }

    private static int[] WithResponse(ResponseTree tree, int[] prompt, int context)
    {
        int[] ids = new int[prompt.Length + tree.Depth(context)];
        prompt.CopyTo(ids, 0);
        tree.CopyIds(context, ids.AsSpan(prompt.Length));
        return ids;
    }

    private readonly record struct Child(int Row, int Token, int Context);
}
