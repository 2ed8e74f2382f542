namespace Tilt.Verification.Extraction;

/// <summary>Where a model's turn ends: what it makes up of a next turn is no answer.</summary>
internal static class TurnEnd
{
    private static readonly string[] Marks =
    [
        "<|im_end|>", "<|im_start|>", "<|eot_id|>", "<|eom_id|>", "<|start_header_id|>", "<|end_of_text|>", "<|endoftext|>", "<|end|>",
        "<|user|>",
        "<|assistant|>", "<end_of_turn>", "<start_of_turn>", "<|end▁of▁sentence|>", "<|User|>", "<|Assistant|>",
        "<|return|>", "</s>", "[/INST]",
    ];

    private static readonly string[] Openings = [.. Marks, "<|begin_of_text|>", "<|begin▁of▁sentence|>",
        "<|end_header_id|>", "<|message|>", "<|channel|>",
        "<|start|>", "<s>", "<bos>", "assistant", "model", "final"];

    /// <summary>The text up to the first mark that has something before it.</summary>
    public static string Cut(string text)
    {
        if (text.IndexOf('<') < 0 && text.IndexOf('[') < 0) return text;
        int end = text.Length;
        int opening = OpeningLength(text);
        foreach (string mark in Marks)
        {
            int at = text.AsSpan(opening, end - opening).IndexOf(mark);
            if (at >= 0) end = opening + at;
        }
        return end == text.Length ? text : text[..end];
    }

    /// <summary>The length of the opening of a turn: special tokens and the names of roles.</summary>
    private static int OpeningLength(string text)
    {
        int end = 0;
        while (true)
        {
            while (end < text.Length && char.IsWhiteSpace(text[end])) end++;
            int length = 0;
            foreach (string mark in Openings)
            {
                if (text.AsSpan(end).StartsWith(mark, StringComparison.Ordinal)) length = mark.Length;
            }
            if (length == 0) return end;
            end += length;
        }
    }
}
