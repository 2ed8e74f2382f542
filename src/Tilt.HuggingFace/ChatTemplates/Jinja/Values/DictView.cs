namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>What <c>keys()</c>, <c>values()</c> and <c>items()</c> of a mapping give.</summary>
/// <param name="owner">The mapping.</param>
/// <param name="kind"><c>keys</c>, <c>values</c> or <c>items</c>.</param>
internal sealed class DictView(DictValue owner, string kind)
{
    public int Count => owner.Count;

    public string Kind => kind;

    public DictValue Owner => owner;

    public object?[] Items() => kind switch
    {
        "keys" => [.. owner.Entries.Select(entry => entry.Key)],
        "values" => [.. owner.Entries.Select(entry => entry.Value)],
        _ => [.. owner.Entries.Select(entry => ListValue.Pair(entry.Key, entry.Value))],
    };
}
