using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tilt.Configuration;

/// <summary>
/// Turns YAML text into source nodes. It reads the parser's events rather than YamlDotNet's representation model, which stops at
/// the first duplicate key, so that all problems of a file are found at once.
/// </summary>
internal sealed class SourceReader
{
    private const int MaximumDepth = 64;
    private readonly Parser _parser;
    private readonly FindingList _findings;
    private readonly bool _isCommandLine;
    private readonly Dictionary<AnchorName, SourceNode> _anchors = [];
    private int _depth;

    private SourceReader(TextReader text, FindingList findings, bool isCommandLine)
    {
        _parser = new Parser(text);
        this._findings = findings;
        this._isCommandLine = isCommandLine;
    }

    /// <summary>Reads a file's text; null when it is empty or not YAML (which is then among the findings).</summary>
    public static SourceNode? ReadFile(string yaml, FindingList findings) => Read(yaml, findings, isCommandLine: false, key: "");

    /// <summary>Reads the value of an override; null when it is not YAML (which is then among the findings).</summary>
    public static SourceNode? ReadOverride(string key, string value, FindingList findings) =>
        value.Trim().Length == 0
            ? new SourceScalar("", IsQuoted: false, SourceLocation.CommandLine)
            : Read(value, findings, isCommandLine: true, key);

    private static SourceNode? Read(string yaml, FindingList findings, bool isCommandLine, string key)
    {
        using StringReader text = new(yaml);
        SourceReader reader = new(text, findings, isCommandLine);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException exception)
        {
            reader.AddSyntax(exception.Start, exception.Message.TrimEnd('.'), key, yaml);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException
            or OverflowException)
        {
            // YamlDotNet's scanner lets these escape on some malformed input, such as a list that is never closed.
            reader.AddSyntax(reader._parser.Current?.End ?? Mark.Empty,
                "a list, group or quotation that begins near here is not closed, or a character is out of place", key, yaml);
        }
        return null;
    }

    private void AddSyntax(Mark mark, string reason, string key, string yaml)
    {
        if (_isCommandLine)
            _findings.Add(SourceLocation.CommandLine, key,
                $"has the value '{yaml}', which is not YAML: {reason}. Put the value in quotes.");
        else
            _findings.Add(At(mark), "", $"column {mark.Column}: this is not YAML: {reason}.");
    }

    private SourceNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _)) return null;
        SourceNode node = ReadNode("");
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out DocumentStart? second))
            _findings.Add(At(second.Start), "", "a second document begins here; a configuration is one document.");
        return node;
    }

    private SourceNode ReadNode(string path)
    {
        if (++_depth > MaximumDepth)
            throw new YamlException(_parser.Current!.Start, _parser.Current.End,
                $"lists and groups are nested more than {MaximumDepth} deep");
        SourceNode node = ReadNested(path);
        _depth--;
        return node;
    }

    private SourceNode ReadNested(string path)
    {
        if (_parser.TryConsume<AnchorAlias>(out AnchorAlias? alias))
        {
            return _anchors.GetValueOrDefault(alias.Value)
                ?? throw new YamlException(alias.Start, alias.End, $"there is no anchor '{alias.Value}' before this alias");
        }
        if (_parser.TryConsume<Scalar>(out Scalar? scalar))
            return Anchored(scalar, new SourceScalar(scalar.Value, scalar.Style != ScalarStyle.Plain, At(scalar.Start)));
        if (_parser.TryConsume<SequenceStart>(out SequenceStart? sequence)) return Anchored(sequence, ReadList(path, sequence));
        return ReadMapping(path);
    }

    private SourceList ReadList(string path, SequenceStart start)
    {
        List<SourceNode> items = [];
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode($"{path}[{items.Count}]"));
        return new(items, At(start.Start));
    }

    private SourceNode ReadMapping(string path)
    {
        MappingStart start = _parser.Consume<MappingStart>();
        SourceMapping mapping = new(At(start.Start));
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out Scalar? key))
                throw new YamlException(_parser.Current!.Start, _parser.Current.End, "a key must be a single word");
            string child = ConfigurationPath.Join(path, key.Value);
            SourceEntry entry = new(At(key.Start), ReadNode(child));
            if (mapping.Entries.TryAdd(key.Value, entry)) continue;
            _findings.Add(entry.KeyLocation, child,
                $"is given twice, first in {mapping.Entries[key.Value].KeyLocation}; keep one of the two.");
        }
        return Anchored(start, mapping);
    }

    private SourceNode Anchored(NodeEvent start, SourceNode node)
    {
        if (!start.Anchor.IsEmpty) _anchors[start.Anchor] = node;
        return node;
    }

    private SourceLocation At(Mark mark) => _isCommandLine ? SourceLocation.CommandLine : new(mark.Line);
}
