using System.Text;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>
/// From the parts of a text that the model is to learn to the tokens that they are in: the mask of supervised and multi-turn training.
/// </summary>
public static class AssistantMask
{
    /// <summary>Whether each token has a part in what the model is to learn; a token that a range begins or ends within counts.</summary>
    /// <param name="rendered">The conversation with its marked ranges.</param>
    /// <param name="ids">Its token ids, <c>[time]</c>.</param>
    /// <param name="tokenizer">The tokenizer that made them.</param>
    /// <returns>One value a token, <c>[time]</c>; all false where the template marks nothing.</returns>
    /// <exception cref="FormatException">The tokens are not those of the text, byte for byte: a tokenizer that rewrites text cannot be
    /// masked.</exception>
    public static bool[] Of(RenderedChat rendered, ReadOnlySpan<int> ids, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(rendered);
        ArgumentNullException.ThrowIfNull(tokenizer);
        byte[] text = Encoding.UTF8.GetBytes(rendered.Text);
        (int Start, int End)[] ranges =
        [
            .. rendered.AssistantRanges.Select(range => (Bytes(rendered.Text, range.Start.Value), Bytes(rendered.Text, range.End.Value))),
        ];
        var mask = new bool[ids.Length];
        int at = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            byte[] token = tokenizer.BytesOf(ids[i]);
            // What a tokenizer puts before a document stands in no text.
            if (i == 0 && ids[i] == tokenizer.BeginOfSequenceId && !text.AsSpan().StartsWith(token)) continue;
            if (!text.AsSpan(at).StartsWith(token))
                throw new FormatException(
                    $"The token {ids[i]} at position {i} does not stand in the text at byte {at}: this tokenizer rewrites "
                        + "texts, and what the model is to learn cannot be told by tokens.");
            int end = at + token.Length;
            mask[i] = token.Length > 0 && ranges.Any(range => range.Start < end && at < range.End);
            at = end;
        }

        return mask;
    }

    private static int Bytes(string text, int units) => Encoding.UTF8.GetByteCount(text.AsSpan(0, units));
}
