namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>What <c>namespace</c> makes: the one value whose attributes can be set, so that a loop can leave something behind.</summary>
/// <param name="attributes">The attributes.</param>
internal sealed class NamespaceValue(DictValue attributes)
{
    public DictValue Attributes => attributes;
}
