namespace Tilt.Verification.Extraction;

/// <summary>Where a model's turn ends: what it makes up of a next turn is no answer.</summary>
internal static class TurnEnd
{
    private static readonly string[] Marks =
    [
        "<|im_end|>", "<|im_start|>", "<|eot_id|>", "<|eom_id|>", "<|start_header_id|>", "<|end_of_text|>", "<|endoftext|>", "<|end|>", "<|user|>",
        "<|assistant|>", "<end_of_turn>", "<start_of_turn>", "<｜end▁of▁sentence｜>", "<|return|>", "</s>", "[/INST]",
    ];

    private static readonly string[] Openings = [.. Marks, "<|begin_of_text|>", "<|end_header_id|>", "<|message|>", "<|channel|>", "<|start|>", "<s>", "<bos>", "assistant", "model", "final"];

    /// <summary>The text up to the first mark that has something before it.</summary>
    public static string Cut(string text)
    {
        if (text.IndexOf('<') < 0 && text.IndexOf('[') < 0) return text;
        int end = text.Length;
        foreach (string mark in Marks)
        {
            int at = text.AsSpan(0, end).IndexOf(mark);
            while (at >= 0 && IsOpening(text.AsSpan(0, at)))
            {
                int next = text.AsSpan(at + mark.Length, end - at - mark.Length).IndexOf(mark);
                at = next < 0 ? -1 : next + at + mark.Length;
            }
            if (at >= 0) end = at;
        }
        return end == text.Length ? text : text[..end];
    }

    /// <summary>Whether nothing but the opening of a turn stands before a mark: special tokens and the names of roles.</summary>
    private static bool IsOpening(ReadOnlySpan<char> before)
    {
        before = before.Trim();
        while (!before.IsEmpty)
        {
            int length = 0;
            foreach (string mark in Openings)
            {
                if (before.StartsWith(mark, StringComparison.Ordinal)) length = mark.Length;
            }
            if (length == 0) return false;
            before = before[length..].TrimStart();
        }
        return true;
    }
}
