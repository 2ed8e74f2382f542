using System.Text;

namespace Tilt.HuggingFace.Tokenizers.Unicode;

/// <summary>
/// Unicode's normalisation form C (Unicode Standard Annex 15) by the tables of Hugging Face's tokenizers library. The runtime's
/// own normalisation does nothing where the process runs without ICU, and knows characters that the library does not.
/// </summary>
internal sealed class CanonicalComposition
{
    /// <summary>Below it, every text is in form C already.</summary>
    private const char FirstAffected = '\u0300';

    private const int HangulBase = 0xAC00, HangulCount = 11172, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7, LeadCount = 19,
        VowelCount = 21, TailCount = 28;

    private readonly Dictionary<int, byte> _classes = [];
    private readonly Dictionary<int, (int First, int Second)> _decompositions = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];
    private readonly HashSet<int> _affected = [];

    public CanonicalComposition()
    {
        ReadOnlySpan<int> runs = CanonicalTables.Classes;
        for (int i = 0; i < runs.Length; i += 3)
            for (int mark = runs[i]; mark <= runs[i + 1]; mark++) _classes[mark] = (byte)runs[i + 2];
        AddDecompositions(CanonicalTables.Compositions, composes: true);
        AddDecompositions(CanonicalTables.Exclusions, composes: false);
        _affected.UnionWith(_classes.Keys);
        for (int jamo = VowelBase; jamo < TailBase + TailCount; jamo++) _affected.Add(jamo);
    }

    /// <summary>The text in form C; the same text where it is already.</summary>
    public ReadOnlyMemory<char> Normalize(ReadOnlyMemory<char> text)
    {
        ReadOnlySpan<char> source = text.Span;
        StringBuilder? result = null;
        int copied = 0;
        for (int at = 0; (at = NextAffected(source, at)) >= 0;)
        {
            // The first affected character may combine with the one before it.
            int start = at > copied ? CodePoint.Before(source, at) : at;
            int end = at;
            while (end < source.Length)
            {
                int point = CodePoint.At(source, end, out int length);
                if (!IsAffected(point)) break;
                end += length;
            }
            result ??= new StringBuilder(source.Length);
            result.Append(source[copied..start]);
            AppendNormalized(source[start..end], result);
            copied = at = end;
        }
        if (result is null) return text;
        return result.Append(source[copied..]).ToString().AsMemory();
    }

    private int NextAffected(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length)
        {
            int skipped = text[at..].IndexOfAnyInRange(FirstAffected, char.MaxValue);
            if (skipped < 0) return -1;
            at += skipped;
            if (IsAffected(CodePoint.At(text, at, out int length))) return at;
            at += length;
        }
        return -1;
    }

    private bool IsAffected(int point) => point >= FirstAffected && _affected.Contains(point);

    private void AddDecompositions(ReadOnlySpan<int> triples, bool composes)
    {
        for (int i = 0; i < triples.Length; i += 3)
        {
            _decompositions[triples[i]] = (triples[i + 1], triples[i + 2]);
            if (composes)
            {
                _compositions[(triples[i + 1], triples[i + 2])] = triples[i];
                _affected.Add(triples[i + 2]);
            }
            else _affected.Add(triples[i]);
        }
    }

    private void AppendNormalized(ReadOnlySpan<char> text, StringBuilder result)
    {
        var points = new List<int>(text.Length);
        for (int at = 0; at < text.Length;)
        {
            Decompose(CodePoint.At(text, at, out int length), points);
            at += length;
        }
        Reorder(points);
        Compose(points);
        foreach (int point in points) result.Append(new Rune(point).ToString());
    }

    private void Decompose(int point, List<int> points)
    {
        if (point is >= HangulBase and < HangulBase + HangulCount)
        {
            int index = point - HangulBase;
            points.Add(LeadBase + index / (VowelCount * TailCount));
            points.Add(VowelBase + index % (VowelCount * TailCount) / TailCount);
            if (index % TailCount > 0) points.Add(TailBase + index % TailCount);
        }
        else if (_decompositions.TryGetValue(point, out var parts))
        {
            Decompose(parts.First, points);
            if (parts.Second != 0) Decompose(parts.Second, points);
        }
        else points.Add(point);
    }

    private void Reorder(List<int> points)
    {
        for (int at = 0; at < points.Count; at++)
        {
            int end = at;
            while (end < points.Count && ClassOf(points[end]) != 0) end++;
            if (end - at < 2) continue;
            // OrderBy keeps the order of equals.
            int[] sorted = [.. points.GetRange(at, end - at).OrderBy(ClassOf)];
            for (int i = 0; i < sorted.Length; i++) points[at + i] = sorted[i];
            at = end;
        }
    }

    private void Compose(List<int> points)
    {
        int starter = -1, last = -1, kept = 0;
        for (int i = 0; i < points.Count; i++)
        {
            (int point, int own) = (points[i], ClassOf(points[i]));
            // The last class is −1 right after the starter; a mark of the same or a higher class in between blocks.
            if (starter >= 0 && last < own && Composite(points[starter], point) is { } composite)
            {
                points[starter] = composite;
                continue;
            }
            if (own == 0) (starter, last) = (kept, -1);
            else last = own;
            points[kept++] = point;
        }
        points.RemoveRange(kept, points.Count - kept);
    }

    private int? Composite(int first, int second)
    {
        if (first is >= LeadBase and < LeadBase + LeadCount && second is >= VowelBase and < VowelBase + VowelCount)
            return HangulBase + ((first - LeadBase) * VowelCount + second - VowelBase) * TailCount;
        if (first is >= HangulBase and < HangulBase + HangulCount && (first - HangulBase) % TailCount == 0
            && second is > TailBase and < TailBase + TailCount)
            return first + second - TailBase;
        return _compositions.TryGetValue((first, second), out int composite) ? composite : null;
    }

    private int ClassOf(int point) => _classes.GetValueOrDefault(point);
}
