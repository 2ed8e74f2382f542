using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>
/// Byte-pair encoding of single words. Of all pairs of neighbours the one with the most urgent merge is merged, the leftmost
/// first, until there is none (Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword Units",
/// ACL 2016): O(n log n) for a word of n bytes, so that a megabyte without a space is no trouble.
/// </summary>
internal sealed class WordEncoder
{
    private const int LongestCached = 48, MostCached = 1 << 16, BytesOnStack = 256;

    private readonly int[] _byteIds = new int[256];
    private readonly Dictionary<TokenPair, (int Rank, int Merged)> _merges;
    private readonly Dictionary<string, int>? _words;
    private readonly ConcurrentDictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _cached;
    private readonly int _longestWord;
    private int _cachedCount;

    public WordEncoder(BytePairTokenizerData data)
    {
        var ids = new Dictionary<string, int>(data.Tokens.Count, StringComparer.Ordinal);
        HashSet<int> outside = [.. data.AddedTokens.Where(token => !token.InVocabulary).Select(token => token.Id)];
        for (int id = 0; id < data.Tokens.Count; id++)
            if (data.Tokens[id] is { } token && !outside.Contains(id)) ids.Add(token, id);
        for (int value = 0; value < 256; value++)
            _byteIds[value] = ids.GetValueOrDefault(ByteAlphabet.CharacterOf((byte)value).ToString(), -1);
        _merges = new(data.Merges.Count);
        // Of a pair that is listed twice, the last counts.
        for (int rank = 0; rank < data.Merges.Count; rank++)
            _merges[new(data.Merges[rank].Left, data.Merges[rank].Right)] = (rank, data.Merges[rank].Merged);
        if (data.IgnoreMerges) (_words, _longestWord) = (ids, ids.Keys.Max(token => token.Length));
        _cached = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Appends the ids of a word.</summary>
    /// <exception cref="FormatException">The vocabulary has no token for a byte of the word.</exception>
    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length <= LongestCached && _cached.TryGetValue(word, out int[]? known))
        {
            ids.AddRange(known.AsSpan());
            return;
        }
        int before = ids.Count;
        EncodeAnew(word, ids);
        if (word.Length > LongestCached || _cachedCount >= MostCached) return;
        if (_cache.TryAdd(word.ToString(), CollectionsMarshal.AsSpan(ids)[before..].ToArray())) Interlocked.Increment(ref _cachedCount);
    }

    private void EncodeAnew(ReadOnlySpan<char> word, List<int> ids)
    {
        int length = Encoding.UTF8.GetByteCount(word);
        byte[]? rented = length > BytesOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> bytes = (rented ?? stackalloc byte[BytesOnStack])[..length];
        Encoding.UTF8.GetBytes(word, bytes);
        if (_words is not null && WholeWord(bytes) is { } whole) ids.Add(whole);
        else Merge(Symbols(bytes, word), ids);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    private int? WholeWord(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _longestWord) return null;
        var letters = new char[bytes.Length];
        for (int i = 0; i < letters.Length; i++) letters[i] = ByteAlphabet.CharacterOf(bytes[i]);
        return _words!.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(letters, out int id) ? id : null;
    }

    private int[] Symbols(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> word)
    {
        var symbols = new int[bytes.Length];
        for (int i = 0; i < symbols.Length; i++)
        {
            symbols[i] = _byteIds[bytes[i]];
            if (symbols[i] < 0)
                throw new FormatException(
                    $"The vocabulary has no token for the byte 0x{bytes[i]:X2}, which '{(word.Length <= 40 ? word : word[..40])}' needs.");
        }
        return symbols;
    }

    // The symbols are a linked list; one that was merged into its left neighbour is −1. The queue may hold pairs that exist no
    // more: their rank is not that of what stands there now.
    private void Merge(int[] symbols, List<int> ids)
    {
        int count = symbols.Length;
        var next = new int[count];
        var previous = new int[count];
        var queue = new MergeQueue(count);
        for (int i = 0; i < count; i++) (previous[i], next[i]) = (i - 1, i + 1);
        for (int i = 0; i + 1 < count; i++) Offer(i);
        while (queue.TryDequeue(out int rank, out int at))
        {
            int right = next[at];
            if (symbols[at] < 0 || right >= count || !_merges.TryGetValue(new(symbols[at], symbols[right]), out var merge)
                || merge.Rank != rank)
                continue;
            symbols[at] = merge.Merged;
            symbols[right] = -1;
            next[at] = next[right];
            if (next[at] < count)
            {
                previous[next[at]] = at;
                Offer(at);
            }
            if (previous[at] >= 0) Offer(previous[at]);
        }
        for (int i = 0; i < count; i = next[i]) ids.Add(symbols[i]);

        void Offer(int at)
        {
            if (_merges.TryGetValue(new(symbols[at], symbols[next[at]]), out var merge)) queue.Enqueue(merge.Rank, at);
        }
    }

    // The hash of two numbers side by side in one long would be the same for all pairs of equal tokens.
    private readonly record struct TokenPair(int Left, int Right)
    {
        public override int GetHashCode() => (int)((uint)Left * 0x9E3779B1u + (uint)Right);
    }
}
