using System.Numerics;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>A mapping in the order of its making. Keys are texts, numbers, truth values or none.</summary>
internal sealed class DictValue
{
    private const int Linear = 16;

    private readonly List<KeyValuePair<object?, object?>> _entries;

    // Only for mappings with more than a few entries; a message has two or three.
    private Dictionary<object, int>? _index;

    public DictValue(int capacity = 4) => _entries = new(capacity);

    public IReadOnlyList<KeyValuePair<object?, object?>> Entries => _entries;

    public int Count => _entries.Count;

    /// <summary>Adds an entry; a key that is there already keeps its place.</summary>
    public void Set(object? key, object? value)
    {
        if (!IsKey(key)) throw new JinjaException($"{Describe.Of(key)} cannot be the key of a mapping");
        int at = Find(key);
        if (at >= 0)
        {
            _entries[at] = new(_entries[at].Key, value);
            return;
        }
        _entries.Add(new(key, value));
        if (_index is not null) _index.Add(Normal(key), _entries.Count - 1);
        else if (_entries.Count > Linear)
        {
            _index = [];
            for (int i = 0; i < _entries.Count; i++) _index.Add(Normal(_entries[i].Key), i);
        }
    }

    public bool TryGet(object? key, out object? value)
    {
        int at = Find(key);
        value = at >= 0 ? _entries[at].Value : null;
        return at >= 0;
    }

    public static bool IsKey(object? key) => key is null or string or bool or long or double or BigInteger;

    private int Find(object? key)
    {
        if (_index is not null) return IsKey(key) && _index.TryGetValue(Normal(key), out int index) ? index : -1;
        if (key is not string text) return FindSlowly(key);
        for (int i = 0; i < _entries.Count; i++)
            if (_entries[i].Key is string other && (ReferenceEquals(other, text) || (other.Length == text.Length && other == text)))
                return i;
        return -1;
    }

    private int FindSlowly(object? key)
    {
        if (!IsKey(key)) return -1;
        object normal = Normal(key);
        for (int i = 0; i < _entries.Count; i++)
            if (Normal(_entries[i].Key).Equals(normal)) return i;
        return -1;
    }

    // 1, 1.0 and true are the same key.
    private static object Normal(object? key) => key switch
    {
        null => DBNull.Value,
        bool truth => truth ? 1L : 0L,
        double number when number == Math.Floor(number) && Math.Abs(number) < 1e15 => (long)number,
        _ => key,
    };
}
