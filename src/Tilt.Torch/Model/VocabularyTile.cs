using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <summary>Some rows of hidden states by some of the vocabulary: what is there of the logits at one time.</summary>
/// <param name="Matrix">Some rows of the output matrix, in the precision of the products.</param>
/// <param name="FirstToken">The first of its tokens.</param>
/// <param name="TokenCount">How many.</param>
/// <param name="FirstRow">The first row.</param>
/// <param name="RowCount">How many.</param>
/// <param name="Precision">Precision of the products.</param>
internal sealed record VocabularyTile(Tensor Matrix, long FirstToken, long TokenCount, long FirstRow, long RowCount,
    ComputePrecision Precision)
{
    public bool IsFirst => FirstToken == 0;

    /// <summary>The vocabulary in pieces that are converted once, and within each the rows in pieces.</summary>
    public static IEnumerable<VocabularyTile> Of(Tensor hidden, Tensor output, TokenLogProbabilities.Options options)
    {
        long vocabulary = output.shape[0], rows = hidden.shape[0];
        long tokenStep = Math.Min(vocabulary, Math.Max(1, options.MatrixElements / output.shape[1])),
            rowStep = Math.Max(1, options.LogitElements / tokenStep);
        for (long token = 0; token < vocabulary; token += tokenStep)
        {
            long tokens = Math.Min(tokenStep, vocabulary - token);
            using Tensor piece = output.narrow(0, token, tokens), matrix = Linear.Cast(piece, options.Precision);
            for (long row = 0; row < rows; row += rowStep)
                yield return new VocabularyTile(matrix, token, tokens, row, Math.Min(rowStep, rows - row), options.Precision);
        }
    }

    public Tensor Rows(Tensor all) => all.narrow(0, FirstRow, RowCount);

    public Tensor Tokens(Tensor all) => all.narrow(0, FirstToken, TokenCount);

    public Tensor Logits(Tensor hidden) => Linear.Apply(Rows(hidden), Matrix, Precision);

    /// <summary>The logits of the same tile by another model's hidden states and output matrix.</summary>
    public Tensor LogitsOf(Tensor hidden, Tensor output)
    {
        using Tensor piece = Tokens(output), matrix = Linear.Cast(piece, Precision);
        return Linear.Apply(Rows(hidden), matrix, Precision);
    }

    /// <summary>Whether each row's target is among the tile's tokens.</summary>
    public Tensor Holds(Tensor targets)
    {
        Tensor column = Rows(targets).Plus(-FirstToken);
        return column.eq(column.Within(0, TokenCount - 1));
    }

    /// <summary>Each row's target as a column of the tile, <c>[rows, 1]</c>; any column where the tile does not hold it.</summary>
    public Tensor Column(Tensor targets) => Rows(targets).Plus(-FirstToken).Within(0, TokenCount - 1).unsqueeze(1);
}
